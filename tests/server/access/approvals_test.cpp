#include "server/access/approvals.h"

#include "registry/base/encoding.h"
#include "registry/proof/hash.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::server;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

using Decided = boost::system::result<void, RpcError>;
const std::string kApp = "https://app.example";

Question question(std::optional<std::string> origin,
                  const std::string& kind = "message",
                  const std::string& text = "hello") {
  Question q;
  q.origin = std::move(origin);
  q.kind = kind;
  q.method = "personal_sign";
  q.account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
  q.chain_id = "0x7a69";
  q.content = {{"text", text}};
  return q;
}

struct Fixture {
  asio::io_context io;
  test::FakeTimers timers;
  Changes changes;
  Approvals approvals{timers, changes, {}};

  using Waiting = std::shared_ptr<test::Running<Decided>>;
  Waiting ask(Question q, std::optional<ListenerId> client = std::nullopt) {
    auto waiting = test::start(io, approvals.ask(client, std::move(q)));
    test::run_ready(io);
    return waiting;
  }
  // 0: approved; -1: it still waits.
  int code(const Waiting& waiting) {
    test::run_ready(io);
    if (!waiting->value) return -1;
    return *waiting->value ? 0 : waiting->value->error().code;
  }
  std::string id(std::size_t place = 0) {
    return approvals.list().at(place)["id"];
  }
  ~Fixture() {
    approvals.stop();
    test::run_ready(io);
  }
};

}  // namespace

TEST_CASE("a question waits until it is decided, once", "[approvals]") {
  Fixture f;
  const bool approve = GENERATE(true, false);
  const auto waiting = f.ask(question(kApp));
  CHECK(f.code(waiting) == -1);
  const std::string id = f.id();
  CHECK(f.approvals.decide(id, approve));
  CHECK_FALSE(f.approvals.decide(id, !approve));
  CHECK(f.code(waiting) == (approve ? 0 : rpc_code::rejected));
  CHECK(f.approvals.list().empty());
}

TEST_CASE("a question shows what a person needs to decide", "[approvals]") {
  Fixture f;
  const auto page = f.ask(question(kApp));
  const auto native = f.ask(question(std::nullopt));
  json shown = f.approvals.list().at(0);
  CHECK(shown["origin"] == kApp);
  CHECK(shown["content"] == json{{"text", "hello"}});
  CHECK(f.approvals.list().at(1)["origin"].is_null());
  json asked = shown;
  for (const char* key : {"id", "digest", "asked_at", "expires_at"})
    asked.erase(key);
  const std::string text = asked.dump();
  CHECK(shown["digest"] == hex_encode(sha256(Bytes(text.begin(), text.end()))));
}

TEST_CASE("what is too large to be shown is not asked", "[approvals]") {
  Fixture f;
  const std::string large(Approvals::kMaxQuestionBytes, 'a');
  CHECK(f.code(f.ask(question(kApp, "message", large))) ==
        rpc_code::invalid_params);
  const std::string fits(Approvals::kMaxQuestionBytes - 1024, 'a');
  CHECK(f.code(f.ask(question(kApp, "message", fits))) == -1);
  // As it travels: one byte becomes six.
  const std::string control(Approvals::kMaxQuestionBytes / 6, '\x01');
  CHECK(f.code(f.ask(question(std::nullopt, "message", control))) ==
        rpc_code::invalid_params);
}

TEST_CASE("ids are not guessable from the question", "[approvals]") {
  Fixture f;
  const auto first = f.ask(question(std::nullopt));
  const auto second = f.ask(question(std::nullopt));
  CHECK(f.id(0).size() == 16);
  CHECK(f.id(0) != f.id(1));
  CHECK_FALSE(f.approvals.decide("", true));
  CHECK_FALSE(f.approvals.decide("aaaaaaaaaaaaaaaa", true));
  CHECK(f.approvals.decide(f.id(1), true));
  CHECK(f.code(first) == -1);
  CHECK(f.code(second) == 0);
}

TEST_CASE("what nobody decides in five minutes is rejected", "[approvals]") {
  Fixture f;
  const auto waiting = f.ask(question(kApp));
  f.timers.advance(5min - 1ms);
  CHECK(f.code(waiting) == -1);
  f.timers.advance(1ms);
  CHECK(f.approvals.list().empty());
  CHECK(f.code(waiting) == rpc_code::rejected);
}

