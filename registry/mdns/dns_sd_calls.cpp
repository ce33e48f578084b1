#include "registry/mdns/dns_sd_calls.h"

#include <arpa/inet.h>

namespace berth::mdns {
namespace {

// Never what a reply of the library says: a record of a network would say so.
constexpr const char* kDomain = "local";
constexpr DNSServiceFlags kNoFlags = 0;  // all that Avahi's library takes

const std::string& type() {
  static const std::string text(kServiceType);
  return text;
}

const char* meaning(DNSServiceErrorType code) {
  switch (code) {
    case kServiceNotRunning:
      return "the mDNS daemon does not run";
    case kDNSServiceErr_Unknown:  // all that Avahi's library says of a loss
      return "no answer from an mDNS daemon";
    case kPolicyDenied:
      return "local network access is not allowed";
    case kDNSServiceErr_NoAuth:
      return "the mDNS daemon does not allow it";
    case kDNSServiceErr_NameConflict:
      return "the mDNS daemon has no free name";
    case kDNSServiceErr_Refused:
      return "the mDNS daemon has too many clients";
    default:
      return "the mDNS library failed";
  }
}

}  // namespace

DNSServiceErrorType register_service(const DnsSdApi& api, DNSServiceRef* ref,
                                     const LocalInterface& where,
                                     const Announcement& announcement,
                                     DNSServiceRegisterReply reply,
                                     void* context) {
  if (announcement.type != type() || !check(announcement))
    return kDNSServiceErr_BadParam;
  const Bytes wire = to_wire(announcement.txt);
  return api.register_service(
      ref, kNoFlags, where.index(), announcement.name.c_str(), type().c_str(),
      kDomain, nullptr, htons(announcement.port),
      static_cast<std::uint16_t>(wire.size()), wire.data(), reply, context);
}

DNSServiceErrorType update_txt(const DnsSdApi& api, DNSServiceRef ref,
                               const Announcement& announcement) {
  if (!check(announcement)) return kDNSServiceErr_BadParam;
  const Bytes wire = to_wire(announcement.txt);
  // No record: the service's own TXT. TTL 0: the daemon's default.
  return api.update_record(ref, nullptr, kNoFlags,
                           static_cast<std::uint16_t>(wire.size()), wire.data(),
                           0);
}

DNSServiceErrorType browse(const DnsSdApi& api, DNSServiceRef* ref,
                           const LocalInterface& where,
                           DNSServiceBrowseReply reply, void* context) {
  return api.browse(ref, kNoFlags, where.index(), type().c_str(), kDomain,
                    reply, context);
}

DNSServiceErrorType resolve(const DnsSdApi& api, DNSServiceRef* ref,
                            const LocalInterface& where,
                            const std::string& name,
                            DNSServiceResolveReply reply, void* context) {
  if (!check_name_of(name)) return kDNSServiceErr_BadParam;
  return api.resolve(ref, kNoFlags, where.index(), name.c_str(), type().c_str(),
                     kDomain, reply, context);
}

Result<void> check_name_of(const std::string& name) {
  Announcement announcement;
  announcement.name = name;
  announcement.port = 1;
  return check(announcement);
}

bool is_denied(DNSServiceErrorType code) {
  return code == kPolicyDenied || code == kDNSServiceErr_NoAuth;
}

std::string describe(DNSServiceErrorType code) {
  return std::string(meaning(code)) + " (" + std::to_string(code) + ")";
}

}  // namespace berth::mdns
