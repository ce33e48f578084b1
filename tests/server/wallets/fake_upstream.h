// An upstream as a test wants it, and a way to run coroutines to their end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "server/wallets/upstream.h"

namespace berth::test {

// Answers from a table. Every answer takes a turn of the io_context, so that
// requests of the same moment come between each other.
class FakeUpstream : public server::Upstream {
 public:
  using Answer = std::function<server::RpcResult(const nlohmann::json&)>;

  explicit FakeUpstream(asio::io_context& io)
      : io_(io), stopped_(io.get_executor()) {}

  std::map<std::string, Answer> answers;
  std::set<std::string> hanging;  // answered by stop() only
  std::vector<std::string> calls;
  bool is_connected = true;
  NotificationHandler notify;
  StateHandler state;

  void answer(const std::string& method, nlohmann::json result) {
    answers[method] = [result](const auto&) { return result; };
  }

  asio::awaitable<server::RpcResult> request(std::string method,
                                             nlohmann::json params) override {
    calls.push_back(method);
    co_await asio::post(io_, asio::use_awaitable);
    if (hanging.contains(method)) {
      co_await stopped_.wait();
      co_return server::RpcError{4900, "stopped"};
    }
    if (!is_connected) co_return server::RpcError{4900, "lost"};
    const auto found = answers.find(method);
    if (found == answers.end())
      co_return server::RpcError{-32601, "no " + method};
    co_return found->second(params);
  }
  void on_notification(NotificationHandler handler) override {
    notify = std::move(handler);
  }
  void on_state(StateHandler handler) override { state = std::move(handler); }
  [[nodiscard]] bool connected() const override { return is_connected; }
  [[nodiscard]] std::string display_name() const override {
    return "http://node";
  }
  asio::awaitable<void> stop() override {
    stopped_.set();
    co_return;
  }

 private:
  asio::io_context& io_;
  Event stopped_;
};

// Runs what is ready; the value once the coroutine has ended.
template <class T>
std::optional<T> run(asio::io_context& io, asio::awaitable<T> task) {
  std::optional<T> out;
  asio::co_spawn(io, std::move(task),
                 [&out](const std::exception_ptr& error, T value) {
                   if (error) std::rethrow_exception(error);
                   out = std::move(value);
                 });
  io.restart();
  io.run();
  return out;
}

}  // namespace berth::test
