#include "registry/mdns/dns_sd_api.h"

namespace berth::mdns {

const DnsSdApi& DnsSdApi::linked() {
  static constexpr DnsSdApi kApi{
      ::DNSServiceRefSockFD,     ::DNSServiceProcessResult,
      ::DNSServiceRefDeallocate, ::DNSServiceRegister,
      ::DNSServiceUpdateRecord,  ::DNSServiceBrowse,
      ::DNSServiceResolve};
  return kApi;
}

}  // namespace berth::mdns
