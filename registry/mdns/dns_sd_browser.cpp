#include "registry/mdns/dns_sd_browser.h"

#include <algorithm>

namespace berth::mdns {

using namespace std::chrono_literals;

namespace {
// The library does not say when it has told all that is there. Bonjour knows
// what is LocalOnly at once; Avahi asks on the loopback interface, where
// answers take 20 to 120 ms (RFC 6762 section 6).
constexpr auto kLocalOnlyRound = 250ms;
constexpr auto kLoopbackRound = 1s;
// A name without facts holds up no one for longer.
constexpr int kMaxRounds = 4;
}  // namespace

DnsSdBrowser::DnsSdBrowser(DnsSdShared& shared, OnSighting on_sighting,
                           OnStatus on_status)
    : shared_(shared),
      on_sighting_(std::move(on_sighting)),
      teller_(shared.executor),
      operation_(shared, {[this](DNSServiceRef* ref) { return begin(ref); },
                          [this] { lose_all(); }, std::move(on_status)}) {}

DNSServiceErrorType DnsSdBrowser::begin(DNSServiceRef* ref) {
  rounds_left_ = kMaxRounds;
  settle_later();  // a failure ends it
  return browse(shared_.api, ref, shared_.where, &replied, this);
}

void DnsSdBrowser::replied(DNSServiceRef, DNSServiceFlags flags,
                           std::uint32_t interface, DNSServiceErrorType code,
                           const char* name, const char*, const char*,
                           void* context) {
  auto* self = static_cast<DnsSdBrowser*>(context);
  DnsSdRef* ref = self->operation_.ref();
  if (code != kDNSServiceErr_NoError)
    return ref->later([self, code] { self->operation_.failed(code); });
  if (interface != self->shared_.where.index()) return;
  const bool add = (flags & kDNSServiceFlagsAdd) != 0;
  ref->later([self, add, name = std::string(name)] {
    if (add)
      self->added(name);
    else
      self->removed(name);
  });
}

void DnsSdBrowser::added(const std::string& name) {
  if (records_.contains(name) || records_.size() >= kMaxRecords) return;
  Record& record = records_[name];
  if (auto ok = check_name_of(name); !ok)
    return seen({name, 0, ok.error().message, {}});
  record.resolver = std::make_unique<DnsSdResolver>(
      shared_, name, [this](const Seen& now) { seen(now); });
}

void DnsSdBrowser::seen(const Seen& now) {
  Record& record = records_.at(now.name);
  if (record.seen == now) return;
  record.seen = now;
  tell(Sighting::What::found, now);
}

void DnsSdBrowser::removed(const std::string& name) {
  const auto record = records_.extract(name);
  if (record && record.mapped().seen)
    tell(Sighting::What::lost, {name, 0, {}, {}});
}

void DnsSdBrowser::lose_all() {
  settling_.cancel();
  while (!records_.empty()) removed(std::string(records_.begin()->first));
}

void DnsSdBrowser::settle_later() {
  const auto round =
      shared_.where.is_local_only() ? kLocalOnlyRound : kLoopbackRound;
  settling_ = shared_.timers.after(round, [this] { settle(); });
}

void DnsSdBrowser::settle() {
  operation_.running({});
  --rounds_left_;
  const bool known = std::all_of(
      records_.begin(), records_.end(),
      [](const auto& record) { return record.second.seen.has_value(); });
  if (!known && rounds_left_ > 0) return settle_later();
  tell(Sighting::What::settled, {});
}

void DnsSdBrowser::tell(Sighting::What what, const Seen& seen) {
  if (!on_sighting_) return;
  teller_.later([call = on_sighting_, sighting = Sighting{what, seen}] {
    call(sighting);
  });
}

}  // namespace berth::mdns
