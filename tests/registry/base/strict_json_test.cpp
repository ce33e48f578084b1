#include "registry/base/strict_json.h"

#include <nlohmann/json.hpp>

#include "registry/base/text.h"
#include "tests/support/catch.h"

using namespace berth;

TEST_CASE("well-formed JSON keeps its values", "[base]") {
  auto value = parse_json(R"({"a":[1,-2,2.5,true,null,"x"],"b":{"c":{}}})");
  REQUIRE(value);
  CHECK(value->dump() == R"({"a":[1,-2,2.5,true,null,"x"],"b":{"c":{}}})");
}

TEST_CASE("row 22: JSON that two programs could read differently is refused",
          "[base]") {
  auto text = GENERATE(R"({"a":1,"a":2})", R"({"x":{"a":1,"b":2,"a":3}})",
                       R"([[[[[]]]]])", R"({"a":1e400})", "{\"a\":\"\xff\"}",
                       R"({"a":"\ud800"})", R"({"a":1} x)", "", "{",
                       R"({"a":01})", "{'a':1}", "\"a\nb\"");
  CAPTURE(text);
  auto value = parse_json(text, 4);
  REQUIRE(!value);
  CHECK(value.error().code == Errc::invalid);
}

TEST_CASE("a syntax error says where it is", "[base]") {
  auto value = parse_json("{\n  \"a\": 1,\n  \"b\" 2\n}");
  REQUIRE(!value);
  CHECK(value.error().message.starts_with("line 3, column 7: "));
}

TEST_CASE("a byte order mark is told", "[base]") {
  const auto value = parse_json("\xef\xbb\xbf{}");
  REQUIRE(!value);
  CHECK(value.error().message ==
        "line 1, column 1: a byte order mark (RFC 8259, 8.1)");
}

TEST_CASE("values are those that nlohmann's own parser reads", "[base]") {
  const std::string text = GENERATE(
      R"([0, -0, 1, -1, 9223372036854775807, -9223372036854775808])",
      R"([18446744073709551615, 18446744073709551616, -9223372036854775809])",
      R"([0.1, 0.30000000000000004, 1.7976931348623157e308, 5e-324, 1e-999])",
      R"([123456789012345678901234567890, 1E5, 1.5e+3, -2.5E-3])",
      R"(["", "a\"b\\c\/\b\f\n\r\t", "\u0000\u00e9\ud83d\ude00", "é😀"])",
      R"({"a": {"b": [true, false, null, {}, []]}, "": {"\u0061b": 1}})",
      " \t\r\n1 \n");
  CAPTURE(text);
  const auto expected = nlohmann::json::parse(text);
  const auto value = parse_json(text);
  REQUIRE(value);
  CHECK(*value == expected);
  CHECK(value->dump() == expected.dump());
}

TEST_CASE("nothing hides behind a NUL byte", "[base]") {
  auto value = parse_json(std::string_view("{\"a\":1}\0{\"a\":2}", 15));
  REQUIRE(!value);
  CHECK(value.error().message == "line 1, column 8: a NUL byte");
  CHECK(!parse_json(std::string_view("{}\0", 3)));
}

TEST_CASE("a refusal quotes little of the input, and nothing unseen",
          "[base]") {
  const std::string escape = R"(\u001b[2J)";
  const std::string key = "\"" + escape + std::string(1000, 'k') + "\"";
  const auto text = GENERATE_COPY("{" + key + ":1," + key + ":2}",
                                  "{\"a\":\"\xff" + std::string(1000, 'x'),
                                  "[" + std::string(1000, '9') + "e999]");
  const auto value = parse_json(text);
  REQUIRE(!value);
  CHECK(value.error().message.size() < 300);
  CHECK(visible(value.error().message) == value.error().message);
}
