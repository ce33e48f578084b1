// One service, published through dns_sd.h.
#pragma once

#include "registry/mdns/dns_sd_operation.h"

namespace berth::mdns {

class DnsSdPublication : public Publication {
 public:
  // `service` must have passed check().
  DnsSdPublication(DnsSdShared& shared, Service service, OnStatus on_status);
  DnsSdPublication(const DnsSdPublication&) = delete;
  DnsSdPublication& operator=(const DnsSdPublication&) = delete;

  Result<void> update(const Service& service) override;
  [[nodiscard]] const Status& status() const override {
    return operation_.status();
  }

 private:
  static void DNSSD_API replied(DNSServiceRef, DNSServiceFlags,
                                DNSServiceErrorType code, const char* name,
                                const char*, const char*, void* self);
  DNSServiceErrorType register_free_name(DNSServiceRef* ref);
  void registered(DNSServiceErrorType code, const std::string& name);
  // Tells the daemon what changed since it was told last.
  void bring_up_to_date();

  DnsSdShared& shared_;
  Service service_;
  Service told_;  // what the daemon has
  int attempt_ = 1;
  DnsSdOperation operation_;
};

}  // namespace berth::mdns
