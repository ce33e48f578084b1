// A node over HTTP/1.1 POST. There is no connection whose end tells that the
// node is gone, so its state is learnt from what requests meet, and from a
// light question at the start and while it is down.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <deque>
#include <nlohmann/json.hpp>
#include <vector>

#include "registry/base/log.h"
#include "registry/base/strict_json.h"
#include "registry/base/backoff.h"
#include "server/wallets/dial.h"
#include "server/wallets/pending_requests.h"
#include "server/wallets/rpc_wire.h"
#include "server/wallets/transports.h"

namespace berth::server {
namespace {

namespace http = boost::beast::http;
using nlohmann::json;

// Each waits for one answer. More than the approvals that may be pending at a
// wallet behind (10 by Berth's own limit), so that reads still get through.
constexpr std::size_t kMaxConnections = 16;

struct Connection {
  explicit Connection(Stream s) : stream(std::move(s)) {}
  Stream stream;
  boost::beast::flat_buffer buffer;
};
using ConnectionPtr = std::unique_ptr<Connection>;
using Response = http::response<http::string_body>;

// What came of one request, and what that says of the upstream.
struct Outcome {
  enum class Meaning { answered, lost, doubtful };
  Meaning meaning;
  std::string reason;  // empty when answered
  RpcResult result;
};

std::string sentence(const std::string& name, const std::string& rest) {
  return "upstream " + name + " " + rest;
}

class HttpUpstream final : public Upstream {
 public:
  HttpUpstream(UpstreamUrl url, asio::any_io_executor executor, Timers& timers,
               const UpstreamOptions& options)
      : url_(std::move(url)),
        executor_(executor),
        timers_(timers),
        options_(options),
        tls_(options.ca_file),
        backoff_(options.first_backoff, options.last_backoff),
        pending_(executor, timers, url_.display_name),
        doubt_(executor),
        tasks_(executor, &std::rethrow_exception) {
    tasks_.spawn(watch());
  }

  asio::awaitable<RpcResult> request(std::string method, json params) override {
    if (stopping_) co_return unreachable("it was stopped").result;
    if (method == "eth_subscribe" || method == "eth_unsubscribe")
      co_return RpcError(rpc_code::unsupported,
                         method +
                             " needs an upstream that can notify; give "
                             "the profile its ws:// or ipc: address");
    const auto limit = waits_for_person(method) ? options_.person_timeout
                                                : options_.request_timeout;
    auto result = co_await ask(std::move(method), std::move(params), limit);
    co_return result;
  }

  void on_notification(NotificationHandler) override {}  // HTTP has none
  void on_state(StateHandler handler) override {
    state_handler_ = std::move(handler);
  }
  [[nodiscard]] bool connected() const override { return connected_; }
  [[nodiscard]] std::string display_name() const override {
    return url_.display_name;
  }

  asio::awaitable<void> stop() override {
    stopping_ = true;
    connected_ = false;
    pending_.settle_all(unreachable("it was stopped").result.error());
    tasks_.cancel();
    co_await tasks_.wait();
  }

 private:
  using Entry = std::shared_ptr<PendingRequests::Entry>;

  asio::awaitable<RpcResult> ask(std::string method, json params,
                                 Timers::Clock::duration limit) {
    auto entry = pending_.add(method, params, limit);
    params = nullptr;  // its text takes a fraction of it, and may wait for long
    jobs_.push_back(entry->id);
    if (!idle_.empty()) {
      idle_.back()->set();  // the one used last: its connection is alive
      idle_.pop_back();
    } else if (workers_ < kMaxConnections) {
      ++workers_;
      tasks_.spawn(work());
    }
    auto result = co_await PendingRequests::wait(std::move(entry));
    co_return result;
  }

  // Owns one connection, and does one job after the other on it.
  asio::awaitable<void> work() {
    ConnectionPtr connection;
    Event job_waits(executor_);
    while (!stopping_) {
      if (!jobs_.empty()) {
        auto entry = pending_.find(jobs_.front());
        jobs_.pop_front();
        // Else it timed out, or nobody waits for it any more.
        if (entry) co_await carry_out(std::move(entry), &connection);
        continue;
      }
      job_waits.reset();
      idle_.push_back(&job_waits);
      co_await job_waits.wait();
    }
  }

  asio::awaitable<void> carry_out(Entry entry, ConnectionPtr* connection) {
    const auto left = entry->deadline - timers_.now();
    auto outcome =
        co_await with_deadline(exchange(entry, connection), timers_, left);
    if (!outcome) {
      connection->reset();  // the answer may still be on its way
      doubt_.set();
      co_return;
    }
    learn(*outcome);
    pending_.settle(entry->id, std::move(outcome->result));
  }

  asio::awaitable<Outcome> exchange(Entry entry, ConnectionPtr* connection) {
    if (*connection && !(*connection)->stream.quiet()) connection->reset();
    if (!*connection) {
      auto opened = co_await open();
      if (!opened) co_return unreachable(opened.error().message);
      *connection = std::move(*opened);
    }
    auto response = co_await round_trip(entry->text, connection->get());
    if (!response || !response->keep_alive()) connection->reset();
    if (response) co_return judge(*response, entry->id);
    if (response.error().code == Errc::invalid)
      co_return nonsense(response.error().message);
    co_return unreachable(response.error().message +
                          "; it may have carried the request out, which is "
                          "not sent again");
  }

  asio::awaitable<Result<ConnectionPtr>> open() {
    auto stream = co_await with_deadline(dial(url_, tls_), timers_,
                                         options_.connect_timeout);
    if (!stream)
      co_return Error{Errc::timed_out,
                      "it did not accept a connection in time"};
    if (!*stream) co_return stream->error();
    co_return std::make_unique<Connection>(std::move(**stream));
  }

