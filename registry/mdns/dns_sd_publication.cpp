#include "registry/mdns/dns_sd_publication.h"

namespace berth::mdns {
DnsSdPublication::DnsSdPublication(DnsSdShared& shared, Service service,
                                   OnStatus on_status)
    : shared_(shared),
      service_(std::move(service)),
      operation_(shared, {[this](DNSServiceRef* ref) {
                            return register_free_name(ref);
                          },
                          nullptr, std::move(on_status)}) {}

Result<void> DnsSdPublication::update(const Service& service) {
  if (auto ok = check_update(service_, service); !ok) return ok;
  service_ = service;
  if (status().state == Status::State::published) bring_up_to_date();
  return {};
}

void DnsSdPublication::replied(DNSServiceRef, DNSServiceFlags,
                               DNSServiceErrorType code, const char* name,
                               const char*, const char*, void* context) {
  auto* self = static_cast<DnsSdPublication*>(context);
  DnsSdRef* ref = self->operation_.ref();
  ref->later([self, code, name = std::string(name == nullptr ? "" : name)] {
    self->registered(code, name);
  });
}

// The daemon answers at once that a name is taken: Avahi always, Bonjour for
// names of this machine. Neither finds another by itself.
DNSServiceErrorType DnsSdPublication::register_free_name(DNSServiceRef* ref) {
  told_ = service_;
  while (true) {
    const auto code =
        register_service(shared_.api, ref, operation_.where(),
                         announcement_of(service_, attempt_), &replied, this);
    if (code != kDNSServiceErr_NameConflict) return code;
    if (attempt_ >= kMaxNameAttempts) break;
    ++attempt_;
  }
  attempt_ = 1;
  return kDNSServiceErr_NameConflict;
}

// It may answer later too, and again when its host gets another name.
void DnsSdPublication::registered(DNSServiceErrorType code,
                                  const std::string& name) {
  if (code == kDNSServiceErr_NameConflict && attempt_ < kMaxNameAttempts) {
    ++attempt_;
    return operation_.restart();
  }
  if (code == kDNSServiceErr_NameConflict) attempt_ = 1;
  if (code != kDNSServiceErr_NoError) return operation_.failed(code);
  operation_.running(name);
  bring_up_to_date();
}

void DnsSdPublication::bring_up_to_date() {
  if (service_ == told_) return;
  if (service_.port != told_.port) return operation_.restart();
  told_ = service_;
  const auto code = update_txt(shared_.api, operation_.ref()->get(),
                               announcement_of(service_, attempt_));
  if (code != kDNSServiceErr_NoError) operation_.failed(code);
}

}  // namespace berth::mdns