TEST_CASE("a client that leaves takes its questions along", "[approvals]") {
  Fixture f;
  const auto gone = f.ask(question(kApp), 1);
  const auto stays = f.ask(question(kApp, "transaction"), 2);
  f.approvals.withdraw(ListenerId{1});
  REQUIRE(f.approvals.list().size() == 1);
  CHECK(f.approvals.list()[0]["kind"] == "transaction");
  CHECK(f.code(gone) == rpc_code::rejected);
  CHECK(f.code(stays) == -1);
}

TEST_CASE("a request that is cancelled takes its question along",
          "[approvals]") {
  Fixture f;
  asio::cancellation_signal signal;
  asio::co_spawn(
      f.io, f.approvals.ask(std::nullopt, question(kApp)),
      asio::bind_cancellation_slot(signal.slot(),
                                   [](std::exception_ptr, Decided) {}));
  test::run_ready(f.io);
  REQUIRE(f.approvals.list().size() == 1);
  const auto before = f.changes.revision();
  asio::post(f.io, [&] { signal.emit(asio::cancellation_type::terminal); });
  test::run_ready(f.io);
  CHECK(f.approvals.list().empty());
  CHECK(f.changes.revision() != before);
}

TEST_CASE("an origin whose grant is revoked asks no more", "[approvals]") {
  Fixture f;
  const auto page = f.ask(question(kApp));
  const auto other = f.ask(question("https://other.example"));
  const auto native = f.ask(question(std::nullopt));
  f.approvals.withdraw(kApp);
  CHECK(f.code(page) == rpc_code::unauthorized);
  CHECK(f.code(other) == -1);
  CHECK(f.code(native) == -1);
}

TEST_CASE("a stop ends all questions and counts them", "[approvals]") {
  Fixture f;
  const auto page = f.ask(question(kApp));
  const auto native = f.ask(question(std::nullopt));
  CHECK(f.approvals.stop() == 2);
  CHECK(f.code(page) == rpc_code::disconnected);
  CHECK(f.code(native) == rpc_code::disconnected);
  CHECK(f.approvals.stop() == 0);
}

TEST_CASE("the revision moves when a question comes and when it goes",
          "[approvals]") {
  Fixture f;
  auto seen = f.changes.revision();
  const auto moved = [&] {
    return std::exchange(seen, f.changes.revision()) != seen;
  };
  const auto waiting = f.ask(question(kApp), 1);
  CHECK(moved());
  SECTION("decided") { CHECK(f.approvals.decide(f.id(), true)); }
  SECTION("too late") { f.timers.advance(5min); }
  SECTION("its client left") { f.approvals.withdraw(ListenerId{1}); }
  SECTION("its origin was revoked") { f.approvals.withdraw(kApp); }
  SECTION("a stop") { CHECK(f.approvals.stop() == 1); }
  CHECK(moved());
  CHECK(f.code(waiting) >= 0);
  f.approvals.withdraw(ListenerId{1});
  CHECK_FALSE(f.approvals.decide("nothing", true));
  CHECK_FALSE(moved());
}

TEST_CASE("a page asks one question of a kind at a time", "[approvals]") {
  Fixture f;
  const auto first = f.ask(question(kApp));
  CHECK(f.code(f.ask(question(kApp))) == rpc_code::already_pending);
  CHECK(f.code(f.ask(question(kApp, "transaction"))) == -1);
  CHECK(f.code(f.ask(question("http://app.example"))) == -1);
  REQUIRE(f.approvals.decide(f.id(), false));
  CHECK(f.code(f.ask(question(kApp))) == -1);
}

TEST_CASE("ten questions wait, not more", "[approvals]") {
  Fixture f;
  for (int i = 0; i < 10; ++i)
    CHECK(f.code(f.ask(question(std::nullopt))) == -1);
  CHECK(f.code(f.ask(question(std::nullopt))) == rpc_code::already_pending);
  CHECK(f.code(f.ask(question(kApp))) == rpc_code::already_pending);
  REQUIRE(f.approvals.decide(f.id(), true));
  CHECK(f.code(f.ask(question(kApp))) == -1);
}
