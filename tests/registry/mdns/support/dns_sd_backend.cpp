#include "registry/mdns/dns_sd_mdns.h"
#include "tests/registry/mdns/support/link.h"

namespace berth::test {

std::unique_ptr<mdns::Mdns> make_backend(boost::asio::any_io_executor executor,
                                         Timers& timers) {
  return std::make_unique<mdns::DnsSdMdns>(mdns::DnsSdApi::linked(),
                                           std::move(executor), timers);
}

}  // namespace berth::test
