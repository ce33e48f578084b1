#include "server/rpc_session.h"

#include <nlohmann/json.hpp>

#include "server/json_rpc.h"

namespace berth::server {
namespace {

// What an answer needs when its time comes: the session may be gone by then.
struct Exchange {
  RpcService& service;
  Caller caller;
  std::shared_ptr<http::WsConnection> connection;
  std::size_t pending = 0;
};

asio::awaitable<void> serve(std::shared_ptr<Exchange> exchange,
                            std::string text) {
  // Counted down also when the task is cancelled.
  struct Pending {
    std::size_t& count;
    ~Pending() { --count; }
  } pending{exchange->pending};
  RpcHandler handler = [exchange](std::string method, nlohmann::json params) {
    return exchange->service.call(exchange->caller, std::move(method),
                                  std::move(params));
  };
  auto answer = co_await answer_rpc(std::move(text), std::move(handler));
  if (!answer.empty()) exchange->connection->send(std::move(answer));
}

class RpcSession : public http::WsHandler, public EventListener {
 public:
  RpcSession(RpcService& service, TaskGroup& tasks, RpcSessionOptions options)
      : service_(service), tasks_(tasks), options_(std::move(options)) {}

  void on_open(std::shared_ptr<http::WsConnection> connection) override {
    exchange_ = std::make_shared<Exchange>(
        Exchange{service_, options_.caller, connection});
    connection->send(std::move(options_.hello));
    exchange_->caller.listener =
        service_.join(*this, options_.caller.origin);
  }

  void on_message(std::string text) override {
    if (exchange_->pending >= options_.max_pending) {
      const RpcError error(rpc_code::limit_exceeded,
                           "too many requests are pending on this connection");
      exchange_->connection->send(rpc_error_text(error));
      return;
    }
    ++exchange_->pending;
    tasks_.spawn(serve(exchange_, std::move(text)));
  }

  void on_close() override {
    auto orphans = service_.leave(*exchange_->caller.listener);
    if (!orphans.empty()) tasks_.spawn(service_.unsubscribe(orphans));
  }

  void notify(const std::string& notification) override {
    exchange_->connection->send(notification);
  }

 private:
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
