// Our type's records on this machine, seen through dns_sd.h.
#pragma once

#include <map>
#include <optional>

#include "registry/mdns/dns_sd_resolver.h"

namespace berth::mdns {

class DnsSdBrowser : public Browser {
 public:
  // More records than these are not told: each holds a descriptor, and any
  // program of the machine can publish as many as it likes.
  static constexpr std::size_t kMaxRecords = 200;

  DnsSdBrowser(DnsSdShared& shared, OnSighting on_sighting, OnStatus on_status);
  DnsSdBrowser(const DnsSdBrowser&) = delete;
  DnsSdBrowser& operator=(const DnsSdBrowser&) = delete;

  [[nodiscard]] const Status& status() const override {
    return operation_.status();
  }

 private:
  struct Record {
    std::optional<Seen> seen;                 // as it was told
    std::unique_ptr<DnsSdResolver> resolver;  // none where the name is bad
  };

  static void DNSSD_API replied(DNSServiceRef, DNSServiceFlags flags,
                                std::uint32_t interface,
                                DNSServiceErrorType code, const char* name,
                                const char*, const char*, void* self);
  DNSServiceErrorType begin(DNSServiceRef* ref);
  void added(const std::string& name);
  void removed(const std::string& name);
  void seen(const Seen& seen);
  void lose_all();
  void settle_later();
  void settle();
  void tell(Sighting::What what, const Seen& seen);

  DnsSdShared& shared_;
  OnSighting on_sighting_;
  Teller teller_;
  std::map<std::string, Record> records_;
  int rounds_left_ = 0;
  Alarm settling_;
  DnsSdOperation operation_;
};

}  // namespace berth::mdns
