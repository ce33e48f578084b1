// Asks a WebSocket server over COUNT connections, each one request at a time,
// on one thread, with frames that were made beforehand.
//
// Usage: load PORT COUNT MILLISECONDS METHOD [RECORD]
//   RECORD: of an instance that demands a proof.
//
// Prints "ready" when all are connected. At a line on stdin it asks for
// MILLISECONDS; then it prints "answered", how long each answer took, in
// microseconds, one a line, and "end". The connections stay until stdin ends.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "provider/client/hello.h"
#include "registry/base/files.h"

namespace {

using namespace berth;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "load: %s\n", what.c_str());
  std::exit(1);
}

// A text frame of a client (RFC 6455 section 5.2).
std::string masked_frame(const std::string& text) {
  if (text.size() > 125) fail("the request is too long");
  const std::string mask = "\x37\xfa\x21\x3d";
  std::string frame{'\x81', static_cast<char>(0x80 | text.size())};
  frame += mask;
  for (std::size_t i = 0; i < text.size(); ++i)
    frame += static_cast<char>(text[i] ^ mask[i % 4]);
  return frame;
}

class Connection {
 public:
  explicit Connection(std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      fail("connect: " + std::string(std::strerror(errno)));
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  void shake_hands(std::uint16_t port, const std::string& subprotocols) {
    std::string head =
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if (!subprotocols.empty())
      head += "Sec-WebSocket-Protocol: " + subprotocols + "\r\n";
    write(head + "\r\n");
    while (received_.find("\r\n\r\n") == std::string::npos) read_more();
    const auto end = received_.find("\r\n\r\n") + 4;
    if (received_.find(" 101 ") > end) fail("refused: " + received_);
    received_.erase(0, end);
  }

  void write(std::string_view bytes) {
    if (::write(socket_, bytes.data(), bytes.size()) !=
        static_cast<ssize_t>(bytes.size()))
      fail("write: " + std::string(std::strerror(errno)));
  }

  // Waits for it.
  std::string frame() {
    std::string text;
    while (!take_frame(&text)) read_more();
    return text;
  }

  // False: the rest of it is not here yet.
  bool take_frame(std::string* text) {
    if (received_.size() < 2) return false;
    std::size_t size = static_cast<unsigned char>(received_[1]);
    std::size_t head = 2;
    if (size == 126 && received_.size() >= 4) {
      head = 4;
      size = static_cast<unsigned char>(received_[2]) << 8 |
             static_cast<unsigned char>(received_[3]);
    }
    if (size > 0xffff || received_.size() < head + size) return false;
    text->assign(received_, head, size);
    received_.erase(0, head + size);
    return true;
  }

  void read_more() {
    char bytes[4096];
    const auto size = ::read(socket_, bytes, sizeof bytes);
    if (size <= 0) fail("the server closed the connection");
    received_.append(bytes, static_cast<std::size_t>(size));
  }

  void ask(std::string_view request) {
    asked_ = Clock::now();
    write(request);
  }
  [[nodiscard]] Clock::time_point asked() const { return asked_; }
  [[nodiscard]] int descriptor() const { return socket_; }

 private:
  int socket_;
  std::string received_;
  Clock::time_point asked_;
};

registry::Record read_record(const char* file) {
  auto text = read_file(file, registry::kMaxRecordBytes);
  if (!text) fail(text.error().message);
  auto record = registry::parse_record(*text);
  if (!record) fail(record.error().message);
  return *record;
}

// A hello of its own for each, as every client of an instance makes it.
Connection connect_proven(const registry::Record& record) {
  const auto hello = provider::Hello::begin(record);
  if (!hello) fail(hello.error().message);
  Connection connection(record.endpoint.port);
  connection.shake_hands(record.endpoint.port, hello->subprotocols(""));
  if (!hello->accepts_frame(connection.frame())) fail("a wrong proof");
  return connection;
}

void answered(Connection& connection, std::string* text,
              std::vector<float>& taken) {
  const std::chrono::duration<float, std::micro> passed =
      Clock::now() - connection.asked();
  if (text->find("\"result\"") == std::string::npos) fail("answered: " + *text);
  taken.push_back(passed.count());
}

// How long each answer took.
std::vector<float> ask(std::vector<Connection>& connections,
                       const std::string& request,
                       std::chrono::milliseconds time) {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  for (auto& connection : connections) {
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.descriptor(), &event);
  }
  std::vector<float> taken;
  taken.reserve(1 << 20);
  std::string text;
  const auto end = Clock::now() + time;
  for (auto& connection : connections) connection.ask(request);
  std::size_t open = connections.size();
  while (open > 0) {
    epoll_event events[64];
    const int ready = ::epoll_wait(poll, events, 64, 10'000);
    if (ready <= 0) fail("no answer within 10 s");
    for (int i = 0; i < ready; ++i) {
      auto& connection = *static_cast<Connection*>(events[i].data.ptr);
      connection.read_more();
      if (!connection.take_frame(&text)) continue;
      answered(connection, &text, taken);
      Clock::now() < end ? connection.ask(request) : void(--open);
    }
  }
  ::close(poll);
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  std::vector<Connection> connections;
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    if (argc > 5) {
      connections.push_back(connect_proven(read_record(argv[5])));
      continue;
    }
    connections.emplace_back(port).shake_hands(port, "");
  }
  std::puts("ready");
  std::fflush(stdout);
  if (std::getchar() == EOF) return 0;
  const std::string request =
      masked_frame(R"({"jsonrpc":"2.0","id":1,"method":")" +
                   std::string(argv[4]) + R"(","params":[]})");
  const auto taken =
      ask(connections, request, std::chrono::milliseconds(std::atoi(argv[3])));
  std::puts("answered");
  std::fflush(stdout);
  for (const float microseconds : taken) std::printf("%.1f\n", microseconds);
  std::puts("end");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}
