// A machine with an mDNS daemon, as the contract test wants it. Each program
// that holds the contract is linked with one make_link().
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "registry/mdns/mdns.h"

namespace berth::test {

class Link {
 public:
  virtual ~Link() = default;
  // As another program of the machine would make one. Must not outlive this.
  virtual std::unique_ptr<mdns::Mdns> make_mdns() = 0;
  // The daemon, which runs at first.
  virtual void stop() = 0;
  virtual void start() = 0;
  // A record that no Berth wrote, until this link goes. `txt` is text.
  virtual void forge(const std::string& name, std::uint16_t port,
                     const mdns::Txt& txt) = 0;

  boost::asio::io_context io{1};
};

std::unique_ptr<Link> make_link();

// What daemon_link.cpp, whose daemon is that of tests/with_mdns, makes.
std::unique_ptr<mdns::Mdns> make_backend(boost::asio::any_io_executor executor,
                                         Timers& timers);

}  // namespace berth::test
