#include "registry/base/strict_json.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

using namespace berth;

TEST_CASE("well-formed JSON keeps its values", "[base]") {
  auto value = parse_json(R"({"a":[1,-2,2.5,true,null,"x"],"b":{"c":{}}})");
  REQUIRE(value);
  CHECK(value->dump() == R"({"a":[1,-2,2.5,true,null,"x"],"b":{"c":{}}})");
}

TEST_CASE("JSON that two programs could read differently is refused",
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

TEST_CASE("nothing hides behind a NUL byte", "[base]") {
  auto value = parse_json(std::string_view("{\"a\":1}\0{\"a\":2}", 15));
  REQUIRE(!value);
  CHECK(value.error().message == "line 1, column 8: a NUL byte");
  CHECK(!parse_json(std::string_view("{}\0", 3)));
}
