#include "registry/mdns/avahi_browser.h"

#include <algorithm>
#include <chrono>

namespace berth::mdns {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBrowser = "org.freedesktop.Avahi.ServiceBrowser";
constexpr const char* kResolver = "org.freedesktop.Avahi.ServiceResolver";
constexpr const char* kDomain = "local";

// avahi-common/defs.h: AVAHI_LOOKUP_NO_ADDRESS (nobody connects to what the
// record calls its host) and AVAHI_LOOKUP_RESULT_LOCAL (this machine's own).
constexpr std::uint32_t kNoAddress = 8;
constexpr std::uint32_t kResultLocal = 8;

// Resolvers that are being made at once: the bus allows a client 128 calls
// without an answer.
constexpr std::size_t kMaxAsking = 32;
// Names that are followed: the daemon gives a client at most 1024 objects, and
// anybody on the machine can publish names of our type.
constexpr std::size_t kMaxNames = 500;

// The strings of an "aay", as far as they can be read.
Txt read_txt(sd_bus_message* message) {
  Txt txt;
  if (sd_bus_message_enter_container(message, 'a', "ay") < 0) return txt;
  const void* bytes = nullptr;
  std::size_t size = 0;
  while (sd_bus_message_read_array(message, 'y', &bytes, &size) > 0) {
    const auto* first = static_cast<const std::uint8_t*>(bytes);
    // An empty string says nothing (RFC 6763 section 6.1).
    if (size > 0) txt.emplace_back(first, first + size);
  }
  sd_bus_message_exit_container(message);
  return txt;
}

}  // namespace

AvahiBrowser::AvahiBrowser(AvahiClient& client, Scope scope,
                           OnSighting on_sighting, OnStatus on_status)
    : client_(client),
      scope_(scope),
      backoff_(250ms, 30s),
      on_sighting_(std::move(on_sighting)),
      teller_(client.executor()),
      status_(client.executor(), std::move(on_status)) {
  client_.add(*this);
}

AvahiBrowser::~AvahiBrowser() {
  client_.remove(*this);
  if (!client_.is_up()) return;
  for (auto& [name, resolver] : resolvers_) forget(resolver);
  if (!path_.empty())
    client_.send(client_.request(path_, kBrowser, "Free"));
  else
    client_.abandon(std::move(call_), kBrowser);
}

void AvahiBrowser::up() { begin(); }

void AvahiBrowser::begin() {
  status_.set({Status::State::registering, "", ""});
  auto request = client_.request("/", kAvahiServer, "ServiceBrowserNew");
  request.add("iissu", scope_.interface_index(), kProtocolInet,
              std::string(kServiceType).c_str(), kDomain, kNoFlags);
  call_ = client_.call(std::move(request), [this](const BusReply& reply) {
    const char* path = nullptr;
    if (reply.message == nullptr ||
        sd_bus_message_read(reply.message, "o", &path) < 0)
      return fail(reply);
    path_ = path;
    backoff_.reset();
    status_.set({Status::State::published, "", ""});
  });
}

void AvahiBrowser::down(const Status& why) {
  path_.clear();
  call_ = {};
  all_for_now_ = settled_ = false;
  for (const auto& [name, resolver] : resolvers_)
    if (resolver.told) tell(Sighting::What::lost, Seen{name, 0, "", {}});
  resolvers_.clear();
  queue_.clear();
  asking_ = 0;
  retry_.cancel();
  status_.set(why);
}

void AvahiBrowser::on_signal(const AvahiSignal& signal) {
  if (signal.interface == kBrowser && signal.path == path_)
    return on_browser(signal);
  if (signal.interface != kResolver) return;
  const auto resolver = std::find_if(
      resolvers_.begin(), resolvers_.end(),
      [&](const auto& one) { return one.second.path == signal.path; });
  if (resolver != resolvers_.end()) on_resolver(*resolver, signal);
}

void AvahiBrowser::on_browser(const AvahiSignal& signal) {
  if (signal.member == "AllForNow") {
    all_for_now_ = true;
    return tell_if_settled();
  }
  if (signal.member == "Failure")
    return client_.give_up("avahi-daemon cannot browse");
  std::int32_t interface = 0, protocol = 0;
  std::uint32_t flags = 0;
  const char *name = nullptr, *type = nullptr, *domain = nullptr;
  if (sd_bus_message_read(signal.message, "iisssu", &interface, &protocol,
                          &name, &type, &domain, &flags) < 0)
    return;
  if (signal.member == "ItemRemove") return item_gone(name);
  const bool here =
      interface == static_cast<std::int32_t>(scope_.interface_index()) &&
      protocol == kProtocolInet && (flags & kResultLocal) != 0;
  if (signal.member == "ItemNew" && here) item_new(name);
}

