// The calls to dns_sd.h that Berth makes, and all that the library is ever
// told: our type, the domain "local", no flags, this machine's interface. What
// check() refuses ends as kDNSServiceErr_BadParam before the library sees it:
// Bonjour cuts a long name off in silence, libdbus below Avahi's library ends
// the process on a name that is no UTF-8. The calls wait for the daemon's
// answer: fractions of a millisecond with Bonjour, 1 to 3 ms with Avahi; far
// longer where it is stopped (dns_sd_mdns.h).
#pragma once

#include "registry/mdns/dns_sd_api.h"
#include "registry/mdns/scope.h"
#include "registry/mdns/service.h"

namespace berth::mdns {

// Where: LocalOnly with Bonjour, the loopback interface's index with Avahi,
// which has no LocalOnly. There is no value for "any interface".
class LocalInterface {
 public:
  LocalInterface() = default;  // LocalOnly
  explicit LocalInterface(const Scope& scope)
      : index_(scope.interface_index()) {}

  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] bool is_local_only() const {
    return index_ == kDNSServiceInterfaceIndexLocalOnly;
  }

 private:
  std::uint32_t index_ = kDNSServiceInterfaceIndexLocalOnly;
};

// `announcement.type` must be ours.
[[nodiscard]] DNSServiceErrorType register_service(
    const DnsSdApi& api, DNSServiceRef* ref, const LocalInterface& where,
    const Announcement& announcement, DNSServiceRegisterReply reply,
    void* context);
[[nodiscard]] DNSServiceErrorType update_txt(const DnsSdApi& api,
                                             DNSServiceRef ref,
                                             const Announcement& announcement);
[[nodiscard]] DNSServiceErrorType browse(const DnsSdApi& api,
                                         DNSServiceRef* ref,
                                         const LocalInterface& where,
                                         DNSServiceBrowseReply reply,
                                         void* context);
[[nodiscard]] DNSServiceErrorType resolve(
    const DnsSdApi& api, DNSServiceRef* ref, const LocalInterface& where,
    const std::string& name, DNSServiceResolveReply reply, void* context);

// Errc::invalid: a browser's name that must not be handed to resolve().
[[nodiscard]] Result<void> check_name_of(const std::string& name);

// By the system's policy: not to be tried again.
[[nodiscard]] bool is_denied(DNSServiceErrorType code);
// "the mDNS daemon does not run (-65563)", for people.
[[nodiscard]] std::string describe(DNSServiceErrorType code);

}  // namespace berth::mdns
