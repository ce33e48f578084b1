// Any bytes on a connection, and after a good handshake: one whole session,
// over a socket, under fake time. It ends whatever came; what is delivered
// keeps the limits; all that the client gets is HTTP or WebSocket frames to the
// end.
//
// Input: 1 byte (in how many parts it comes; 0x40: the client closes its side
// at the end; 0x80: after a handshake), the bytes.
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "registry/base/unique_fd.h"
#include "server/http/http_session.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fake_timers.h"

namespace {

using namespace berth;
using namespace berth::http;
using namespace std::chrono_literals;
using berth::fuzz::require;

constexpr std::size_t kMessageSize = 256;

// What the application behind the session saw.
struct Application {
  std::vector<std::string> messages;
  int opened = 0;
  int closed = 0;
};

class Echo : public WsHandler {
 public:
  explicit Echo(Application& app) : app_(app) {}
  void on_open(std::shared_ptr<WsConnection> connection) override {
    ++app_.opened;
    connection_ = std::move(connection);
  }
  void on_message(std::string text) override {
    require(app_.closed == 0);
    require(text.size() <= kMessageSize && is_utf8(text));
    app_.messages.push_back(text);
    connection_->send(std::move(text));
  }
  void on_close() override { ++app_.closed; }

 private:
  Application& app_;
  std::shared_ptr<WsConnection> connection_;
};

asio::awaitable<Response> echo(Request request) {
  require(request.find("Host") == "localhost:8766" ||
          request.find("Host") == "127.0.0.1:8766");
  require(request.path.starts_with('/'));
  co_return Response{200, std::move(request.body)};
}

asio::awaitable<Response> stream(Request) {
  Response response;
  response.chunks =
      [left = 3]() mutable -> asio::awaitable<std::optional<std::string>> {
    if (left-- == 0) co_return std::nullopt;
    co_return std::string("piece");
  };
  co_return response;
}

Router routes(Application& app) {
  Router router;
  router.add("POST", "/", echo);
  router.add("GET", "/echo/{}", echo);
  router.add("GET", "/stream", stream);
  router.add_websocket("/", [&app](Request) -> asio::awaitable<WsDecision> {
    co_return WsAccept{"", std::make_unique<Echo>(app)};
  });
  return router;
}

Limits small_limits() {
  Limits limits;
  limits.header_size = 512;
  limits.body_size = 256;
  limits.message_size = kMessageSize;
  limits.send_queue_size = 4 * kMessageSize;
  return limits;
}

class Session {
 public:
  Session() {
    std::array<int, 2> ends{};
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                         ends.data()) == 0);
    client_ = UniqueFd(ends[0]);
    policy_.port = 8766;
    policy_.refuse_pages = true;
    const SessionContext context{timers_, router_, limits_, policy_, counters_};
    session_.emplace(asio::ip::tcp::socket(io_, asio::ip::tcp::v4(), ends[1]),
                     Peer{}, context, admission_);
    tasks_.spawn(session_->run());
    io_.poll();
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent =
          ::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EPIPE) return;  // it has ended
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      run();
    }
  }
  void half_close() {
    ::shutdown(client_.get(), SHUT_WR);
    run();
  }
  // Nothing may last for ever: the client says nothing more.
  void wait_for_the_end() {
    for (int i = 0; i < 60 && tasks_.size() > 0; ++i) {
      timers_.advance(5s);
      run();
    }
    require(tasks_.size() == 0);
    session_.reset();
    require(app.opened == app.closed && timers_.pending() == 0);
  }

  Application app;
  std::string received;

 private:
  void run() {
    std::array<char, 4096> chunk{};
    bool more = true;
    while (more) {
      io_.restart();
      io_.poll();
      const auto got = ::recv(client_.get(), chunk.data(), chunk.size(), 0);
      more = got > 0;
      if (more) received.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }

  asio::io_context io_;
  test::FakeTimers timers_;
  const Limits limits_ = small_limits();
  Policy policy_;
  Counters counters_;
  Router router_ = routes(app);
  Admission admission_{timers_, limits_, counters_};
  UniqueFd client_;
  std::optional<HttpSession> session_;
  TaskGroup tasks_{io_.get_executor(),
                   [](const std::exception_ptr&) { require(false); }};
};

constexpr std::string_view kHandshake =
    "GET / HTTP/1.1\r\nHost: 127.0.0.1:8766\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// What a client reads, from the front of it.
class Answer {
 public:
  explicit Answer(std::string_view text) : text_(text) {}

  [[nodiscard]] bool empty() const { return text_.empty(); }

