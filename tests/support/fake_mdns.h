// mDNS without a daemon, for tests of what stands on Mdns. It passes the same
// contract test as the backends.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "registry/mdns/mdns.h"

namespace berth::test {

// A machine with its daemon, which runs at first. Must outlive every FakeMdns
// on it.
class FakeLink {
 public:
  explicit FakeLink(boost::asio::any_io_executor executor);

  // The daemon goes: all is unavailable for `reason`, until start().
  void stop(const std::string& reason = "the daemon does not run");
  void start();
  // The system's policy says no, for good, to all that is there or comes.
  void deny(const std::string& reason = "no local network access");

  // Another program's record, whatever is in it. Who holds `name` loses it and
  // takes another; forging it again changes it.
  void forge(const std::string& name, std::uint16_t port, mdns::Txt txt);
  void withdraw(const std::string& name);

  struct State;

 private:
  friend class FakeMdns;
  std::shared_ptr<State> state_;
};

class FakeMdns : public mdns::Mdns {
 public:
  explicit FakeMdns(const FakeLink& link) : state_(link.state_) {}

  [[nodiscard]] Result<std::unique_ptr<mdns::Publication>> publish(
      const mdns::Service& service, mdns::OnStatus on_status) override;
  [[nodiscard]] std::unique_ptr<mdns::Browser> browse(
      mdns::OnSighting on_sighting, mdns::OnStatus on_status) override;

 private:
  std::shared_ptr<FakeLink::State> state_;
};

}  // namespace berth::test
