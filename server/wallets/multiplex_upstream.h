// An upstream behind one connection that carries whole messages both ways:
// WebSocket and IPC. Requests share it by their ids; when it is lost, all that
// is pending fails and a new one is opened.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "registry/base/async.h"
#include "registry/base/backoff.h"
#include "server/wallets/make_upstream.h"
#include "server/wallets/pending_requests.h"

namespace berth::server {

// One open connection. Destroying it closes it; a cancelled send or receive
// leaves it unfit for anything else.
class MessageChannel {
 public:
  virtual ~MessageChannel() = default;
  virtual asio::awaitable<Result<std::string>> receive() = 0;
  virtual asio::awaitable<Result<void>> send(std::string text) = 0;
};

class MultiplexUpstream final : public Upstream {
 public:
  using Opened = Result<std::shared_ptr<MessageChannel>>;
  using Open = std::function<asio::awaitable<Opened>()>;

  // Connects at once, by `open`, which needs no time limit of its own.
  MultiplexUpstream(std::string name, Open open, asio::any_io_executor executor,
                    Timers& timers, const UpstreamOptions& options);

  asio::awaitable<RpcResult> request(std::string method,
                                     nlohmann::json params) override;
  void on_notification(NotificationHandler handler) override;
  void on_state(StateHandler handler) override;
  void on_event(EventHandler handler) override;
  [[nodiscard]] bool connected() const override { return connected_; }
  [[nodiscard]] std::string display_name() const override { return name_; }
  asio::awaitable<void> stop() override;

 private:
  asio::awaitable<void> run();
  // Each returns why the connection is of no use any more.
  asio::awaitable<std::string> serve(std::shared_ptr<MessageChannel> channel);
  asio::awaitable<std::string> read_all(MessageChannel* channel);
  asio::awaitable<std::string> write_all(MessageChannel* channel);

  asio::awaitable<Opened> open();
  // False: it is no message of JSON-RPC.
  [[nodiscard]] bool handle(const std::string& text);
  [[nodiscard]] bool handle_answer(const nlohmann::json& message);
  void handle_notification(const nlohmann::json& message);
  void found();
  void lost(std::string reason);
  [[nodiscard]] RpcError unreachable() const;

  std::string name_;
  Open open_;
  asio::any_io_executor executor_;
  Timers& timers_;
  UpstreamOptions options_;
  Backoff backoff_;
  PendingRequests pending_;
  std::deque<std::uint64_t> outbox_;  // ids that are not sent yet
  Event outbox_filled_;
  NotificationHandler notification_handler_ = [](const auto&) {};
  StateHandler state_handler_ = [](bool) {};
  EventHandler event_handler_ = [](const auto&, const auto&) {};
  bool connected_ = false;
  bool stopping_ = false;
  std::string reason_ = "not connected yet";
  TaskGroup tasks_;
};

}  // namespace berth::server