  // The status of a response, which is whole (RFC 9112 6.3); of one to a HEAD,
  // which has the length of its body and no body, only the head is read.
  int response(bool to_head) {
    const auto end = text_.find("\r\n\r\n");
    require(text_.starts_with("HTTP/1.1 ") && end != text_.npos);
    const auto head = take(end + 4);
    const int status = std::stoi(std::string(head.substr(9, 3)));
    if (status == 100 || status == 101) return status;
    require(has(head, "\r\nX-Content-Type-Options: nosniff\r\n"));
    if (!to_head && status != 204) body(head);
    return status;
  }

  // The opcode of a frame, which is whole, in one piece and not masked; of a
  // close frame the code goes to `close_code`.
  int frame(int& close_code) {
    const auto head = take(2);
    const auto first = static_cast<unsigned char>(head[0]);
    std::size_t size = static_cast<unsigned char>(head[1]);
    require((first & 0xf0) == 0x80 && size <= 126);
    if (size == 126) size = number(take(2));
    const auto payload = take(size);
    if ((first & 0xf) == 8 && size >= 2)
      close_code = static_cast<int>(number(payload.substr(0, 2)));
    return first & 0xf;
  }

 private:
  std::string_view take(std::size_t size) {
    require(size <= text_.size());
    const auto taken = text_.substr(0, size);
    text_.remove_prefix(size);
    return taken;
  }
  static bool has(std::string_view head, std::string_view field) {
    return head.find(field) != head.npos;
  }
  void body(std::string_view head) {
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const auto length = head.find(kLength);
    if (length != head.npos) {
      take(std::stoul(std::string(head.substr(length + kLength.size()))));
    } else if (has(head, "\r\nTransfer-Encoding: chunked\r\n")) {
      chunks();
    } else {  // a stream to HTTP/1.0 ends with the connection
      require(has(head, "\r\nConnection: close\r\n"));
      text_ = {};
    }
  }
  void chunks() {
    std::size_t size = 1;
    while (size > 0) {
      const auto line = take(text_.find("\r\n") + 2);
      size = std::stoul(std::string(line), nullptr, 16);
      require(take(size + 2).ends_with("\r\n"));
    }
  }
  static std::size_t number(std::string_view bytes) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                    static_cast<unsigned char>(bytes[1]));
  }

  std::string_view text_;
};

// RFC 6455 section 5: whether the header of a client's frame is whole and none
// that a conversation may begin with.
bool is_bad_start(std::string_view frame) {
  if (frame.size() < 2) return false;
  const int opcode = frame[0] & 0xf;
  const bool masked = (frame[1] & 0x80) != 0;
  const int length = frame[1] & 0x7f;
  const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (frame.size() < 2 + more + (masked ? 4 : 0)) return false;
  const bool reserved = (frame[0] & 0x70) != 0;
  const bool unknown = (opcode > 2 && opcode < 8) || opcode > 10;
  return reserved || unknown || opcode == 0 || !masked;
}

void require_frames(Answer answer, const Application& app,
                    std::string_view sent) {
  std::size_t echoed = 0;
  int close_code = 0;
  bool over = false;
  while (!answer.empty()) {
    require(!over);
    const int opcode = answer.frame(close_code);
    require(opcode == 1 || opcode >= 8);
    echoed += opcode == 1;
    over = opcode == 8;
  }
  require(echoed <= app.messages.size());
  if (!is_bad_start(sent)) return;
  require(app.messages.empty() && close_code == 1002);
}

void require_http(Answer answer, const Application& app, std::string_view sent,
                  bool websocket) {
  // Which of the answers is that to a HEAD cannot be told from here.
  const bool has_head = !websocket && sent.find("HEAD ") != sent.npos;
  while (!answer.empty()) {
    const int status = answer.response(has_head);
    if (has_head) return;
    if (status != 101) continue;
    return require_frames(answer, app, websocket ? sent : std::string_view());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 1) return 0;
  const bool websocket = (data[0] & 0x80) != 0;
  const auto bytes = berth::fuzz::text_of(data + 1, size - 1);
  Session session;
  if (websocket) {
    session.send(kHandshake);
    require(session.received.starts_with("HTTP/1.1 101 "));
  }
  const std::size_t part = bytes.size() / (data[0] % 32 + 1) + 1;
  for (auto rest = bytes; !rest.empty();
       rest.remove_prefix(std::min(part, rest.size())))
    session.send(rest.substr(0, part));
  if ((data[0] & 0x40) != 0) session.half_close();
  session.wait_for_the_end();
  require_http(Answer(session.received), session.app, bytes, websocket);
  return 0;
}
