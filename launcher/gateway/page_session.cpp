#include "launcher/gateway/page_session.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "server/http/message_meter.h"

namespace berth::launcher {
namespace {

using nlohmann::json;
using provider::RpcError;
using provider::RpcResult;

// As many as an instance lets one connection wait for, and then some.
constexpr std::size_t kMaxPending = 256;
// Bytes of them: an instance that is stopped (SIGSTOP) takes nothing.
constexpr std::size_t kMaxPendingBytes = std::size_t{4} << 20;

// A parser's error repeats what it could not read, and may cut a character.
std::string dump(const json& message) {
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

json error_object(const RpcError& error) {
  json object{{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) object["data"] = error.data;
  return object;
}

std::string answer_text(const json& id, const RpcResult& result) {
  json answer{{"jsonrpc", "2.0"}, {"id", id}};
  if (result)
    answer["result"] = *result;
  else
    answer["error"] = error_object(result.error());
  return dump(answer);
}

struct Call {
  json id;
  std::string method;
  json params;
};

RpcError limit_exceeded(const char* what, std::chrono::milliseconds wait) {
  return {provider::rpc_code::limit_exceeded,
          what,
          {{"retry_after_ms", wait.count()}}};
}

constexpr int kParseError = -32700;  // JSON-RPC 2.0 section 5.1

// JSON-RPC 2.0 section 4, one request: pages have no use for batches and
// notifications.
boost::system::result<Call, RpcError> parse_call(const std::string& text) {
  auto parsed = parse_json(text);
  if (!parsed) return RpcError(kParseError, parsed.error().message);
  json& call = *parsed;
  const auto wrong = [](const char* what) {
    return RpcError(provider::rpc_code::invalid_request, what);
  };
  if (!call.is_object() || call.value("jsonrpc", json()) != "2.0")
    return wrong("not a JSON-RPC 2.0 request");
  if (!call.contains("id") || !(call["id"].is_string() || call["id"].is_number()))
    return wrong("a request needs an id");
  if (!call.contains("method") || !call["method"].is_string())
    return wrong("a request needs a method");
  json params = call.value("params", json::array());
  if (!params.is_structured())
    return wrong("params must be an array or an object");
  return Call{call["id"], call["method"], std::move(params)};
}

// What an answer needs when its time comes: the session may be gone by then.
struct Exchange {
  std::shared_ptr<http::WsConnection> connection;
  std::shared_ptr<PageChannel> channel;
  std::size_t pending = 0;
  std::size_t pending_bytes = 0;
};

asio::awaitable<void> serve(std::shared_ptr<Exchange> exchange, Call call,
                            std::size_t bytes) {
  struct Pending {
    Exchange& exchange;
    std::size_t bytes;
    ~Pending() {
      --exchange.pending;
      exchange.pending_bytes -= bytes;
    }
  } pending{*exchange, bytes};
  const json id = std::move(call.id);
  auto result = co_await PageChannel::request(
      exchange->channel, std::move(call.method), std::move(call.params));
  exchange->connection->send(answer_text(id, result));
}

class PageSession : public http::WsHandler {
 public:
  PageSession(ChannelOptions options, Timers& timers, Changes& registry,
              TaskGroup& tasks, http::RateLimit& messages)
      : meter_(timers, {}, &messages, options.origin),
        options_(std::move(options)),
        timers_(timers),
        registry_(registry),
        tasks_(tasks) {}

  void on_open(std::shared_ptr<http::WsConnection> connection) override {
    auto tell = [connection](const std::string& method, const json& params) {
      const json told{
          {"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
      connection->send(dump(told));
    };
    auto channel = std::make_shared<PageChannel>(std::move(options_), timers_,
                                                 registry_, std::move(tell));
    exchange_ =
        std::make_shared<Exchange>(Exchange{std::move(connection), channel});
    tasks_.spawn(PageChannel::run(std::move(channel)));
  }

  void on_message(std::string text) override {
    const auto wait = meter_.take_message(text.size());
    auto call = parse_call(text);
    const auto refusal = call ? refuse(wait, text.size()) : call.error();
    if (refusal) {
      pause_after(text.size());
      const json id = call ? call->id : json();
      return exchange_->connection->send(answer_text(id, *refusal));
    }
    ++exchange_->pending;
    exchange_->pending_bytes += text.size();
    tasks_.spawn(serve(exchange_, std::move(*call), text.size()));
  }

  void on_close() override { exchange_->channel->close(); }

 private:
  // Why a request of so many bytes is not served now; nullopt: it is.
  std::optional<RpcError> refuse(http::MessageMeter::Wait wait,
                                 std::size_t bytes) const {
    if (wait) return limit_exceeded("this page asks too often", *wait);
    if (exchange_->pending >= kMaxPending ||
        exchange_->pending_bytes + bytes > kMaxPendingBytes)
      return limit_exceeded("too many requests are pending on this channel",
                            http::MessageMeter::kPendingRetry);
    return std::nullopt;
  }

  // Who is refused again and again is not read for a while.
  void pause_after(std::size_t bytes) {
    if (const auto pause = meter_.take_refusal(bytes))
      exchange_->connection->pause(*pause);
  }

  http::MessageMeter meter_;
  ChannelOptions options_;
  Timers& timers_;
  Changes& registry_;
  TaskGroup& tasks_;
  std::shared_ptr<Exchange> exchange_;  // set while open
};

}  // namespace

std::unique_ptr<http::WsHandler> make_page_session(ChannelOptions options,
                                                   Timers& timers,
                                                   Changes& registry,
                                                   TaskGroup& tasks,
                                                   http::RateLimit& messages) {
  return std::make_unique<PageSession>(std::move(options), timers, registry,
                                       tasks, messages);
}

}  // namespace berth::launcher
