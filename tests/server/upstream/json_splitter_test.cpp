#include "server/wallets/json_splitter.h"

#include <vector>

#include "tests/support/catch.h"

using berth::server::JsonSplitter;

namespace {

std::vector<std::string> split(JsonSplitter& splitter) {
  std::vector<std::string> messages;
  for (;;) {
    auto next = splitter.next();
    REQUIRE(next.has_value());
    if (!*next) return messages;
    messages.push_back(**next);
  }
}

}  // namespace

TEST_CASE("messages are split wherever the bytes happen to be cut",
          "[upstream]") {
  const std::vector<std::string> messages{
      R"({"a":"}{"})", R"({"b":"\"}"})", R"({"c":"\\"})",
      R"([{"d":[1,{}]},"]["])", R"({"e":{"f":{}}})"};
  const std::string between = GENERATE("", "\n", " \r\n\t");
  std::string stream;
  for (const auto& message : messages) stream += between + message;

  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    JsonSplitter splitter(1000);
    splitter.feed(stream.substr(0, cut));
    auto got = split(splitter);
    splitter.feed(stream.substr(cut));
    for (const auto& message : split(splitter)) got.push_back(message);
    CHECK(got == messages);
  }
}

TEST_CASE("what cannot begin a message is an error", "[upstream]") {
  JsonSplitter splitter(1000);
  splitter.feed(GENERATE("HTTP/1.1 400", "}", "null", "\"{}\""));
  CHECK(splitter.next().has_error());
}

TEST_CASE("a message that grows beyond the limit is an error", "[upstream]") {
  JsonSplitter splitter(100);
  splitter.feed("{\"a\":\"" + std::string(90, 'x'));
  CHECK(splitter.next().has_value());
  splitter.feed("xxxxx");
  CHECK(splitter.next().has_error());
}
