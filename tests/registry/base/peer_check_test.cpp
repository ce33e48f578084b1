#include "registry/base/peer_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "registry/base/unique_fd.h"
#include "tests/support/catch.h"

namespace berth {
namespace {

struct Loopback {
  Loopback() : listener(::socket(AF_INET, SOCK_STREAM, 0)) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener.get(), raw, size) == 0);
    REQUIRE(::listen(listener.get(), 8) == 0);
    REQUIRE(::getsockname(listener.get(), raw, &size) == 0);
  }
  UniqueFd connect() const {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const auto* const raw = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fd.get(), raw, sizeof address) != 0) fd.reset();
    return fd;
  }
  UniqueFd accept() const {
    return UniqueFd(::accept(listener.get(), nullptr, nullptr));
  }

  UniqueFd listener;
  sockaddr_in address{};
};

TEST_CASE("a connection of our own is own from both sides") {
  const Loopback loopback;
  const auto client = loopback.connect();
  const auto server = loopback.accept();
  const auto seen_by_server = check_peer(server.get());
  CHECK(seen_by_server.verdict == PeerVerdict::own);
  CHECK(seen_by_server.uid == ::geteuid());
  CHECK(check_peer(client.get()).verdict == PeerVerdict::own);
}

TEST_CASE("a dialled connection that is not accepted yet has no owner") {
  const Loopback loopback;
  const auto client = loopback.connect();
  CHECK(check_peer(client.get()).verdict == PeerVerdict::no_owner);
  const auto server = loopback.accept();
  CHECK(check_peer(client.get()).verdict == PeerVerdict::own);
}

TEST_CASE("a client that closed before accept has no owner, root or not") {
  const Loopback loopback;
  loopback.connect().reset();
  const auto server = loopback.accept();
  REQUIRE(server);
  CHECK(check_peer(server.get()).verdict == PeerVerdict::no_owner);
}

TEST_CASE("a connection of another user is foreign and names the uid") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to become another user");
    return;
  }
  const Loopback loopback;
  const auto child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(1);
    const auto client = loopback.connect();
    char byte;
    (void)!::read(client.get(), &byte, 1);  // until the parent closes
    ::_exit(0);
  }
  {
    const auto server = loopback.accept();
    const auto check = check_peer(server.get());
    CHECK(check.verdict == PeerVerdict::foreign);
    CHECK(check.uid == 65534);
  }
  int status = -1;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("what is no IPv4 connection is unknown, with the reason") {
  const UniqueFd local(::socket(AF_UNIX, SOCK_STREAM, 0));
  const auto check = check_peer(local.get());
  CHECK(check.verdict != PeerVerdict::own);
  const auto closed = check_peer(-1);
  CHECK(closed.verdict == PeerVerdict::unknown);
  CHECK_FALSE(closed.reason.empty());
}

}  // namespace
}  // namespace berth
