#include "server/wallets/multiplex_upstream.h"

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "registry/base/strict_json.h"
#include "server/wallets/rpc_wire.h"

namespace berth::server {

using nlohmann::json;

MultiplexUpstream::MultiplexUpstream(std::string name, Open open,
                                     asio::any_io_executor executor,
                                     Timers& timers,
                                     const UpstreamOptions& options)
    : name_(std::move(name)),
      open_(std::move(open)),
      executor_(executor),
      timers_(timers),
      options_(options),
      backoff_(options.first_backoff, options.last_backoff),
      pending_(executor, timers, name_),
      outbox_filled_(executor),
      tasks_(executor, &std::rethrow_exception) {
  tasks_.spawn(run());
}

asio::awaitable<RpcResult> MultiplexUpstream::request(std::string method,
                                                      json params) {
  if (!connected_) co_return unreachable();
  const auto limit = waits_for_person(method) ? options_.person_timeout
                                              : options_.request_timeout;
  auto entry = pending_.add(method, params, limit);
  params = nullptr;  // its text takes a fraction of it, and may wait for long
  outbox_.push_back(entry->id);
  outbox_filled_.set();
  auto result = co_await PendingRequests::wait(std::move(entry));
  co_return result;
}

void MultiplexUpstream::on_notification(NotificationHandler handler) {
  notification_handler_ = std::move(handler);
}

void MultiplexUpstream::on_state(StateHandler handler) {
  state_handler_ = std::move(handler);
}

void MultiplexUpstream::on_event(EventHandler handler) {
  event_handler_ = std::move(handler);
}

asio::awaitable<void> MultiplexUpstream::stop() {
  stopping_ = true;
  connected_ = false;
  reason_ = "it was stopped";
  pending_.settle_all(unreachable());
  tasks_.cancel();
  co_await tasks_.wait();
}

asio::awaitable<void> MultiplexUpstream::run() {
  while (!stopping_) {
    auto opened = co_await open();
    if (stopping_) break;
    if (opened) {
      found();
      auto reason = co_await serve(std::move(*opened));
      if (stopping_) break;
      lost(std::move(reason));
    } else {
      reason_ = opened.error().message;
    }
    const auto pause = backoff_.next();
    co_await sleep_for(timers_, pause);
  }
}

asio::awaitable<MultiplexUpstream::Opened> MultiplexUpstream::open() {
  auto opened =
      co_await with_deadline(open_(), timers_, options_.connect_timeout);
  if (opened) co_return std::move(*opened);
  co_return Error{Errc::timed_out, "it did not accept a connection in time"};
}

asio::awaitable<std::string> MultiplexUpstream::serve(
    std::shared_ptr<MessageChannel> channel) {
  using namespace asio::experimental::awaitable_operators;
  auto reason = co_await (read_all(channel.get()) || write_all(channel.get()));
  co_return std::visit([](auto& text) { return std::move(text); }, reason);
}

asio::awaitable<std::string> MultiplexUpstream::read_all(
    MessageChannel* channel) {
  for (;;) {
    auto text = co_await channel->receive();
    if (!text) co_return text.error().message;
    // Lets the callers of earlier answers go first: a subscription's first
    // notification must not overtake the answer that tells its id.
    co_await asio::post(executor_, asio::use_awaitable);
    if (stopping_) co_return "it was stopped";
    if (!handle(*text)) {
      pending_.settle_all(RpcError(
          rpc_code::internal, "upstream " + name_ +
                                  " sent a message that is not JSON-RPC; is "
                                  "this the address of a node?"));
      co_return "it sent a message that is not JSON-RPC";
    }
    // Only now: a peer that accepts and hangs up must not be knocked at
    // without a pause.
    backoff_.reset();
  }
}

asio::awaitable<std::string> MultiplexUpstream::write_all(
    MessageChannel* channel) {
  for (;;) {
    outbox_filled_.reset();
    while (!outbox_.empty()) {
      const auto entry = pending_.find(outbox_.front());
      outbox_.pop_front();
      if (!entry) continue;  // timed out before it could be sent
      auto sending = channel->send(std::move(entry->text));
      const auto sent = co_await with_deadline(std::move(sending), timers_,
                                               options_.request_timeout);
      if (!sent) co_return "it does not read";
      if (!*sent) co_return sent->error().message;
    }
    co_await outbox_filled_.wait();
    if (!outbox_filled_.is_set()) co_return "it was stopped";
  }
}

bool MultiplexUpstream::handle(const std::string& text) {
  auto message = parse_json(text, kMaxAnswerDepth);
  if (!message || !message->is_object()) return false;
  if (!message->contains("method")) return handle_answer(*message);
  handle_notification(*message);
  return true;
}

bool MultiplexUpstream::handle_answer(const json& message) {
  const auto id = message.find("id");
  if (id == message.end()) return false;
  // What nobody waits for any more is dropped: the answer came too late.
  if (!id->is_number_unsigned()) return true;
  auto answer = decode_answer(message);
  if (answer)
    pending_.settle(*id, std::move(*answer));
  else
    pending_.settle(
        *id, RpcError(rpc_code::internal, "upstream " + name_ +
                                              " sent a malformed answer: " +
                                              answer.error().message));
  return true;
}

void MultiplexUpstream::handle_notification(const json& message) {
  const auto method = message["method"];
  const auto params = message.value("params", json());
  if (method == "eth_subscription")
    notification_handler_(params);
  else if (method == "accountsChanged" || method == "chainChanged")
    event_handler_(method, params);
}

void MultiplexUpstream::found() {
  connected_ = true;
  log::info("upstream " + name_ + " is connected");
  state_handler_(true);
}

void MultiplexUpstream::lost(std::string reason) {
  connected_ = false;
  reason_ = std::move(reason);
  log::warn("upstream " + name_ + " was lost: " + reason_);
  outbox_.clear();
  pending_.settle_all(RpcError(
      rpc_code::disconnected,
      "upstream " + name_ + " was lost before it answered (" + reason_ +
          "); it may have carried the request out, which is not sent "
          "again"));
  state_handler_(false);
}

RpcError MultiplexUpstream::unreachable() const {
  return {rpc_code::disconnected,
          "upstream " + name_ + " cannot be reached: " + reason_};
}

}  // namespace berth::server
