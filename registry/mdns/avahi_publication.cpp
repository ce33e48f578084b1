#include "registry/mdns/avahi_publication.h"

#include <chrono>

namespace berth::mdns {
namespace {

using namespace std::chrono_literals;

constexpr const char* kGroup = "org.freedesktop.Avahi.EntryGroup";
constexpr const char* kCollision = "org.freedesktop.Avahi.CollisionError";
// disable-user-service-publishing in avahi-daemon.conf.
constexpr const char* kNotPermitted = "org.freedesktop.Avahi.NotPermittedError";

// AvahiEntryGroupState of avahi-common/defs.h.
constexpr std::int32_t kEstablished = 2;
constexpr std::int32_t kGroupCollision = 3;
constexpr std::int32_t kGroupFailure = 4;

}  // namespace

AvahiPublication::AvahiPublication(AvahiClient& client, Scope scope,
                                   const Service& service, OnStatus on_status)
    : client_(client),
      scope_(scope),
      service_(service),
      status_(client.executor(), std::move(on_status)),
      backoff_(250ms, 30s) {
  client_.add(*this);
}

AvahiPublication::~AvahiPublication() {
  client_.remove(*this);
  if (!path_.empty())
    client_.send(group("Free"));
  else
    client_.abandon(std::move(call_), kGroup);
}

Result<void> AvahiPublication::update(const Service& service) {
  if (auto ok = check_update(service_, service); !ok) return ok;
  if (service == service_) return {};
  const bool only_txt = service.port == service_.port;
  service_ = service;
  if (path_.empty()) return {};  // to come, with what is known by then
  // Not while it is being registered: TXT that changes then may be lost.
  if (only_txt && committed_ && status_.get().state == Status::State::published)
    update_txt();
  else
    start_over();
  return {};
}

void AvahiPublication::update_txt() {
  const Announcement now = announcement_of(service_, attempt_);
  auto request = group("UpdateServiceTxt");
  request
      .add("iiusss", scope_.interface_index(), kProtocolInet, kNoFlags,
           now.name.c_str(), now.type.c_str(), "")
      .add_bytes_list(now.txt);
  call_ = client_.call(std::move(request), [this](const BusReply& reply) {
    if (!reply.error.empty()) fail(reply);
  });
}

void AvahiPublication::up() {
  status_.set({Status::State::registering, "", ""});
  make_group();
}

void AvahiPublication::down(const Status& why) {
  path_.clear();
  committed_ = false;
  call_ = {};
  retry_.cancel();
  status_.set(why);
}

void AvahiPublication::make_group() {
  call_ = client_.call(
      client_.request("/", "org.freedesktop.Avahi.Server", "EntryGroupNew"),
      [this](const BusReply& reply) {
        const char* path = nullptr;
        if (reply.message == nullptr ||
            sd_bus_message_read(reply.message, "o", &path) < 0)
          return fail(reply);
        path_ = path;
        add_service();
      });
}

void AvahiPublication::add_service() {
  const Announcement now = announcement_of(service_, attempt_);
  if (auto ok = check(now); !ok)
    return status_.set({Status::State::unavailable, "", ok.error().message});
  auto request = group("AddService");
  // No domain and no host: those of the daemon.
  request
      .add("iiussssq", scope_.interface_index(), kProtocolInet, kNoFlags,
           now.name.c_str(), now.type.c_str(), "", "", now.port)
      .add_bytes_list(now.txt);
  call_ = client_.call(std::move(request), [this](const BusReply& reply) {
    if (reply.error == kCollision) return next_name();
    if (!reply.error.empty()) return fail(reply);
    commit();
  });
}

void AvahiPublication::commit() {
  call_ = client_.call(group("Commit"), [this](const BusReply& reply) {
    if (!reply.error.empty()) return fail(reply);
    committed_ = true;
  });
}

void AvahiPublication::on_signal(const AvahiSignal& signal) {
  if (signal.path != path_ || signal.interface != kGroup) return;
  std::int32_t state = 0;
  const char* error = nullptr;
  if (signal.member == "StateChanged" &&
      sd_bus_message_read(signal.message, "is", &state, &error) >= 0)
    group_is(state, error);
}

void AvahiPublication::group_is(std::int32_t state, const std::string& error) {
  if (!committed_) return;  // of what the group had before
  if (state == kEstablished) {
    backoff_.reset();
    status_.set(
        {Status::State::published, service_name(service_.id, attempt_), ""});
  } else if (state == kGroupCollision) {
    client_.send(group("Reset"));
    next_name();
  } else if (state == kGroupFailure) {
    fail({nullptr, error, error});
  }
}

void AvahiPublication::next_name() {
  committed_ = false;
  status_.set({Status::State::registering, "", ""});
  if (++attempt_ > kMaxNameAttempts) {
    attempt_ = 1;
    return fail({nullptr, kCollision, "all names are taken"});
  }
  add_service();
}

// The group goes on, with what is published now.
void AvahiPublication::start_over() {
  committed_ = false;
  client_.send(group("Reset"));
  status_.set({Status::State::registering, "", ""});
  add_service();
}

void AvahiPublication::fail(const BusReply& reply) {
  if (!path_.empty()) client_.send(group("Free"));
  path_.clear();
  committed_ = false;
  if (reply.error == kNoReply)
    return client_.give_up("avahi-daemon does not answer");
  if (reply.error == kAccessDenied)
    return status_.set({Status::State::denied, "",
                        "the D-Bus policy keeps this user from avahi-daemon"});
  if (reply.error == kNotPermitted)
    return status_.set({Status::State::denied, "",
                        "disable-user-service-publishing is set in "
                        "avahi-daemon.conf"});
  status_.set({Status::State::unavailable, "", "avahi-daemon: " + reply.text});
  retry_ = client_.timers().after(backoff_.next(), [this] { make_group(); });
}

Bus::Request AvahiPublication::group(const char* member) {
  return client_.request(path_, kGroup, member);
}

}  // namespace berth::mdns
