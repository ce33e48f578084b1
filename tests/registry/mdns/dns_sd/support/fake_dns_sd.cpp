#include "tests/registry/mdns/dns_sd/support/fake_dns_sd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace berth::test {
namespace {

FakeDnsSd* current = nullptr;

Bytes bytes(std::uint16_t length, const void* data) {
  const auto* begin = static_cast<const std::uint8_t*>(data);
  return {begin, begin + length};
}

}  // namespace

FakeDnsSd::FakeDnsSd()
    : api{[](DNSServiceRef ref) {
            return current->without_descriptors ? -1 : ref->reader;
          },
          [](DNSServiceRef ref) { return current->process(ref); },
          [](DNSServiceRef ref) { current->deallocate(ref); },
          [](DNSServiceRef* out, DNSServiceFlags flags, std::uint32_t interface,
             const char* name, const char* type, const char* domain,
             const char* host, std::uint16_t port, std::uint16_t txt_length,
             const void* txt, DNSServiceRegisterReply reply, void* context) {
            if (host != nullptr) current->faults.emplace_back("a host");
            Ref wanted{.kind = "register",
                       .flags = flags,
                       .interface = interface,
                       .name = name,
                       .type = type,
                       .domain = domain,
                       .port = ntohs(port),
                       .txt = bytes(txt_length, txt),
                       .context = context,
                       .on_register = reply};
            return make(wanted, out);
          },
          [](DNSServiceRef ref, DNSRecordRef record, DNSServiceFlags flags,
             std::uint16_t txt_length, const void* txt, std::uint32_t ttl) {
            if (record != nullptr || ttl != 0)
              current->faults.emplace_back("another record than the TXT");
            Ref wanted = *ref;
            wanted.kind = "update";
            wanted.flags = flags;
            wanted.txt = bytes(txt_length, txt);
            return make(wanted, nullptr);
          },
          [](DNSServiceRef* out, DNSServiceFlags flags, std::uint32_t interface,
             const char* type, const char* domain, DNSServiceBrowseReply reply,
             void* context) {
            Ref wanted{.kind = "browse",
                       .flags = flags,
                       .interface = interface,
                       .name = {},
                       .type = type,
                       .domain = domain,
                       .txt = {},
                       .context = context,
                       .on_browse = reply};
            return make(wanted, out);
          },
          [](DNSServiceRef* out, DNSServiceFlags flags, std::uint32_t interface,
             const char* name, const char* type, const char* domain,
             DNSServiceResolveReply reply, void* context) {
            Ref wanted{.kind = "resolve",
                       .flags = flags,
                       .interface = interface,
                       .name = name,
                       .type = type,
                       .domain = domain,
                       .txt = {},
                       .context = context,
                       .on_resolve = reply};
            return make(wanted, out);
          }} {
  current = this;
}

FakeDnsSd::~FakeDnsSd() {
  for (const auto& ref : refs_) {
    ::close(ref->reader);
    ::close(ref->writer);
  }
  current = nullptr;
}

DNSServiceErrorType FakeDnsSd::make(const Ref& wanted, DNSServiceRef* out) {
  if (current->inside_)
    current->faults.push_back(wanted.kind + " from inside a reply");
  if (wanted.flags != 0 || wanted.type != "_berth._tcp" ||
      wanted.domain != "local" || wanted.interface == 0)
    current->faults.push_back(wanted.kind + " beyond this machine");
  current->calls.push_back(wanted);
  const auto code =
      current->answer ? current->answer(wanted) : kDNSServiceErr_NoError;
  if (code != kDNSServiceErr_NoError || out == nullptr) return code;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  current->refs_.push_back(std::make_unique<Ref>(wanted));
  *out = current->refs_.back().get();
  (*out)->reader = ends[0];
  (*out)->writer = ends[1];
  return code;
}

void FakeDnsSd::deallocate(DNSServiceRef ref) {
  if (inside_) faults.emplace_back("deallocated from inside a reply");
  const auto found =
      std::find_if(refs_.begin(), refs_.end(),
                   [&](const auto& one) { return one.get() == ref; });
  if (found == refs_.end()) {
    faults.emplace_back("deallocated twice");
    return;
  }
  if (::fcntl(ref->reader, F_GETFD) < 0)
    faults.emplace_back("the library's descriptor was closed");
  ::close(ref->reader);
  ::close(ref->writer);
  refs_.erase(found);
}

DNSServiceErrorType FakeDnsSd::process(DNSServiceRef ref) {
  if (inside_) faults.emplace_back("ProcessResult from inside a reply");
  pollfd readable{ref->reader, POLLIN, 0};
  if (::poll(&readable, 1, 0) != 1) {
    faults.emplace_back("ProcessResult with nothing to read");
    return kDNSServiceErr_NoError;
  }
  char byte = 0;
  if (::read(ref->reader, &byte, 1) != 1) throw std::runtime_error("no byte");
  const auto reply = std::move(ref->replies.front());
  ref->replies.pop_front();
  inside_ = true;
  const auto code = reply();
  inside_ = false;
  return code;
}

FakeDnsSd::Ref* FakeDnsSd::live(const std::string& kind) const {
  const auto found =
      std::find_if(refs_.rbegin(), refs_.rend(),
                   [&](const auto& one) { return one->kind == kind; });
  return found == refs_.rend() ? nullptr : found->get();
}

int FakeDnsSd::count(const std::string& kind) const {
  return static_cast<int>(
      std::count_if(calls.begin(), calls.end(),
                    [&](const Ref& call) { return call.kind == kind; }));
}

void FakeDnsSd::push(Ref* ref, std::function<DNSServiceErrorType()> reply) {
  ref->replies.push_back(std::move(reply));
  if (::write(ref->writer, "x", 1) != 1) throw std::runtime_error("no byte");
}

void FakeDnsSd::registered(Ref* ref, DNSServiceErrorType code) {
  push(ref, [ref, code] {
    ref->on_register(ref, 0, code, ref->name.c_str(), "_berth._tcp.", "local.",
                     ref->context);
    return kDNSServiceErr_NoError;
  });
}

void FakeDnsSd::browsed(Ref* ref, bool add, const std::string& name,
                        std::uint32_t interface, DNSServiceErrorType code) {
  push(ref, [=] {
    const bool ok = code == kDNSServiceErr_NoError;
    ref->on_browse(ref, add ? kDNSServiceFlagsAdd : 0, interface, code,
                   ok ? name.c_str() : nullptr, ok ? "_berth._tcp." : nullptr,
                   ok ? "local." : nullptr, ref->context);
    return kDNSServiceErr_NoError;
  });
}

void FakeDnsSd::resolved(Ref* ref, std::uint16_t port, const Bytes& wire,
                         std::uint32_t interface, DNSServiceErrorType code) {
  push(ref, [=] {
    ref->on_resolve(ref, 0, interface, code, "an\\032escaped.name.",
                    "elsewhere.local.", htons(port),
                    static_cast<std::uint16_t>(wire.size()), wire.data(),
                    ref->context);
    return kDNSServiceErr_NoError;
  });
}

void FakeDnsSd::broken(Ref* ref, DNSServiceErrorType code) {
  push(ref, [code] { return code; });
}

}  // namespace berth::test
