// The backend of a build that has none.
#include "registry/mdns/mdns.h"

namespace berth::mdns {

std::string_view backend_name() { return "none"; }

std::unique_ptr<Mdns> make_mdns(boost::asio::any_io_executor executor,
                                Timers&) {
  return make_disabled(std::move(executor), "this build has no mDNS");
}

}  // namespace berth::mdns
