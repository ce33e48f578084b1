// What is used of dns_sd.h, as a table, so that tests can stand in for the
// library. Which library: Bonjour's, or Avahi's imitation of it.
#pragma once

#include <dns_sd.h>

namespace berth::mdns {

struct DnsSdApi {
  decltype(&::DNSServiceRefSockFD) ref_sock_fd;
  decltype(&::DNSServiceProcessResult) process_result;
  decltype(&::DNSServiceRefDeallocate) ref_deallocate;
  decltype(&::DNSServiceRegister) register_service;
  decltype(&::DNSServiceUpdateRecord) update_record;
  decltype(&::DNSServiceBrowse) browse;
  decltype(&::DNSServiceResolve) resolve;

  // The library that this program is linked with.
  [[nodiscard]] static const DnsSdApi& linked();
};

// Of Bonjour's dns_sd.h; Avahi's does not have them.
inline constexpr DNSServiceErrorType kServiceNotRunning = -65563;
inline constexpr DNSServiceErrorType kPolicyDenied = -65570;

}  // namespace berth::mdns
