#include "registry/mdns/avahi_client.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace berth::mdns {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDaemon = "org.freedesktop.Avahi";
constexpr const char* kNotRunning = "avahi-daemon is not running";

// AvahiServerState of avahi-common/defs.h.
constexpr std::int32_t kRunning = 2;
constexpr std::int32_t kFailure = 4;

std::string text_of(const char* text) { return text != nullptr ? text : ""; }

}  // namespace

AvahiClient::AvahiClient(boost::asio::any_io_executor executor, Timers& timers)
    : executor_(std::move(executor)), timers_(timers), backoff_(250ms, 30s) {}

void AvahiClient::add(Object& object) {
  objects_.push_back(&object);
  up_ ? object.up() : object.down(status_);
  if (!std::exchange(begun_, true)) connect();
}

void AvahiClient::remove(Object& object) { std::erase(objects_, &object); }

Bus::Request AvahiClient::request(const std::string& path,
                                  const char* interface, const char* member) {
  // To its unique name: a call to the other would have systemd start a daemon
  // that somebody stopped.
  return bus_->request(owner_, path, interface, member);
}

Bus::Call AvahiClient::call(Bus::Request request, Bus::OnReply on_reply) {
  return bus_->call(std::move(request), std::move(on_reply));
}

void AvahiClient::send(Bus::Request request) { bus_->send(std::move(request)); }

void AvahiClient::abandon(Bus::Call call, const char* interface) {
  if (!call.is_pending()) return;
  call.redirect([this, interface](const BusReply& reply) {
    const char* path = nullptr;
    if (reply.message != nullptr && up_ &&
        sd_bus_message_read(reply.message, "o", &path) >= 0)
      send(request(path, interface, "Free"));
  });
  std::erase_if(abandoned_, [](const auto& one) { return !one.is_pending(); });
  abandoned_.push_back(std::move(call));
}

void AvahiClient::give_up(const std::string& reason) {
  start_over(Status::State::unavailable, reason, backoff_.next());
}

void AvahiClient::start_over(Status::State state, const std::string& reason,
                             Timers::Clock::duration delay) {
  owner_.clear();  // what it still says is of no interest
  question_ = {};
  abandoned_.clear();
  set_down(state, reason);
  retry_ = timers_.after(delay, [this] { connect(); });
}

void AvahiClient::connect() {
  bus_.reset();
  auto bus = Bus::open(
      Bus::Which::system, executor_, timers_,
      [this](sd_bus_message* message) { on_signal(message); },
      [this](const std::string& reason) { give_up(reason); });
  if (!bus) return give_up(bus.error().message);
  bus_ = std::move(*bus);
  bus_->match(
      "type='signal',sender='org.freedesktop.DBus',"
      "member='NameOwnerChanged',arg0='org.freedesktop.Avahi'");
  bus_->match(
      "type='signal',interface='org.freedesktop.Avahi.Server',"
      "member='StateChanged'");
  ask_owner();
}

void AvahiClient::ask_owner() {
  auto request = bus_->request("org.freedesktop.DBus", "/org/freedesktop/DBus",
                               "org.freedesktop.DBus", "GetNameOwner");
  request.add("s", kDaemon);
  question_ = bus_->call(std::move(request), [this](const BusReply& reply) {
    if (reply.error == kNoOwner) return owner_is("");
    const char* owner = nullptr;
    if (reply.message == nullptr ||
        sd_bus_message_read(reply.message, "s", &owner) < 0)
      return give_up("the system bus refuses: " + reply.text);
    owner_is(owner);
  });
}

void AvahiClient::owner_is(const std::string& owner) {
  owner_ = owner;
  // The bus will say when there is one.
  if (owner.empty()) return set_down(Status::State::unavailable, kNotRunning);
  ask_state();
}

void AvahiClient::ask_state() {
  auto request = this->request("/", kAvahiServer, "GetState");
  question_ = bus_->call(std::move(request), [this](const BusReply& reply) {
    if (reply.error == kAccessDenied)
      return set_down(Status::State::denied, reply.text);
    if (reply.error == kNoReply) return give_up("avahi-daemon does not answer");
    std::int32_t state = 0;
    if (reply.message == nullptr ||
        sd_bus_message_read(reply.message, "i", &state) < 0)
      return give_up("avahi-daemon: " + reply.text);
    backoff_.reset();
    state_is(state);
  });
}

// Registering and collision are about the host's name: the daemon is choosing
// it, at its start or anew. What was published before would then stay behind
// and lead nowhere; only a new connection makes the daemon forget it.
void AvahiClient::state_is(std::int32_t state) {
  if (state == kRunning) return set_up();
  if (up_) return start_over(Status::State::registering, "", 0ms);
  state == kFailure
      ? set_down(Status::State::unavailable, "avahi-daemon has failed")
      : set_down(Status::State::registering, "");
}

void AvahiClient::set_up() {
  if (up_) return;
  up_ = true;
  for (Object* object : objects_) object->up();
}

void AvahiClient::set_down(Status::State state, const std::string& reason) {
  up_ = false;
  status_ = {state, "", reason};
  for (Object* object : objects_) object->down(status_);
}

void AvahiClient::on_signal(sd_bus_message* message) {
  const AvahiSignal signal{text_of(sd_bus_message_get_path(message)),
                           text_of(sd_bus_message_get_interface(message)),
                           text_of(sd_bus_message_get_member(message)),
                           message};
  // Any program on the bus may send us signals; who sends it the bus says.
  const std::string sender = text_of(sd_bus_message_get_sender(message));
  if (sender == "org.freedesktop.DBus" && signal.member == "NameOwnerChanged")
    return owner_changed(message);
  if (owner_.empty() || sender != owner_) return;
  std::int32_t state = 0;
  if (signal.interface != kAvahiServer) {
    for (Object* object : objects_) object->on_signal(signal);
  } else if (signal.member == "StateChanged" &&
             sd_bus_message_read(message, "is", &state, nullptr) >= 0) {
    state_is(state);
  }
}

void AvahiClient::owner_changed(sd_bus_message* message) {
  const char *name = nullptr, *before = nullptr, *after = nullptr;
  if (sd_bus_message_read(message, "sss", &name, &before, &after) < 0 ||
      std::string_view(name) != kDaemon)
    return;
  if (*after == '\0')
    start_over(Status::State::unavailable, kNotRunning, 0ms);
  else
    start_over(Status::State::connecting, "", 0ms);
}

}  // namespace berth::mdns
