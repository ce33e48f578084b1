// berth-talk as `berth` runs it: its output and its exit codes.
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/provider/client/world.h"
#include "tests/support/catch.h"
#include "tests/support/program.h"

using namespace berth;
using namespace berth::test;
using nlohmann::json;

namespace {

ProgramEnd talk(World& world, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), BERTH_TALK);
  return run_program(world.io, std::move(arguments),
                     {"BERTH_REGISTRY=" + (world.home / "instances").string(),
                      "HOME=/", "PATH=/usr/bin:/bin", "KEPT=kept"});
}

void answer_with(FakeInstance& instance, const std::string& member,
                 const json& value) {
  instance.on_message([member, value](FakeInstance& self, const json& request) {
    self.send(json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {member, value}}
                  .dump());
  });
}

}  // namespace

TEST_CASE("call prints the result as JSON", "[talk]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  answer_with(alice, "result", "0x1\x1b[31m\xe2\x80\xae");
  const auto end =
      talk(world, {"call", "alice", "eth_call", R"([{"to":"0x1"},"latest"])"});
  CHECK(end.code == 0);
  CHECK(end.err.empty());
  CHECK(end.out == R"("0x1\u001b[31m\u202e")"
                   "\n");
  const auto sent = json::parse(alice.messages().at(0));
  CHECK(sent["method"] == "eth_call");
  CHECK(sent["params"] == json::array({{{"to", "0x1"}}, "latest"}));
}

TEST_CASE("call without PARAMS-JSON sends an empty array", "[talk]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  answer_with(alice, "result", nullptr);
  const auto end = talk(world, {"call", "alice", "eth_chainId"});
  CHECK(end.code == 0);
  CHECK(end.out == "null\n");
  CHECK(json::parse(alice.messages().at(0))["params"] == json::array());
}

TEST_CASE("call exits 1 on a JSON-RPC error and makes its text harmless",
          "[talk]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  answer_with(alice, "error", {{"code", 4001}, {"message", "no\x1b[2J"}});
  const auto end = talk(world, {"call", "alice", "personal_sign"});
  CHECK(end.code == 1);
  CHECK(end.out.empty());
  CHECK(end.err == "berth: no\\x1b[2J (4001): personal_sign\n");
}

TEST_CASE("call exits 3 where nothing runs and says how to start it",
          "[talk]") {
  World world;
  const auto end = talk(world, {"call", "bob", "eth_chainId"});
  CHECK(end.code == 3);
  CHECK(end.err ==
        "berth: no such running instance: bob\nstart it: berth start bob\n");
}

TEST_CASE("call exits 7 when no answer or no hello comes in time", "[talk]") {
  const auto lie = GENERATE(Lie::none, Lie::stalls);
  World world;
  FakeInstance alice(world.io, world.registry, "alice", lie);
  const auto end =
      talk(world, {"call", "--timeout", "0.5s", "alice", "eth_chainId"});
  CHECK(end.code == 7);
  CHECK(end.err.find("time") != std::string::npos);
}

TEST_CASE("call exits 1 when the other side fails its proof", "[talk]") {
  World world;
  FakeInstance squatter(world.io, world.registry, "alice", Lie::wrong_proof);
  const auto end = talk(world, {"call", "alice", "eth_chainId"});
  CHECK(end.code == 1);
  CHECK(end.err.find("failed its proof, nothing was sent: alice") !=
        std::string::npos);
}

TEST_CASE("call refuses params that are no JSON with their place", "[talk]") {
  World world;
  const auto broken = talk(world, {"call", "alice", "eth_call", "[1,\n 2"});
  CHECK(broken.code == 2);
  CHECK(broken.err.find("line 2, column ") != std::string::npos);
  const auto scalar = talk(world, {"call", "alice", "eth_call", "5"});
  CHECK(scalar.code == 2);
  CHECK(scalar.err.find("'[5]'") != std::string::npos);
}

TEST_CASE("wrong usage exits 2", "[talk]") {
  World world;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{},
        {"fly"},
        {"call", "alice"},
        {"call", "--timeout", "soon", "alice", "x"},
        {"call", "a", "b", "[]", "d"},
        {"health", "alice"}})
    CHECK(talk(world, arguments).code == 2);
}

TEST_CASE("row 36: exec gives the command a token that cannot administer",
          "[talk]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.answer_http(201, R"({"token":"connect-only"})");
  const auto end =
      talk(world, {"exec", "alice", "--", "sh", "-c",
                   "echo $BERTH_NAME $BERTH_URL $BERTH_WS_URL $BERTH_TOKEN "
                   "$KEPT; exit 5"});
  const std::string at =
      "127.0.0.1:" + std::to_string(alice.record().endpoint.port);
  CHECK(end.code == 5);
  CHECK(end.out ==
        "alice http://" + at + " ws://" + at + " connect-only kept\n");
  CHECK(alice.received().find("POST /v1/tokens ") != std::string::npos);
  CHECK(alice.received().ends_with(R"({"scope":"connect"})"));
}

TEST_CASE("row 37: the command of exec inherits no descriptor", "[talk]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.answer_http(200, R"({"token":"t"})");
  const auto end = talk(
      world, {"exec", "alice", "--", "sh", "-c", "ls /proc/self/fd | wc -l"});
  // 0, 1, 2, and the directory that ls reads.
  CHECK(end.out == "4\n");
}

TEST_CASE("exec tells its own failures from those of the command", "[talk]") {
  World world;
  CHECK(talk(world, {"exec", "bob", "--", "true"}).code == 125);
  CHECK(talk(world, {"exec", "bob"}).code == 125);
  FakeInstance alice(world.io, world.registry, "alice");
  alice.answer_http(403, R"({"error":"no"})");
  CHECK(talk(world, {"exec", "alice", "--", "true"}).code == 125);
  alice.answer_http(200, R"({"token":"t"})");
  CHECK(talk(world, {"exec", "alice", "--", "/nowhere/x"}).code == 127);
  write_text(world.home / "plain", "not a program");
  const auto end =
      talk(world, {"exec", "alice", "--", (world.home / "plain").string()});
  CHECK(end.code == 126);
  CHECK(end.err.find("Permission denied: ") != std::string::npos);
}

TEST_CASE("health asks all at once and says what each answered", "[talk]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.answer_http(200, R"({"status":"ok"})");
  FakeInstance bob(world.io, world.registry, "bob");
  bob.answer_http(503, R"({"status":"degraded","reason":"no upstream"})");
  FakeInstance carol(world.io, world.registry, "carol", Lie::stalls);
  FakeInstance dave(world.io, world.registry, "dave", Lie::stalls);
  const auto begin = std::chrono::steady_clock::now();
  const auto end = talk(
      world, {"health", "--json", "carol", "alice", "dave", "bob", "erin"});
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(end.code == 0);
  const auto answers = json::parse(end.out);
  REQUIRE(answers.size() == 5);
  CHECK(answers["alice"] == json{{"status", "ok"}, {"reason", ""}});
  CHECK(answers["bob"] ==
        json{{"status", "degraded"}, {"reason", "no upstream"}});
  for (const auto* name : {"carol", "dave", "erin"})
    CHECK(answers[name]["status"] == "unresponsive");
  CHECK(answers["erin"]["reason"] == "no such running instance: erin");
  // Two that stall for 2 s each, asked one after the other, would take 4.
  CHECK(took < std::chrono::milliseconds(3900));
  CHECK(alice.received().starts_with("GET /health HTTP/1.1\r\n"));
  CHECK(alice.received().find("Authorization") == std::string::npos);
}
