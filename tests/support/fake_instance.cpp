#include "tests/support/fake_instance.h"

#include <unistd.h>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "registry/base/clock.h"
#include "registry/base/process.h"
#include "registry/base/random.h"
#include "registry/proof/proof.h"
#include "registry/record_reader.h"
#include "tests/support/io.h"

namespace berth::test {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using nlohmann::json;

tcp::endpoint any_loopback_port() {
  return {asio::ip::address_v4::loopback(), 0};
}

std::string header(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

std::string http_text(int status, const std::string& body, bool close) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Type: application/json\r\n" +
         (close ? "Connection: close\r\n" : "") +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string proof(const registry::Record& record, const std::string& token,
                  const std::string& nonce) {
  const ProofSubject subject{record.id, record.endpoint.host,
                             record.endpoint.port};
  return make_proof(ProofRole::server, subject, token, nonce).value_or("");
}

}  // namespace

// A WebSocket whose writes follow one another.
struct FakeInstance::Socket {
  explicit Socket(tcp::socket socket) : stream(std::move(socket)) {}

  static void write(const std::shared_ptr<Socket>& self) {
    self->stream.async_write(
        asio::buffer(self->queue.front()),
        [self](const boost::system::error_code& error, std::size_t) {
          self->queue.pop_front();
          if (!error && !self->queue.empty()) write(self);
        });
  }

  websocket::stream<tcp::socket> stream;
  std::deque<std::string> queue;
};

registry::Record make_record(const std::string& name, std::uint16_t port) {
  registry::Record record;
  record.name = name;
  record.id = random_uuid();
  record.pid = ::getpid();
  record.boot_id = registry::current_boot_id();
  record.pid_namespace = own_pid_namespace();
  record.start_ticks = start_ticks_of(::getpid()).value_or(0);
  record.uid = ::geteuid();
  record.started_at = to_rfc3339(std::chrono::system_clock::now());
  record.endpoint.port = port;
  record.token = random_token();
  record.level = 2;
  record.label = random_label();
  return record;
}

FakeInstance::FakeInstance(asio::io_context& io, registry::Registry& registry,
                           const std::string& name, Lie lie)
    : io_(io),
      acceptor_(io, any_loopback_port()),
      lie_(lie),
      tasks_(io.get_executor(),
             [](std::exception_ptr error) { std::rethrow_exception(error); }) {
  auto announced = registry.announce(
      make_record(name, acceptor_.local_endpoint().port()), nullptr);
  if (!announced) throw std::runtime_error(announced.error().message);
  registration_ = std::move(*announced);
  tasks_.spawn(accept_all());
}

FakeInstance::~FakeInstance() {
  tasks_.cancel();
  drop();
  run_until(io_, [this] { return tasks_.size() == 0; });
}

const registry::Record& FakeInstance::record() const {
  return registration_->record();
}

void FakeInstance::send(const std::string& text) {
  socket_->queue.push_back(text);
  if (socket_->queue.size() == 1) Socket::write(socket_);
}

void FakeInstance::drop() {
  if (!socket_) return;
  boost::system::error_code ignored;
  socket_->stream.next_layer().close(ignored);
}

void FakeInstance::answer_http(int status, std::string body) {
  http_status_ = status;
  http_body_ = std::move(body);
}

asio::awaitable<void> FakeInstance::accept_all() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(use_ec);
    if (error) co_return;
    ++connections_;
    if (lie_ == Lie::closes) continue;
    tasks_.spawn(serve(std::move(socket)));
  }
}

asio::awaitable<void> FakeInstance::serve(tcp::socket socket) {
  for (;;) {
    const auto request = co_await read_request(socket);
    if (request.empty()) break;
    if (lie_ == Lie::stalls) continue;
    const bool upgrade = !header(request, "Sec-WebSocket-Key").empty();
    const bool lies_by_http =
        lie_ == Lie::plain_http || lie_ == Lie::refuses || lie_ == Lie::garbage;
    if (upgrade && !lies_by_http) {
      co_await serve_websocket(std::move(socket), request);
      co_return;
    }
    const std::string answer = http_answer(request);
    co_await asio::async_write(socket, asio::buffer(answer), use_ec);
  }
  gone_ = true;
}

