#include "launcher/gateway/answers.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::launcher;
using nlohmann::json;

TEST_CASE("fields are exactly those that are asked for, and strings",
          "[gateway]") {
  const auto fields =
      read_fields(R"({"origin":"https://a","profile":"bob"})",
                  {"origin", "profile"});
  REQUIRE(fields);
  CHECK(fields->at("profile") == "bob");
  for (const auto* wrong :
       {"", "[]", "{}", R"({"origin":"x"})",
        R"({"origin":"x","profile":"y","more":"z"})",
        R"({"origin":1,"profile":"y"})",
        R"({"origin":"x","profile":"y","profile":"z"})"}) {
    const auto refused = read_fields(wrong, {"origin", "profile"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message ==
          "send a JSON object of these strings: origin, profile");
  }
}

TEST_CASE("a stream tells the state at once, then only what is new",
          "[gateway]") {
  asio::io_context io;
  Changes changes;
  int state = 1;
  const auto response =
      state_stream(changes, [&state] { return json{{"n", state}}; });
  CHECK(response.content_type == "text/event-stream");
  CHECK(test::await(io, response.chunks()) ==
        "event: state\ndata: {\"n\":1}\n\n");

  auto next = test::start(io, response.chunks());
  changes.bump();
  test::run_ready(io);
  CHECK_FALSE(next->ended());
  state = 2;
  changes.bump();
  CHECK(test::finish(io, next) == "event: state\ndata: {\"n\":2}\n\n");
}

TEST_CASE("what changes before the next piece is asked for is not missed",
          "[gateway]") {
  asio::io_context io;
  Changes changes;
  int state = 1;
  const auto response =
      state_stream(changes, [&state] { return json(state); });
  test::await(io, response.chunks());
  state = 2;
  changes.bump();
  CHECK(test::await(io, response.chunks()) == "event: state\ndata: 2\n\n");
}

TEST_CASE("what an instance refuses is no word about the gateway",
          "[gateway]") {
  const auto status_of = [](int status) {
    return refusal(provider::HttpAnswer{status, R"({"error":"so it is"})"})
        .value()
        .status;
  };
  CHECK_FALSE(refusal(provider::HttpAnswer{202, "{}"}));
  CHECK(status_of(400) == 400);
  CHECK(status_of(404) == 404);
  for (const int other : {101, 302, 401, 403, 500, 503})
    CHECK(status_of(other) == 503);
  const auto body = json::parse(
      refusal(provider::HttpAnswer{401, R"({"error":"so it is"})"})->body);
  CHECK(body == json{{"error", "so it is"}, {"hint", ""}, {"code", "unavailable"}});
  CHECK(json::parse(refusal(provider::HttpAnswer{500, "<html>"})->body)
            ["error"] == "the wallet gave no reason");
  CHECK(refusal(Error{Errc::timed_out, "late"})->status == 503);
}
