#include "registry/mdns/dns_sd_mdns.h"

#include "registry/mdns/dns_sd_browser.h"
#include "registry/mdns/dns_sd_publication.h"

namespace berth::mdns {

DnsSdMdns::DnsSdMdns(const DnsSdApi& api, boost::asio::any_io_executor executor,
                     Timers& timers)
    : shared_{api, std::move(executor), timers, LocalInterface()} {}

Result<std::unique_ptr<Publication>> DnsSdMdns::publish(const Service& service,
                                                        OnStatus on_status) {
  if (auto ok = check(service); !ok) return ok.error();
  return std::make_unique<DnsSdPublication>(shared_, service,
                                            std::move(on_status));
}

std::unique_ptr<Browser> DnsSdMdns::browse(OnSighting on_sighting,
                                           OnStatus on_status) {
  return std::make_unique<DnsSdBrowser>(shared_, std::move(on_sighting),
                                        std::move(on_status));
}

}  // namespace berth::mdns
