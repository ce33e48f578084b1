#include "registry/mdns/dns_sd_resolver.h"

#include <arpa/inet.h>

namespace berth::mdns {

using namespace std::chrono_literals;

DnsSdResolver::DnsSdResolver(DnsSdShared& shared, std::string name,
                             OnSeen on_seen)
    : shared_(shared),
      name_(std::move(name)),
      on_seen_(std::move(on_seen)),
      backoff_(250ms, 30s) {
  begin();
}

void DnsSdResolver::begin() {
  ref_ = std::make_unique<DnsSdRef>(shared_.api, shared_.executor);
  const auto code = ref_->start(
      [this](DNSServiceRef* ref) {
        return resolve(shared_.api, ref, shared_.where, name_, &replied, this);
      },
      [this](DNSServiceErrorType) { failed(); });
  if (code != kDNSServiceErr_NoError) failed();
}

// Not an end: a record may be seen before its facts are, and the library has
// no room at times. A daemon that is gone is the browser's to tell.
void DnsSdResolver::failed() {
  ref_.reset();
  again_ = shared_.timers.after(backoff_.next(), [this] { begin(); });
}

// The full name is escaped text, the host is never to be connected to: neither
// is looked at.
void DnsSdResolver::replied(DNSServiceRef, DNSServiceFlags,
                            std::uint32_t interface, DNSServiceErrorType code,
                            const char*, const char*, std::uint16_t port,
                            std::uint16_t txt_length, const unsigned char* txt,
                            void* context) {
  auto* self = static_cast<DnsSdResolver*>(context);
  if (code != kDNSServiceErr_NoError)
    return self->ref_->later([self] { self->failed(); });
  if (interface != self->shared_.where.index()) return;
  self->ref_->later(
      [self, port = ntohs(port), wire = Bytes(txt, txt + txt_length)] {
        self->answered(port, wire);
      });
}

void DnsSdResolver::answered(std::uint16_t port, const Bytes& wire) {
  backoff_.reset();
  Seen seen{name_, port, {}, {}};
  auto txt = parse_wire(wire);
  auto service = txt ? parse_service(name_, port, *txt) : txt.error();
  if (service)
    seen.service = *service;
  else
    seen.problem = service.error().message;
  on_seen_(seen);
}

}  // namespace berth::mdns
