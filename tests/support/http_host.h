// An HTTP host on a real loopback port under fake time, and a client that
// sends and reads raw bytes. Both run in the test's thread, in turns.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "registry/base/unique_fd.h"
#include "server/http/http_server.h"
#include "tests/support/fake_timers.h"

namespace berth::test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline UniqueFd listening_socket(int backlog = 512) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(0);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0 ||
      ::listen(fd.get(), backlog) != 0)
    throw std::runtime_error("no listening socket");
  return fd;
}

inline UniqueFd connect_to(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0)
    throw std::runtime_error("cannot connect");
  return fd;
}

class HttpHost {
 public:
  explicit HttpHost(http::Router router, http::ServerOptions options = {})
      : server(io.get_executor(), timers, std::move(router),
               std::move(options)) {
    server.start(listening_socket()).value();
  }
  ~HttpHost() {
    bool ended = false;
    const std::chrono::seconds no_grace{0};
    asio::co_spawn(io, server.stop(no_grace),
                   [&](std::exception_ptr) { ended = true; });
    run_until([&] {
      timers.advance(no_grace);
      return ended;
    });
  }

  // Lets the host run until `condition` holds; false after 10 s.
  template <class Condition>
  bool run_until(Condition condition) {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io.restart();
      io.run_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  bool run_until_open(std::size_t connections) {
    return run_until([&] { return server.counters().open == connections; });
  }

  // Lets the host do all it can without waiting.
  void settle() {
    io.restart();
    io.poll();
  }

  // Moves fake time, and lets the host do what follows from it.
  void advance(Timers::Clock::duration delta) {
    settle();
    timers.advance(delta);
    settle();
  }

  asio::io_context io;
  FakeTimers timers;
  http::HttpServer server;
};

class RawClient {
 public:
  explicit RawClient(HttpHost& host)
      : host_(host), fd_(connect_to(host.server.port())) {}

  [[nodiscard]] int fd() const { return fd_.get(); }

  RawClient& send(const std::string& bytes) {
    std::size_t sent = 0;
    host_.run_until([&] {
      const auto n = ::send(fd_.get(), bytes.data() + sent, bytes.size() - sent,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
      if (n > 0) sent += static_cast<std::size_t>(n);
      if (n < 0 && errno != EAGAIN) return true;  // the host closed it
      return sent == bytes.size();
    });
    return *this;
  }

  // Everything up to the end of the connection; throws when it does not end.
  std::string read_all() {
    if (!host_.run_until([&] { return !pump(); }))
      throw std::runtime_error("the connection stays open after: " + received);
    return received;
  }

  // Reads until `count` bytes have come, and takes them.
  std::string read(std::size_t count) {
    wait([&] { return received.size() >= count; });
    return take(count);
  }

  // One response with Content-Length, or a head without a body.
  std::string read_response() {
    wait([&] { return received.find("\r\n\r\n") != std::string::npos; });
    auto size = received.find("\r\n\r\n") + 4;
    const auto at = received.find("Content-Length: ");
    if (at < size) size += std::stoul(received.substr(at + 16));
    wait([&] { return received.size() >= size; });
    return take(size);
  }

  bool closed() {
    return host_.run_until([&] { return !pump(); });
  }

  // False once the connection has ended.
  bool pump() {
    char chunk[65536];
    for (;;) {
      const auto n = ::recv(fd_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
      if (n > 0)
        received.append(chunk, static_cast<std::size_t>(n));
      else
        return n < 0 && errno == EAGAIN;
    }
  }

  std::string received;

 private:
  template <class Condition>
  void wait(Condition condition) {
    bool open = true;
    host_.run_until([&] {
      open = open && pump();
      return condition() || !open;
    });
    if (!condition()) throw std::runtime_error("not received: " + received);
  }
  std::string take(std::size_t size) {
    auto taken = received.substr(0, size);
    received.erase(0, size);
    return taken;
  }

  HttpHost& host_;
  UniqueFd fd_;
};

// A GET that passes policy, with more header lines (each with its CRLF).
inline std::string get(const HttpHost& host, const std::string& target,
                       const std::string& more = {}) {
  return "GET " + target +
         " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(host.server.port()) +
         "\r\n" + more + "\r\n";
}

inline std::string post(const HttpHost& host, const std::string& target,
                        const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: localhost:" + std::to_string(host.server.port()) +
         "\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace berth::test
