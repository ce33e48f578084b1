// What answers at the endpoint of a record: an instance that does what a test
// tells it, or somebody who only pretends to be one. Runs on the test's
// io_context; its record stands in the test's registry.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "registry/record.h"
#include "registry/registry.h"

namespace berth::test {

// How it departs from the protocol.
enum class Lie {
  none,
  wrong_proof,        // knows another token
  replayed_proof,     // sends the client's own proof back
  no_proof,           // its first frame is an event
  huge_first_frame,   // larger than any proof
  wrong_subprotocol,  // accepts the WebSocket, but does not say berth.v1
  echoes_offer,       // accepts every subprotocol it was offered
  deaf,               // proves itself, then reads nothing: no pong either
  no_first_frame,     // accepts, then says nothing
  plain_http,         // answers 200 to everything
  refuses,            // answers 403 to everything
  garbage,            // answers what is no HTTP
  closes,             // accepts the connection and closes it
  stalls,             // accepts the connection and says nothing
  closes_after_hello  // proves itself by HTTP, but would have the token on a
                      // connection of its own choice ("Connection: close")
};

class FakeInstance {
 public:
  // Answers one JSON-RPC message with any number of messages, by send().
  using OnMessage =
      std::function<void(FakeInstance&, const nlohmann::json& message)>;

  FakeInstance(asio::io_context& io, registry::Registry& registry,
               const std::string& name, Lie lie = Lie::none);
  FakeInstance(const FakeInstance&) = delete;
  FakeInstance& operator=(const FakeInstance&) = delete;
  ~FakeInstance();

  void on_message(OnMessage handler) { on_message_ = std::move(handler); }
  // To the one WebSocket client, which must be there.
  void send(const std::string& text);
  // Ends the WebSocket without a close frame, as a death does.
  void drop();
  // The answer to proven HTTP requests other than the hello.
  void answer_http(int status, std::string body);

  [[nodiscard]] const registry::Record& record() const;
  // Each byte that came before the WebSocket was proven, or by HTTP.
  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] const std::vector<std::string>& messages() const {
    return messages_;
  }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int pings() const { return pings_; }
  [[nodiscard]] bool client_is_gone() const { return gone_; }

 private:
  struct Socket;

  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(asio::ip::tcp::socket socket);
  asio::awaitable<std::string> read_request(asio::ip::tcp::socket& socket);
  asio::awaitable<void> serve_websocket(asio::ip::tcp::socket socket,
                                        std::string head);
  asio::awaitable<void> record_rest(asio::ip::tcp::socket& socket);
  [[nodiscard]] std::string http_answer(const std::string& request) const;
  [[nodiscard]] std::string first_frame(const std::string& offer) const;

  asio::io_context& io_;
  asio::ip::tcp::acceptor acceptor_;
  Lie lie_;
  TaskGroup tasks_;
  std::unique_ptr<registry::Registration> registration_;
  std::shared_ptr<Socket> socket_;
  OnMessage on_message_;
  int http_status_ = 200;
  std::string http_body_ = "{}";
  std::string received_;
  std::vector<std::string> messages_;
  int connections_ = 0;
  int pings_ = 0;
  bool gone_ = false;
};

// A record as an instance on `port` publishes it.
[[nodiscard]] registry::Record make_record(const std::string& name,
                                           std::uint16_t port);

}  // namespace berth::test
