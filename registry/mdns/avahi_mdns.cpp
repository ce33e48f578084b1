// The backend for avahi-daemon 0.8 and later (earlier ones publish nothing on
// the loopback interface), over its D-Bus interface.
#include "registry/mdns/avahi_browser.h"
#include "registry/mdns/avahi_publication.h"

namespace berth::mdns {
namespace {

class AvahiMdns : public Mdns {
 public:
  AvahiMdns(boost::asio::any_io_executor executor, Timers& timers, Scope scope)
      : client_(std::move(executor), timers), scope_(scope) {}

  Result<std::unique_ptr<Publication>> publish(const Service& service,
                                               OnStatus on_status) override {
    if (auto ok = check(service); !ok) return ok.error();
    return std::make_unique<AvahiPublication>(client_, scope_, service,
                                              std::move(on_status));
  }

  std::unique_ptr<Browser> browse(OnSighting on_sighting,
                                  OnStatus on_status) override {
    return std::make_unique<AvahiBrowser>(
        client_, scope_, std::move(on_sighting), std::move(on_status));
  }

 private:
  AvahiClient client_;
  Scope scope_;
};

}  // namespace

std::string_view backend_name() { return "avahi"; }

std::unique_ptr<Mdns> make_mdns(boost::asio::any_io_executor executor,
                                Timers& timers) {
  auto scope = Scope::this_machine();
  if (!scope) return make_disabled(std::move(executor), scope.error().message);
  return std::make_unique<AvahiMdns>(std::move(executor), timers, *scope);
}

}  // namespace berth::mdns