// Head and body; empty when the client has gone.
asio::awaitable<std::string> FakeInstance::read_request(tcp::socket& socket) {
  std::string text;
  auto buffer = asio::dynamic_buffer(text);
  const auto [error, size] =
      co_await asio::async_read_until(socket, buffer, "\r\n\r\n", use_ec);
  if (error) {
    received_ += text;
    co_return std::string();
  }
  const std::string length = header(text, "Content-Length");
  const std::size_t whole = size + (length.empty() ? 0 : std::stoul(length));
  if (text.size() < whole) {
    std::string rest(whole - text.size(), '\0');
    const auto [cut, count] =
        co_await asio::async_read(socket, asio::buffer(rest), use_ec);
    text += rest.substr(0, cut ? count : rest.size());
  }
  received_ += text;
  co_return text;
}

std::string FakeInstance::http_answer(const std::string& request) const {
  if (lie_ == Lie::garbage) return "220 mail ready\r\n\r\n";
  if (lie_ == Lie::refuses) return http_text(403, "{}", false);
  if (lie_ == Lie::plain_http) return http_text(200, "{}", false);
  if (!request.starts_with("POST /v1/hello "))
    return http_text(http_status_, http_body_, false);
  const auto hello = json::parse(request.substr(request.find("\r\n\r\n") + 4));
  const std::string token =
      lie_ == Lie::wrong_proof ? random_token() : record().token;
  const json answer = {
      {"proof", proof(record(), token, hello["nonce"].get<std::string>())}};
  return http_text(200, answer.dump(), lie_ == Lie::closes_after_hello);
}

// `offer`: "berth.v1, berth.hello.<nonce>.<proof>"
std::string FakeInstance::first_frame(const std::string& offer) const {
  if (lie_ == Lie::no_proof)
    return R"({"jsonrpc":"2.0","method":"accountsChanged","params":[]})";
  const auto at = offer.find("berth.hello.") + 12;
  const std::string nonce = offer.substr(at, 43);
  std::string sent =
      proof(record(),
            lie_ == Lie::wrong_proof ? random_token() : record().token, nonce);
  if (lie_ == Lie::replayed_proof) sent = offer.substr(at + 44, 43);
  json hello = {{"jsonrpc", "2.0"},
                {"method", "berth_hello"},
                {"params", {{"proof", sent}}}};
  if (lie_ == Lie::huge_first_frame) hello["padding"] = std::string(8192, 'x');
  return hello.dump();
}

asio::awaitable<void> FakeInstance::serve_websocket(tcp::socket socket,
                                                    std::string head) {
  const std::string offer = header(head, "Sec-WebSocket-Protocol");
  auto ws = std::make_shared<Socket>(std::move(socket));
  socket_ = ws;
  std::string chosen = "berth.v1";
  if (lie_ == Lie::wrong_subprotocol) chosen = "chat";
  if (lie_ == Lie::echoes_offer) chosen = offer;
  ws->stream.set_option(websocket::stream_base::decorator(
      [chosen](websocket::response_type& response) {
        response.set(beast::http::field::sec_websocket_protocol, chosen);
      }));
  beast::http::request_parser<beast::http::empty_body> parser;
  boost::system::error_code malformed;
  parser.put(asio::buffer(head), malformed);
  const auto request = parser.release();
  const auto [failed] = co_await ws->stream.async_accept(request, use_ec);
  if (failed) co_return;
  ws->stream.control_callback(
      [this](websocket::frame_type kind, beast::string_view) {
        if (kind == websocket::frame_type::ping) ++pings_;
      });
  if (lie_ != Lie::no_first_frame) {
    const std::string frame = first_frame(offer);
    const auto [unsent, size] =
        co_await ws->stream.async_write(asio::buffer(frame), use_ec);
    if (unsent) co_return;
  }
  if (lie_ != Lie::none) {
    co_await record_rest(ws->stream.next_layer());
    co_return;
  }
  for (;;) {
    beast::flat_buffer buffer;
    const auto [error, size] = co_await ws->stream.async_read(buffer, use_ec);
    if (error) break;
    messages_.push_back(beast::buffers_to_string(buffer.data()));
    if (on_message_) on_message_(*this, json::parse(messages_.back()));
  }
  gone_ = true;
}

// Everything the client still sends, frames as they are on the wire.
asio::awaitable<void> FakeInstance::record_rest(tcp::socket& socket) {
  std::string bytes(4096, '\0');
  for (;;) {
    const auto [error, size] =
        co_await socket.async_read_some(asio::buffer(bytes), use_ec);
    received_.append(bytes, 0, size);
    if (error) break;
  }
  gone_ = true;
}

}  // namespace berth::test
