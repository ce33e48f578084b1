// The backend for Bonjour (macOS, Windows), on dns_sd.h. It runs on Avahi's
// imitation of that library too, which the tests use: a thread and a D-Bus
// connection for each operation, so nothing for production.
#pragma once

#include "registry/mdns/dns_sd_operation.h"

namespace berth::mdns {

class DnsSdMdns : public Mdns {
 public:
  // `api` and `timers` must outlive it.
  DnsSdMdns(const DnsSdApi& api, boost::asio::any_io_executor executor,
            Timers& timers);

  [[nodiscard]] Result<std::unique_ptr<Publication>> publish(
      const Service& service, OnStatus on_status) override;
  [[nodiscard]] std::unique_ptr<Browser> browse(OnSighting on_sighting,
                                                OnStatus on_status) override;

 private:
  DnsSdShared shared_;
};

}  // namespace berth::mdns
