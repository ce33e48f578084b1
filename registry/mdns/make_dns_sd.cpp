// The backend of a build with Bonjour.
#include "registry/mdns/dns_sd_mdns.h"

namespace berth::mdns {

std::string_view backend_name() { return "dns_sd"; }

std::unique_ptr<Mdns> make_mdns(boost::asio::any_io_executor executor,
                                Timers& timers) {
  return std::make_unique<DnsSdMdns>(DnsSdApi::linked(), std::move(executor),
                                     timers);
}

}  // namespace berth::mdns
