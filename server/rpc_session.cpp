#include "server/rpc_session.h"

#include <nlohmann/json.hpp>

#include "server/json_rpc.h"

namespace berth::server {
namespace {

// What one message takes of each limit while it is answered.
struct Shares {
  std::optional<Quota::Share> message, bytes, bytes_of_all;
  [[nodiscard]] bool all() const { return message && bytes && bytes_of_all; }
};

// What an answer needs when its time comes: the session may be gone by then.
struct Exchange {
  Exchange(RpcService& s, std::shared_ptr<http::WsConnection> to,
           const RpcSessionOptions& options)
      : service(s),
        caller(options.caller),
        connection(std::move(to)),
        meter(s.make_meter(caller.origin)),
        messages(options.max_pending),
        bytes(options.max_pending_bytes) {}

  Shares take(const std::string& text) {
    Shares shares{messages.take(1), bytes.take(text.size()),
                  service.take_in(text)};
    return shares;
  }

  RpcService& service;
  Caller caller;
  std::shared_ptr<http::WsConnection> connection;
  RpcService::Meter meter;
  Quota messages, bytes;
};

asio::awaitable<void> serve(std::shared_ptr<Exchange> exchange,
                            RpcMessage message, RpcHandler handler,
                            Shares shares) {
  // Given back before the exchange goes, also when the task is cancelled.
  const Shares held = std::move(shares);
  auto answer = co_await answer_rpc(std::move(message), std::move(handler));
  if (!answer.empty()) exchange->connection->send(std::move(answer));
}

class RpcSession : public http::WsHandler, public EventListener {
 public:
  RpcSession(RpcService& service, TaskGroup& tasks, RpcSessionOptions options)
      : service_(service), tasks_(tasks), options_(std::move(options)) {}

  void on_open(std::shared_ptr<http::WsConnection> connection) override {
    exchange_ = std::make_shared<Exchange>(service_, connection, options_);
    connection->send(std::move(options_.hello));
    exchange_->caller.listener = service_.join(*this, options_.caller.origin);
  }

  void on_message(std::string text) override {
    auto shares = exchange_->take(text);
    if (!shares.all())
      return refuse(text, Limited::pending, http::MessageMeter::kPendingRetry);
    const auto wait = exchange_->meter->take_message(text.size());
    if (wait) return refuse(text, Limited::message, *wait);
    auto message = parse_rpc(text);
    if (auto answer = answer_at_once(message)) return send(std::move(*answer));
    tasks_.spawn(serve(exchange_, std::move(message),
                       service_.answering(exchange_->caller, exchange_->meter),
                       std::move(shares)));
  }

  void on_close() override {
    auto orphans = service_.leave(*exchange_->caller.listener);
    if (!orphans.empty()) tasks_.spawn(service_.unsubscribe(orphans));
  }

  void notify(const std::string& notification) override {
    exchange_->connection->send(notification);
  }

 private:
  using Limited = Metrics::Limited;

  // "" answers a notification.
  void send(std::string answer) {
    if (!answer.empty()) exchange_->connection->send(std::move(answer));
  }

  // A coroutine costs more than most answers.
  std::optional<std::string> answer_at_once(const RpcMessage& message) {
    return answer_rpc_at_once(message, [this](const std::string& method,
                                              const nlohmann::json& params) {
      return service_.answer_at_once(exchange_->caller, method, params);
    });
  }

  // Reads it all the same: each of its calls gets its id back.
  void refuse(const std::string& text, Limited what,
              std::chrono::milliseconds wait) {
    const auto pause = exchange_->meter->take_refusal(text.size());
    if (pause) exchange_->connection->pause(*pause);
    Shares none;  // its answer waits for nobody
    tasks_.spawn(serve(exchange_, parse_rpc(text),
                       service_.refusing(what, wait), std::move(none)));
  }

  RpcService& service_;
  TaskGroup& tasks_;
  RpcSessionOptions options_;
  std::shared_ptr<Exchange> exchange_;  // set while open
};

}  // namespace

std::unique_ptr<http::WsHandler> make_rpc_session(RpcService& service,
                                                  TaskGroup& tasks,
                                                  RpcSessionOptions options) {
  return std::make_unique<RpcSession>(service, tasks, std::move(options));
}

}  // namespace berth::server