  // Errc::invalid: it answered, but not HTTP within our limits.
  asio::awaitable<Result<Response>> round_trip(std::string body,
                                               Connection* connection) {
    auto request = make_request(std::move(body));
    auto [write_error, sent] =
        co_await http::async_write(connection->stream, request, use_ec);
    if (write_error) co_return Error{Errc::unavailable, write_error.message()};
    http::response_parser<http::string_body> parser;
    parser.body_limit(options_.max_answer_bytes);
    auto [read_error, got] = co_await http::async_read(
        connection->stream, connection->buffer, parser, use_ec);
    if (!read_error) co_return parser.release();
    if (read_error == http::error::end_of_stream ||
        read_error == http::error::partial_message)
      co_return Error{Errc::unavailable,
                      "it closed the connection before its answer was whole"};
    const bool http_broken =
        read_error.category() ==
        http::make_error_code(http::error::body_limit).category();
    co_return Error{http_broken ? Errc::invalid : Errc::unavailable,
                    read_error.message()};
  }

  http::request<http::string_body> make_request(std::string body) const {
    http::request<http::string_body> request(http::verb::post, url_.target, 11);
    request.set(http::field::host, url_.authority());
    request.set(http::field::user_agent, "berth/" BERTH_VERSION);
    request.set(http::field::content_type, "application/json");
    request.set(http::field::accept, "application/json");
    if (!url_.authorization.empty())
      request.set(http::field::authorization, url_.authorization);
    request.body() = std::move(body);
    request.prepare_payload();
    return request;
  }

  // An answer is an answer whatever the status: some nodes send a JSON-RPC
  // error with a 4xx or 5xx.
  [[nodiscard]] Outcome judge(const Response& response,
                              std::uint64_t id) const {
    auto message = parse_json(response.body(), kMaxAnswerDepth);
    auto answer =
        message ? decode_answer(*message) : Result<RpcResult>(message.error());
    if (answer && message->value("id", json()) != id)
      answer = Error{Errc::invalid, "its id is not the request's"};
    if (answer) return {Outcome::Meaning::answered, "", std::move(*answer)};
    const auto status = response.result_int();
    if (status == 200) return nonsense(answer.error().message);
    if (status == 429) return overloaded();
    const auto text = "HTTP " + std::to_string(status);
    if (status >= 502 && status <= 504)
      return unreachable("a proxy before it answered " + text);
    return nonsense(text +
                    "; are the path and the credentials of its URL "
                    "right?");
  }

  [[nodiscard]] Outcome nonsense(const std::string& what) const {
    auto text = sentence(name(), "sent a malformed answer: " + what);
    return {Outcome::Meaning::doubtful, text,
            RpcError(rpc_code::internal, text)};
  }

  [[nodiscard]] Outcome overloaded() const {
    auto text = sentence(name(), "answered HTTP 429: too many requests");
    return {Outcome::Meaning::doubtful, text,
            RpcError(rpc_code::limit_exceeded, text)};
  }

  [[nodiscard]] Outcome unreachable(const std::string& reason) const {
    auto text = sentence(name(), "cannot be reached: " + reason);
    return {Outcome::Meaning::lost, text,
            RpcError(rpc_code::disconnected, text)};
  }

  void learn(const Outcome& outcome) {
    switch (outcome.meaning) {
      case Outcome::Meaning::answered:
        return reached();
      case Outcome::Meaning::lost:
        return lost(outcome.reason);
      case Outcome::Meaning::doubtful:
        return doubt_.set();
    }
  }

  // Asks the light question at the start, whenever in doubt, and while down.
  asio::awaitable<void> watch() {
    while (!stopping_) {
      doubt_.reset();
      const auto before = answers_;
      auto answer =
          co_await ask("eth_chainId", json::array(), options_.connect_timeout);
      if (stopping_) break;
      if (answers_ == before) lost(answer.error().message);
      if (connected_) {
        co_await doubt_.wait();
      } else {
        const auto pause = backoff_.next();
        co_await sleep_for(timers_, pause);
      }
    }
  }

  void reached() {
    ++answers_;
    backoff_.reset();
    if (connected_ || stopping_) return;
    connected_ = true;
    log::info(sentence(name(), "answers"));
    state_handler_(true);
  }

  void lost(const std::string& reason) {
    if (!connected_) return;
    connected_ = false;
    doubt_.set();
    log::warn("lost an upstream: " + reason);
    state_handler_(false);
  }

  [[nodiscard]] const std::string& name() const { return url_.display_name; }

  UpstreamUrl url_;
  asio::any_io_executor executor_;
  Timers& timers_;
  UpstreamOptions options_;
  TlsClient tls_;
  Backoff backoff_;
  PendingRequests pending_;
  std::deque<std::uint64_t> jobs_;  // ids that are not sent yet
  std::vector<Event*> idle_;  // of workers that wait
  std::size_t workers_ = 0;
  Event doubt_;  // set: ask whether the upstream is still there
  StateHandler state_handler_ = [](bool) {};
  std::uint64_t answers_ = 0;
  bool connected_ = false;
  bool stopping_ = false;
  TaskGroup tasks_;
};

}  // namespace

std::unique_ptr<Upstream> make_http_upstream(UpstreamUrl url,
                                             asio::any_io_executor executor,
                                             Timers& timers,
                                             const UpstreamOptions& options) {
  return std::make_unique<HttpUpstream>(std::move(url), std::move(executor),
                                        timers, options);
}

}  // namespace berth::server
