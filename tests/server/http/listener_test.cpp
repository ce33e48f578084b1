#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

using namespace std::chrono_literals;
using test::get;
using test::HttpHost;
using test::RawClient;

Router routes(Peer* seen = nullptr) {
  Router router;
  router.add("GET", "/", [seen](Request request) -> asio::awaitable<Response> {
    if (seen) *seen = request.connection->peer();
    co_return Response{200, "{}"};
  });
  return router;
}

// A program of another user that connects and tells whether it was served.
class Stranger {
 public:
  explicit Stranger(const HttpHost& host) : pid_(::fork()) {
    if (pid_ != 0) return;
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
    const auto fd = test::connect_to(host.server.port());
    const auto request = get(host, "/");
    if (::write(fd.get(), request.data(), request.size()) < 0) ::_exit(0);
    char byte;
    ::_exit(::read(fd.get(), &byte, 1) == 1 ? 1 : 0);
  }
  // 0: closed without a byte; 1: served.
  int result(HttpHost& host) const {
    int status = -1;
    host.run_until([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

TEST_CASE("a program of another user is closed at accept and counted") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to become another user");
    return;
  }
  HttpHost host(routes());
  const Stranger stranger(host);
  CHECK(stranger.result(host) == 0);
  CHECK(host.server.counters().peers_refused == 1);
  CHECK(host.server.counters().requests == 0);
  CHECK(RawClient(host)
            .send(get(host, "/"))
            .read_response()
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("with the peer check off every user is served, as unknown") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to become another user");
    return;
  }
  Peer seen{0, PeerVerdict::own};
  ServerOptions options;
  options.check_peers = false;
  HttpHost host(routes(&seen), options);
  const Stranger stranger(host);
  CHECK(stranger.result(host) == 1);
  CHECK(seen.verdict == PeerVerdict::unknown);
  CHECK(host.server.counters().peers_unknown == 1);
}

TEST_CASE("a program of our own is known as such") {
  Peer seen;
  HttpHost host(routes(&seen));
  (void)RawClient(host).send(get(host, "/")).read_response();
  CHECK(seen.verdict == PeerVerdict::own);
  CHECK(seen.port != 0);
}

TEST_CASE("a client that is gone before accept is refused") {
  HttpHost host(routes());
  test::connect_to(host.server.port()).reset();
  CHECK(host.run_until([&] { return host.server.counters().accepted == 1; }));
  CHECK(host.server.counters().peers_refused == 1);
}

TEST_CASE(
    "row 37: an accepted connection is not inherited by programs we "
    "start") {
  HttpHost host(routes());
  RawClient client(host);
  REQUIRE(host.run_until_open(1));
  int sockets = 0;
  for (int fd = 3; fd < 64; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (flags < 0 ||
        ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
      continue;
    ++sockets;
    CHECK((flags & FD_CLOEXEC) != 0);
  }
  CHECK(sockets == 2);  // the client's and the host's
}

// Leaves the process no descriptor to give out while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const UniqueFd next(::dup(0));
    const rlimit none{static_cast<rlim_t>(next.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE("the listener survives having no descriptor left") {
  HttpHost host(routes());
  RawClient client(host);
  client.send("");
  {
    const UniqueFd waiting = test::connect_to(host.server.port());
    const NoDescriptors none;
    REQUIRE(host.run_until(
        [&] { return host.server.counters().accept_errors >= 1; }));
    const auto errors = host.server.counters().accept_errors;
    host.settle();
    // It pauses: no busy loop.
    CHECK(host.server.counters().accept_errors == errors);
  }
  host.advance(100ms);
  CHECK(
      client.send(get(host, "/")).read_response().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a stop does not wait for the pause after an accept error") {
  HttpHost host(routes());
  RawClient client(host);
  {
    const NoDescriptors none;
    REQUIRE(host.run_until(
        [&] { return host.server.counters().accept_errors == 1; }));
  }
  bool stopped = false;
  asio::co_spawn(host.io, host.server.stop(1h),
                 [&](std::exception_ptr) { stopped = true; });
  CHECK(host.run_until([&] { return stopped; }));
}

TEST_CASE("what is no listening socket is refused with a reason") {
  asio::io_context io;
  test::FakeTimers timers;
  HttpServer server(io.get_executor(), timers, routes(), {});
  const auto started = server.start(UniqueFd(::open("/dev/null", O_RDONLY)));
  REQUIRE_FALSE(started);
  CHECK_FALSE(started.error().message.empty());
}

}  // namespace
}  // namespace berth::http
