#include "server/port_binder.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "server/http/loopback.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::server;

namespace {

std::string nobody(std::uint16_t) { return ""; }

// One file for all, as instances of one home have it.
const std::filesystem::path& locks() {
  static const test::TempDir directory;
  static const std::filesystem::path file = directory / "state/ports.lock";
  return file;
}

// A range of `count` free ports, found with the kernel's help.
std::uint16_t free_range(std::uint16_t count) {
  for (std::uint16_t first = 20000; first < 30000; first += count) {
    std::vector<BoundPort> held;
    PortRequest request;
    request.locks = locks();
    request.first = first;
    request.final = first + count - 1;
    while (held.size() < count) {
      auto port = bind_port(request, PortUse::listen, nobody);
      if (!port || http::is_refused_by_browsers(port->port)) break;
      held.push_back(std::move(*port));
    }
    if (held.size() == count) return first;
  }
  FAIL("no free ports");
  return 0;
}

PortRequest range(std::uint16_t first, std::uint16_t count) {
  PortRequest request;
  request.locks = locks();
  request.first = first;
  request.final = first + count - 1;
  return request;
}

}  // namespace

TEST_CASE("the lowest free port of the range is bound and kept", "[port]") {
  const auto first = free_range(3);
  auto a = bind_port(range(first, 3), PortUse::listen, nobody);
  auto b = bind_port(range(first, 3), PortUse::listen, nobody);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->port == first);
  CHECK(b->port == first + 1);
}

TEST_CASE("an instance gets the port it had, while others leave it alone",
          "[port]") {
  const auto first = free_range(3);
  auto request = range(first, 3);
  request.last = first + 2;
  auto own = bind_port(request, PortUse::listen, nobody);
  REQUIRE(own);
  CHECK(own->port == first + 2);

  auto other = range(first, 3);
  other.avoid = {first};
  auto second = bind_port(other, PortUse::listen, nobody);
  REQUIRE(second);
  CHECK(second->port == first + 1);
  auto third = bind_port(other, PortUse::listen, nobody);
  REQUIRE(third);
  CHECK(third->port == first);  // nothing else was free
}

TEST_CASE("a last port outside the range is not taken", "[port]") {
  const auto first = free_range(2);
  auto request = range(first, 1);
  request.last = first + 1;
  auto port = bind_port(request, PortUse::listen, nobody);
  REQUIRE(port);
  CHECK(port->port == first);
}

TEST_CASE("a full range names the range and who holds it", "[port]") {
  const auto first = free_range(2);
  auto a = bind_port(range(first, 2), PortUse::listen, nobody);
  auto b = bind_port(range(first, 2), PortUse::listen, nobody);
  auto none = bind_port(range(first, 2), PortUse::listen, [&](std::uint16_t port) {
    return port == first ? "alice" : "";
  });
  REQUIRE(!none);
  CHECK(none.error().code == Errc::no_port);
  CHECK(none.error().message ==
        "no free port: " + std::to_string(first) + "-" +
            std::to_string(first + 1) + " (held: " + std::to_string(first) +
            " by alice)");
}

TEST_CASE("a fixed port is taken or nothing", "[port]") {
  const auto first = free_range(1);
  PortRequest request;
  request.locks = locks();
  request.fixed = first;
  auto port = bind_port(request, PortUse::listen, nobody);
  REQUIRE(port);
  CHECK(port->port == first);
  auto again = bind_port(request, PortUse::listen, nobody);
  REQUIRE(!again);
  CHECK(again.error().code == Errc::no_port);
  CHECK(again.error().message == "port is taken: " + std::to_string(first));
}

TEST_CASE("ports that browsers refuse are skipped, unless fixed", "[port]") {
  CHECK(http::is_refused_by_browsers(6000));
  CHECK(http::is_refused_by_browsers(6665));
  CHECK(http::is_refused_by_browsers(6669));
  CHECK(http::is_refused_by_browsers(10080));
  CHECK(!http::is_refused_by_browsers(8766));
  auto refused = bind_port(range(6665, 5), PortUse::listen, nobody);
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::no_port);
}

TEST_CASE("a port is shared with nobody and listens on loopback only",
          "[port]") {
  const auto first = free_range(1);
  auto port = bind_port(range(first, 1), PortUse::listen, nobody);
  REQUIRE(port);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(port->listener.get(),
                        reinterpret_cast<sockaddr*>(&address), &size) == 0);
  CHECK(ntohl(address.sin_addr.s_addr) == INADDR_LOOPBACK);
  // A second socket of the same user, with SO_REUSEPORT, must not get in.
  UniqueFd second(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(second.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  ::setsockopt(second.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  CHECK(::bind(second.get(), reinterpret_cast<sockaddr*>(&address),
               sizeof address) != 0);
}

TEST_CASE("a reserved port is left alone by other instances, and can be bound "
          "by the program that it is for",
          "[port]") {
  const auto first = free_range(2);
  auto reserved = bind_port(range(first, 2), PortUse::reserve, nobody);
  REQUIRE(reserved);
  REQUIRE(reserved->port == first);
  // Only the lock tells: the port itself would let both in.
  auto other = bind_port(range(first, 2), PortUse::listen, nobody);
  REQUIRE(other);
  CHECK(other->port == first + 1);
  CHECK(http::listen_on_loopback(first));
  CHECK(!bind_port(range(first, 2), PortUse::reserve, nobody));
  reserved = Error{};
  CHECK(bind_port(range(first, 2), PortUse::reserve, nobody)->port == first);
}

TEST_CASE("a port that could not be had is not kept from others", "[port]") {
  const auto first = free_range(2);
  auto stranger = http::listen_on_loopback(first);
  REQUIRE(stranger);
  auto mine = bind_port(range(first, 2), PortUse::listen, nobody);
  REQUIRE(mine);
  CHECK(mine->port == first + 1);
  stranger->reset();
  CHECK(bind_port(range(first, 1), PortUse::listen, nobody));
}
