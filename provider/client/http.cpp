#include "provider/client/http.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include "provider/client/dial.h"
#include "provider/client/hello.h"
#include "registry/base/strict_json.h"

namespace berth::provider {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using nlohmann::json;
using registry::Record;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

// Room for as many questions as an instance lets wait, each of the largest
// size (server/access/approvals.h), and for all grants beside them.
constexpr std::size_t kMaxAnswerBytes = std::size_t{8} << 20;
// Of whoever has not proven itself.
constexpr std::size_t kMaxUnprovenBytes = 16 * 1024;

// One kept-alive connection. Its exchanges follow one another.
struct Channel {
  tcp::socket socket;
  Record record;
  beast::flat_buffer buffer;
};

Request make_request(const HttpRequest& from) {
  Request request;
  request.version(11);
  request.method_string(from.verb);
  request.target(from.target);
  request.set(http::field::host, from.record.endpoint.host + ":" +
                                     std::to_string(from.record.endpoint.port));
  // The server wants it on whatever changes something, body or not.
  if (from.verb != "GET")
    request.set(http::field::content_type, "application/json");
  request.body() = from.body;
  request.prepare_payload();
  return request;
}

asio::awaitable<Result<Response>> exchange(Channel& channel, Request request,
                                           std::size_t limit) {
  const auto [unsent, sent] =
      co_await http::async_write(channel.socket, request, use_ec);
  if (unsent) co_return closed_by_peer(unsent, channel.record);
  http::response_parser<http::string_body> parser;
  parser.body_limit(limit);
  const auto [unread, read] =
      co_await http::async_read(channel.socket, channel.buffer, parser, use_ec);
  if (unread) co_return closed_by_peer(unread, channel.record);
  co_return parser.release();
}

asio::awaitable<Result<void>> prove_channel(Channel& channel, bool check_peer) {
  auto hello = Hello::begin(channel.record);
  if (!hello) co_return hello.error();
  HttpRequest wanted;
  wanted.record = channel.record;
  wanted.verb = "POST";
  wanted.target = "/v1/hello";
  wanted.body = json{{"nonce", hello->nonce()}}.dump();
  Request request = make_request(wanted);
  auto answer =
      co_await exchange(channel, std::move(request), kMaxUnprovenBytes);
  if (!answer) co_return answer.error();
  // What is bound to be closed would have to be dialled again, and would be
  // another connection than the one that was proven.
  if (answer->result() != http::status::ok || !answer->keep_alive() ||
      !hello->accepts_body(answer->body()))
    co_return Error{
        Errc::untrusted,
        "failed its proof, no token was sent: " + subject_of(channel.record),
        "it may have just restarted: try again; else see berth doctor"};
  if (!check_peer) co_return Result<void>();
  co_return confirm_peer(channel.socket, subject_of(channel.record));
}

asio::awaitable<Result<HttpAnswer>> proven_call(HttpRequest wanted) {
  auto socket = co_await dial(wanted.record, wanted.check_peer);
  if (!socket) co_return socket.error();
  Channel channel{std::move(*socket), wanted.record, {}};
  auto proven = co_await prove_channel(channel, wanted.check_peer);
  if (!proven) co_return proven.error();
  Request request = make_request(wanted);
  request.set(http::field::authorization, "Bearer " + wanted.record.token);
  auto answer = co_await exchange(channel, std::move(request), kMaxAnswerBytes);
  if (!answer) co_return answer.error();
  HttpAnswer result{static_cast<int>(answer->result_int()),
                    std::move(answer->body())};
  co_return result;
}

asio::awaitable<Result<void>> dial_and_prove(Record record) {
  constexpr bool kCheckPeer = true;
  auto socket = co_await dial(record, kCheckPeer);
  if (!socket) co_return socket.error();
  Channel channel{std::move(*socket), std::move(record), {}};
  auto proven = co_await prove_channel(channel, kCheckPeer);
  co_return proven;
}

Result<Health> to_health(const Response& answer, const Record& record) {
  const auto body = parse_json(answer.body());
  const bool ok = answer.result() == http::status::ok;
  const bool degraded = answer.result() == http::status::service_unavailable;
  if ((!ok && !degraded) || !body || !body->is_object())
    return Error{Errc::untrusted,
                 "what answers there is no instance: " + subject_of(record),
                 "see berth doctor"};
  const auto reason = body->find("reason");
  const bool given = reason != body->end() && reason->is_string();
  Health health;
  health.ok = ok;
  if (given) health.reason = reason->get<std::string>();
  return health;
}

// Where a program that Berth keeps company says whether it is well, as its
// companion tells it (server/command/companion.cpp); "": nowhere.
std::string health_path(const Record& record) {
  const auto extra = parse_json(record.extra);
  if (!extra || !extra->is_object()) return "";
  const auto path = extra->find("health");
  return path != extra->end() && path->is_string() ? path->get<std::string>()
                                                   : "";
}

// Of a program that knows nothing of Berth: any answer says that it lives, 2xx
// that it is well. Only the head is read: a body may be large, or never end.
asio::awaitable<Result<Health>> foreign_health(Channel& channel,
                                               Request request) {
  const auto [unsent, sent] =
      co_await http::async_write(channel.socket, request, use_ec);
  if (unsent) co_return closed_by_peer(unsent, channel.record);
  http::response_parser<http::empty_body> parser;
  parser.header_limit(kMaxUnprovenBytes);
  const auto [unread, read] = co_await http::async_read_header(
      channel.socket, channel.buffer, parser, use_ec);
  if (unread) co_return closed_by_peer(unread, channel.record);
  const unsigned status = parser.get().result_int();
  Health health;
  health.ok = status / 100 == 2;
  if (!health.ok) health.reason = "it answers " + std::to_string(status);
  co_return health;
}

asio::awaitable<Result<Health>> ask_health(Record record) {
  auto socket = co_await dial(record, /*check_peer=*/true);
  if (!socket) co_return socket.error();
  const bool foreign = record.level == 0;
  Health connected;
  connected.ok = true;
  HttpRequest wanted;
  wanted.record = record;
  wanted.verb = "GET";
  wanted.target = foreign ? health_path(record) : "/health";
  if (wanted.target.empty()) co_return connected;
  Request request = make_request(wanted);
  Channel channel{std::move(*socket), std::move(record), {}};
  if (foreign) {
    auto health = co_await foreign_health(channel, std::move(request));
    co_return health;
  }
  auto answer =
      co_await exchange(channel, std::move(request), kMaxUnprovenBytes);
  if (!answer) co_return answer.error();
  co_return to_health(*answer, channel.record);
}

Errc code_of(int status) {
  if (status == 400) return Errc::invalid;
  return status == 404 ? Errc::not_found : Errc::failed;
}

}  // namespace

std::optional<Error> refusal_of(const HttpAnswer& answer) {
  if (answer.status / 100 == 2) return std::nullopt;
  const auto body = parse_json(answer.body);
  const json said =
      body && body->is_object() ? body->value("error", json()) : json();
  return Error{code_of(answer.status), said.is_string()
                                           ? said.get<std::string>()
                                           : "the wallet gave no reason"};
}

asio::awaitable<Result<HttpAnswer>> call(HttpRequest request, Timers& timers,
                                         Timers::Clock::duration limit) {
  Record record = request.record;
  return within(proven_call(std::move(request)), std::move(record), timers,
                limit);
}

asio::awaitable<Result<void>> prove(Record record, Timers& timers,
                                    Timers::Clock::duration limit) {
  return within(dial_and_prove(record), record, timers, limit);
}

asio::awaitable<Result<Health>> health(Record record, Timers& timers,
                                       Timers::Clock::duration limit) {
  return within(ask_health(record), record, timers, limit);
}

}  // namespace berth::provider
