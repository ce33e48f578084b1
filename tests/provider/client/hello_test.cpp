// Nothing that a squatter of the port could use is sent before the proof.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "provider/client/http.h"
#include "registry/base/unique_fd.h"
#include "tests/provider/client/world.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

// A listener of another user, as after it has taken a dead instance's port.
// Reports what it was sent. Needs root.
class ForeignListener {
 public:
  ForeignListener() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback();  // any port
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    std::array<int, 2> ends{};
    if (!reuse_address(listener) || ::bind(listener, raw, size) != 0 ||
        ::getsockname(listener, raw, &size) != 0 || ::pipe(ends.data()) != 0)
      throw std::runtime_error("no foreign listener");
    port_ = ntohs(address.sin_port);
    out_.reset(ends[0]);
    pid_ = ::fork();
    if (pid_ == 0) serve(listener, ends[1]);
    ::close(listener);
    ::close(ends[1]);
    char ready = 0;
    if (::read(out_.get(), &ready, 1) != 1)
      throw std::runtime_error("no foreign listener");
  }
  ~ForeignListener() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  std::uint16_t port() const { return port_; }

  // What came on its first connection. Makes one of its own and says "end", so
  // that "end" means: nobody has connected before.
  std::string received() const {
    const UniqueFd own(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address = loopback();
    if (::connect(own.get(), reinterpret_cast<sockaddr*>(&address),
                  sizeof address) != 0 ||
        ::write(own.get(), "end", 3) != 3 ||
        ::shutdown(own.get(), SHUT_WR) != 0)
      throw std::runtime_error("the foreign listener is gone");
    std::string all;
    std::array<char, 256> part{};
    for (;;) {
      const auto size = ::read(out_.get(), part.data(), part.size());
      if (size <= 0) return all;
      all.append(part.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  // The parent holds the port until the child has it too.
  static bool reuse_address(int fd) {
    const int on = 1;
    return ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  }

  sockaddr_in loopback() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  // In the child: only calls that are safe after fork(). A listening socket
  // takes the uid of who made it, an accepted one that of its listener, so
  // the socket is made anew once the child is somebody else.
  [[noreturn]] void serve(int reserved, int out) const {
    ::close(reserved);
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback();
    if (!reuse_address(listener) ||
        ::bind(listener, reinterpret_cast<sockaddr*>(&address),
               sizeof address) != 0 ||
        ::listen(listener, 8) != 0 || ::write(out, "r", 1) != 1)
      ::_exit(1);
    const int client = ::accept(listener, nullptr, nullptr);
    std::array<char, 256> part{};
    for (;;) {
      const auto size = ::read(client, part.data(), part.size());
      if (size <= 0) ::_exit(0);
      if (::write(out, part.data(), static_cast<std::size_t>(size)) < 0)
        ::_exit(1);
    }
  }

  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  UniqueFd out_;
};

Result<provider::HttpAnswer> ask(World& world, const registry::Record& record) {
  provider::HttpRequest request;
  request.record = record;
  request.verb = "POST";
  request.target = "/v1/tokens";
  request.body = R"({"scope":"connect"})";
  return await(world.io, provider::call(request, world.timers, kPatience / 2));
}

}  // namespace

TEST_CASE("an instance that proves itself is connected to", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());
  CHECK((*connection)->is_open());
  CHECK((*connection)->record().name == "alice");
  CHECK(
      alice.received().find("Sec-WebSocket-Protocol: berth.v1, berth.hello.") !=
      std::string::npos);
  CHECK(alice.received().find(alice.record().token) == std::string::npos);
  CHECK(alice.messages().empty());
}

TEST_CASE("the origin of a page is stated in the handshake", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  provider::ConnectOptions options;
  options.instance = alice.record();
  options.origin = "https://app.example";
  REQUIRE(world.connect(std::move(options)).has_value());
  CHECK(
      alice.received().find(", berth.origin.aHR0cHM6Ly9hcHAuZXhhbXBsZQ\r\n") !=
      std::string::npos);
}

TEST_CASE("who fails the hello is sent the handshake and nothing else",
          "[provider]") {
  const auto lie =
      GENERATE(Lie::wrong_proof, Lie::replayed_proof, Lie::no_proof,
               Lie::huge_first_frame, Lie::wrong_subprotocol, Lie::echoes_offer,
               Lie::plain_http, Lie::refuses, Lie::garbage);
  CAPTURE(static_cast<int>(lie));
  World world;
  FakeInstance squatter(world.io, world.registry, "alice", lie);

  auto connection = world.connect(squatter.record());

  REQUIRE(!connection);
  CHECK(connection.error().code == Errc::untrusted);
  CHECK(!connection.error().hint.empty());
  run_until(world.io, [&] { return squatter.client_is_gone(); });
  // One request head, without a token in it, and no frame after it.
  const std::string& received = squatter.received();
  CHECK(received.starts_with("GET / HTTP/1.1\r\n"));
  const auto rest = received.substr(received.find("\r\n\r\n") + 4);
  // At most a close frame (RFC 6455 section 5.5.1), 2 bytes of code in it.
  const bool only_close = rest.size() == 8 && rest[0] == '\x88';
  CHECK((rest.empty() || (lie == Lie::huge_first_frame && only_close)));
  CHECK(received.find(squatter.record().token) == std::string::npos);
  CHECK(received.find("Authorization") == std::string::npos);
  CHECK(squatter.connections() == 1);
}

TEST_CASE("who closes during the hello is unavailable, not trusted",
          "[provider]") {
  World world;
  FakeInstance gone(world.io, world.registry, "alice", Lie::closes);
  auto connection = world.connect(gone.record());
  REQUIRE(!connection);
  CHECK(connection.error().code == Errc::unavailable);
  CHECK(connection.error().message.find("alice (127.0.0.1:") !=
        std::string::npos);
}

TEST_CASE("nobody at the port is told with what to do", "[provider]") {
  World world;
  std::uint16_t port = 0;
  {
    asio::ip::tcp::acceptor once(world.io,
                                 {asio::ip::address_v4::loopback(), 0});
    port = once.local_endpoint().port();
  }
  auto connection = world.connect(make_record("alice", port));
  REQUIRE(!connection);
  CHECK(connection.error().code == Errc::unavailable);
  CHECK(connection.error().hint.find("berth restart alice") !=
        std::string::npos);
}

TEST_CASE("who stalls is given up at the time limit, not before",
          "[provider]") {
  const auto lie = GENERATE(Lie::stalls, Lie::no_first_frame);
  CAPTURE(static_cast<int>(lie));
  World world;
  FakeTimers time;
  FakeInstance stalled(world.io, world.registry, "alice", lie);
  provider::ConnectOptions options;
  options.instance = stalled.record();
  auto attempt =
      start(world.io, provider::connect(std::move(options), time, 10s));
  run_until(world.io, [&] { return !stalled.received().empty(); });

  time.advance(9s);
  run_ready(world.io);
  CHECK(!attempt->ended());
  time.advance(1s);
  run_until(world.io, [&] { return attempt->ended(); });

  REQUIRE(attempt->value);
  REQUIRE(!*attempt->value);
  CHECK(attempt->value->error().code == Errc::timed_out);
  run_until(world.io, [&] { return stalled.client_is_gone(); });
}

TEST_CASE("an address other than 127.0.0.1 is not dialled", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  auto record = alice.record();
  record.endpoint.host = GENERATE("127.0.0.2", "::1", "localhost");
  auto connection = world.connect(record);
  REQUIRE(!connection);
  CHECK(connection.error().code == Errc::untrusted);
  CHECK(alice.connections() == 0);
}

TEST_CASE("a record without a token is not dialled", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  auto record = alice.record();
  record.token.clear();
  record.level = 0;
  auto connection = world.connect(record);
  REQUIRE(!connection);
  CHECK(connection.error().code == Errc::untrusted);
  CHECK(alice.connections() == 0);
}

TEST_CASE("row 26: another user's listener is sent nothing at all",
          "[provider]") {
  if (::geteuid() != 0) return;  // only root can become somebody else
  World world;
  {
    ForeignListener squatter;
    auto connection = world.connect(make_record("alice", squatter.port()));
    REQUIRE(!connection);
    CHECK(connection.error().code == Errc::untrusted);
    CHECK(squatter.received() == "end");
  }
  ForeignListener squatter;
  auto answer = ask(world, make_record("alice", squatter.port()));
  REQUIRE(!answer);
  CHECK(answer.error().code == Errc::untrusted);
  CHECK(squatter.received() == "end");
}

TEST_CASE("by HTTP the token goes out after the proof, on that connection",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.answer_http(201, R"({"token":"t"})");

  auto answer = ask(world, alice.record());

  REQUIRE(answer.has_value());
  CHECK(answer->status == 201);
  CHECK(answer->body == R"({"token":"t"})");
  CHECK(alice.connections() == 1);
  const std::string& received = alice.received();
  const auto hello = received.find("POST /v1/hello ");
  const auto request = received.find("POST /v1/tokens ");
  const auto token =
      received.find("Authorization: Bearer " + alice.record().token + "\r\n");
  CHECK(hello == 0);
  CHECK(request < token);
  CHECK(token != std::string::npos);
  CHECK(received.find("application/json", request) != std::string::npos);
  CHECK(received.ends_with(R"({"scope":"connect"})"));
}

TEST_CASE("by HTTP who fails the hello gets neither request nor token",
          "[provider]") {
  const auto lie = GENERATE(Lie::wrong_proof, Lie::plain_http, Lie::refuses,
                            Lie::closes_after_hello);
  CAPTURE(static_cast<int>(lie));
  World world;
  FakeInstance squatter(world.io, world.registry, "alice", lie);
  auto answer = ask(world, squatter.record());
  REQUIRE(!answer);
  CHECK(answer.error().code == Errc::untrusted);
  run_until(world.io, [&] { return squatter.client_is_gone(); });
  CHECK(squatter.received().find("/v1/tokens") == std::string::npos);
  CHECK(squatter.received().find(squatter.record().token) == std::string::npos);
  CHECK(squatter.connections() == 1);
}

TEST_CASE("health is asked without a token", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  const auto ask_health = [&] {
    return await(world.io,
                 provider::health(alice.record(), world.timers, kPatience / 2));
  };

  alice.answer_http(200, R"({"status":"ok"})");
  auto ok = ask_health();
  alice.answer_http(503, R"({"status":"degraded","reason":"no upstream"})");
  auto degraded = ask_health();
  alice.answer_http(404, "{}");
  auto stranger = ask_health();

  REQUIRE(ok.has_value());
  CHECK(ok->ok);
  REQUIRE(degraded.has_value());
  CHECK(!degraded->ok);
  CHECK(degraded->reason == "no upstream");
  REQUIRE(!stranger);
  CHECK(stranger.error().code == Errc::untrusted);
  CHECK(alice.received().find(alice.record().token) == std::string::npos);
}
