// What one name stands for, now and after each change, until this ends. Asks
// again 250 ms to 30 s after the library gave up.
#pragma once

#include "registry/mdns/dns_sd_operation.h"

namespace berth::mdns {

class DnsSdResolver {
 public:
  using OnSeen = std::function<void(const Seen&)>;

  // `name` must have passed check_name_of(). `on_seen` comes from the loop, for
  // each answer, the same ones too.
  DnsSdResolver(DnsSdShared& shared, std::string name, OnSeen on_seen);
  DnsSdResolver(const DnsSdResolver&) = delete;
  DnsSdResolver& operator=(const DnsSdResolver&) = delete;

 private:
  static void DNSSD_API replied(DNSServiceRef, DNSServiceFlags,
                                std::uint32_t interface,
                                DNSServiceErrorType code, const char*,
                                const char*, std::uint16_t port,
                                std::uint16_t txt_length,
                                const unsigned char* txt, void* self);
  void begin();
  void failed();
  void answered(std::uint16_t port, const Bytes& txt);

  DnsSdShared& shared_;
  std::string name_;
  OnSeen on_seen_;
  Backoff backoff_;
  Alarm again_;
  std::unique_ptr<DnsSdRef> ref_;
};

}  // namespace berth::mdns
