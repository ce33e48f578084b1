#include "tests/registry/mdns/support/link.h"

namespace berth::test {

std::unique_ptr<mdns::Mdns> make_backend(boost::asio::any_io_executor executor,
                                         Timers& timers) {
  return mdns::make_mdns(std::move(executor), timers);
}

}  // namespace berth::test
