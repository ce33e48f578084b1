// A dns_sd.h library that does what a test says, and notes what must not be
// done to one. One at a time: the library's functions have no context.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "registry/base/encoding.h"
#include "registry/mdns/dns_sd_api.h"

// One operation, as it was asked for.
struct _DNSServiceRef_t {
  std::string kind{};  // "register", "update", "browse", "resolve"
  DNSServiceFlags flags = 0;
  std::uint32_t interface = 0;
  std::string name{}, type{}, domain{};
  std::uint16_t port = 0;
  berth::Bytes txt{};
  void* context = nullptr;
  DNSServiceRegisterReply on_register = nullptr;
  DNSServiceBrowseReply on_browse = nullptr;
  DNSServiceResolveReply on_resolve = nullptr;
  int reader = -1, writer = -1;
  std::deque<std::function<DNSServiceErrorType()>> replies{};
};

namespace berth::test {

class FakeDnsSd {
 public:
  using Ref = _DNSServiceRef_t;

  FakeDnsSd();
  FakeDnsSd(const FakeDnsSd&) = delete;
  FakeDnsSd& operator=(const FakeDnsSd&) = delete;
  ~FakeDnsSd();

  const mdns::DnsSdApi api;
  // What a call answers at once; without it, that all is well.
  std::function<DNSServiceErrorType(const Ref&)> answer;
  // Refs come without a descriptor, as Bonjour's do where it is short of them.
  bool without_descriptors = false;
  // Every call that made or was to make a ref, and every change of TXT.
  std::vector<Ref> calls;
  // What was done that must not be; and refs that were never deallocated.
  std::vector<std::string> faults;

  // The living ref of `kind`, the newest; null where there is none.
  [[nodiscard]] Ref* live(const std::string& kind) const;
  [[nodiscard]] std::size_t live_count() const { return refs_.size(); }
  [[nodiscard]] int count(const std::string& kind) const;

  // What the ref's next ProcessResult does.
  void registered(Ref* ref, DNSServiceErrorType code = kDNSServiceErr_NoError);
  void browsed(Ref* ref, bool add, const std::string& name,
               std::uint32_t interface,
               DNSServiceErrorType code = kDNSServiceErr_NoError);
  void resolved(Ref* ref, std::uint16_t port, const Bytes& wire,
                std::uint32_t interface,
                DNSServiceErrorType code = kDNSServiceErr_NoError);
  void broken(Ref* ref, DNSServiceErrorType code);

 private:
  static DNSServiceErrorType make(const Ref& wanted, DNSServiceRef* out);
  void deallocate(DNSServiceRef ref);
  DNSServiceErrorType process(DNSServiceRef ref);
  void push(Ref* ref, std::function<DNSServiceErrorType()> reply);

  std::vector<std::unique_ptr<Ref>> refs_;
  bool inside_ = false;
};

}  // namespace berth::test
