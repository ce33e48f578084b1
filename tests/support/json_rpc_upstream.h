// A JSON-RPC node that does what a test says: HTTP and WebSocket on a free
// loopback port (plain or TLS), or a unix socket. Runs on the test's own
// io_context.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "server/wallets/stream.h"

namespace berth::test {

class JsonRpcUpstream {
 public:
  using json = nlohmann::json;
  class Peer;  // one connection

  struct Call {
    std::string method;
    json params;
    json id;
    std::string target;         // of the HTTP request
    std::string authorization;  // its header
    std::weak_ptr<Peer> peer;
  };
  using Script = std::function<void(JsonRpcUpstream&, const Call&)>;

  // On a free port of 127.0.0.1, with TLS when `tls` is given.
  explicit JsonRpcUpstream(asio::io_context& io,
                           asio::ssl::context* tls = nullptr);
  // On a unix socket.
  JsonRpcUpstream(asio::io_context& io, std::string path);
  ~JsonRpcUpstream();

  // "ipc:..." or SCHEME://127.0.0.1:PORT.
  [[nodiscard]] std::string url(const std::string& scheme) const;

  // What to do with a method; eth_chainId answers 0x7a69 unless told.
  void on(const std::string& method, Script script);
  void answer(const std::string& method, json result);
  void fail(const std::string& method, json error);
  void stall(const std::string& method);
  // Text in place of the answer; over HTTP the body, with that status.
  void say(const std::string& method, std::string text, unsigned status = 200);
  // Ends the connection in place of an answer.
  void drop(const std::string& method);

  void reply(const Call& call, json message, unsigned status = 200);
  // Bytes as they are, beneath HTTP, then the end of the connection.
  void reply_raw(const Call& call, std::string bytes);
  // To every open connection that can notify.
  void push(const json& message);

  [[nodiscard]] std::size_t count(const std::string& method) const;
  [[nodiscard]] std::size_t open_connections() const;

  void drop_connections();
  void stop_listening();  // new connections are refused
  void listen();          // again, at the same address

  std::vector<Call> calls;
  std::size_t accepted = 0;
  bool hang_up = false;        // on every new connection
  bool never_shakes = false;   // accepts and says nothing
  bool reads_no_more = false;  // after the next message

 private:
  using Protocol = asio::generic::stream_protocol;
  friend class Peer;

  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(Protocol::socket socket);
  void received(const std::shared_ptr<Peer>& peer, const std::string& text);

  asio::io_context& io_;
  asio::ssl::context* tls_ = nullptr;
  std::string path_;
  unsigned short port_ = 0;
  std::optional<asio::basic_socket_acceptor<Protocol>> acceptor_;
  std::map<std::string, Script> scripts_;
  std::list<std::weak_ptr<Peer>> peers_;
  TaskGroup tasks_;
};

}  // namespace berth::test
