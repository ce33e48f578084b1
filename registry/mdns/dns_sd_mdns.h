// The backend for Bonjour (macOS, Windows), on dns_sd.h. It runs on Avahi's
// imitation of that library too, which the tests use: a thread and a D-Bus
// connection for each operation, so nothing for production.
//
// One limit against mdns.h: each call to the library waits for the daemon's
// answer, on the loop's thread. That takes under a millisecond; but a daemon
// that is stopped, not gone, holds the program up, with Bonjour for up to 60 s
// (DNSSD_CLIENT_TIMEOUT in its dnssd_clientstub.c), with Avahi for 25 s (D-Bus).
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