void AvahiBrowser::item_new(const std::string& name) {
  if (resolvers_.size() >= kMaxNames) return;
  // One that is known waits already.
  if (!resolvers_.emplace(name, Resolver{}).second) return;
  queue_.push_back(name);
  resolve_next();
}

void AvahiBrowser::resolve_next() {
  while (asking_ < kMaxAsking && !queue_.empty()) {
    const auto found = resolvers_.find(queue_.front());
    queue_.pop_front();
    if (found == resolvers_.end() || found->second.is_asked) continue;
    auto& resolver = *found;
    auto request = client_.request("/", kAvahiServer, "ServiceResolverNew");
    request.add("iisssiu", scope_.interface_index(), kProtocolInet,
                resolver.first.c_str(), std::string(kServiceType).c_str(),
                kDomain, kProtocolInet, kNoAddress);
    resolver.second.is_asked = true;
    ++asking_;
    resolver.second.call = client_.call(
        std::move(request), [this, &resolver](const BusReply& reply) {
          --asking_;
          const char* path = nullptr;
          if (reply.message == nullptr ||
              sd_bus_message_read(reply.message, "o", &path) < 0)
            not_found(resolver, reply.text);
          else
            resolver.second.path = path;
          resolve_next();
        });
  }
}

void AvahiBrowser::item_gone(const std::string& name) {
  const auto gone = resolvers_.find(name);
  if (gone == resolvers_.end()) return;
  if (!gone->second.is_asked) std::erase(queue_, name);
  forget(gone->second);
  if (gone->second.told) tell(Sighting::What::lost, Seen{name, 0, "", {}});
  resolvers_.erase(gone);
  resolve_next();
  tell_if_settled();
}

void AvahiBrowser::forget(Resolver& resolver) {
  if (!resolver.path.empty())
    return client_.send(client_.request(resolver.path, kResolver, "Free"));
  if (resolver.call.is_pending()) --asking_;
  client_.abandon(std::move(resolver.call), kResolver);
}

void AvahiBrowser::on_resolver(Resolvers::value_type& resolver,
                               const AvahiSignal& signal) {
  const char* error = nullptr;
  if (signal.member == "Found")
    found(resolver, signal.message);
  else if (signal.member == "Failure" &&
           sd_bus_message_read(signal.message, "s", &error) >= 0)
    not_found(resolver, error);
}

void AvahiBrowser::found(Resolvers::value_type& resolver,
                         sd_bus_message* message) {
  std::uint16_t port = 0;
  if (sd_bus_message_skip(message, "iissssis") < 0 ||
      sd_bus_message_read(message, "q", &port) < 0)
    return not_found(resolver, "its record cannot be read");
  Seen seen{resolver.first, port, "", {}};
  auto service = parse_service(seen.name, port, read_txt(message));
  if (service)
    seen.service = std::move(*service);
  else
    seen.problem = service.error().message;
  resolver.second.answered = resolver.second.told = true;
  tell(Sighting::What::found, seen);
  tell_if_settled();
}

void AvahiBrowser::not_found(Resolvers::value_type& resolver,
                             const std::string& error) {
  resolver.second.answered = resolver.second.told = true;
  tell(Sighting::What::found,
       Seen{resolver.first, 0, "leads nowhere: " + error, {}});
  tell_if_settled();
}

// On a copy: the callback may destroy this.
void AvahiBrowser::tell(Sighting::What what, const Seen& seen) {
  if (!on_sighting_) return;
  teller_.later([call = on_sighting_, sighting = Sighting{what, seen}] {
    call(sighting);
  });
}

void AvahiBrowser::tell_if_settled() {
  const bool waiting =
      std::any_of(resolvers_.begin(), resolvers_.end(),
                  [](const auto& one) { return !one.second.answered; });
  if (!all_for_now_ || waiting || settled_) return;
  settled_ = true;
  tell(Sighting::What::settled, {});
}

void AvahiBrowser::fail(const BusReply& reply) {
  if (reply.error == kNoReply)
    return client_.give_up("avahi-daemon does not answer");
  if (reply.error == kAccessDenied)
    return status_.set({Status::State::denied, "",
                        "the D-Bus policy keeps this user from avahi-daemon"});
  status_.set({Status::State::unavailable, "", "avahi-daemon: " + reply.text});
  retry_ = client_.timers().after(backoff_.next(), [this] { begin(); });
}

}  // namespace berth::mdns
