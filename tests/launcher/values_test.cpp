#include "launcher/values.h"

#include "tests/support/catch.h"

using namespace berth::launcher;
using namespace std::chrono_literals;

TEST_CASE("times are read with their unit, and bare numbers are seconds",
          "[launcher]") {
  CHECK(*parse_duration("10s") == 10s);
  CHECK(*parse_duration("500ms") == 500ms);
  CHECK(*parse_duration("2m") == 2min);
  CHECK(*parse_duration("24h") == 24h);
  CHECK(*parse_duration("3") == 3s);
}

TEST_CASE("what is no time is refused", "[launcher]") {
  const auto text = GENERATE("", "0", "-1s", "1.5s", "10 s", "25h", "s", "1d",
                             "99999999999999999999s");
  CAPTURE(text);
  const auto parsed = parse_duration(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == berth::Errc::invalid);
}

TEST_CASE("ports and ranges are read within their bounds", "[launcher]") {
  CHECK(*parse_port("65535") == 65535);
  CHECK_FALSE(parse_port("0").has_value());
  CHECK_FALSE(parse_port("65536").has_value());
  CHECK_FALSE(parse_port("80x").has_value());
  CHECK((*parse_port_range("8766-8800") == PortRange{8766, 8800}));
  CHECK((*parse_port_range("8766") == PortRange{8766, 8766}));
  CHECK_FALSE(parse_port_range("8800-8766").has_value());
  CHECK_FALSE(parse_port_range("8766-").has_value());
  CHECK_FALSE(parse_port_range("-8766").has_value());
}

TEST_CASE("chain ids are decimal or hexadecimal, up to EIP-2294's bound",
          "[launcher]") {
  CHECK(*parse_chain_id("31337") == 31337);
  CHECK(*parse_chain_id("0x7a69") == 31337);
  CHECK(*parse_chain_id("4503599627370476") == kMaxChainId);
  CHECK_FALSE(parse_chain_id("4503599627370477").has_value());
  CHECK_FALSE(parse_chain_id("0").has_value());
  CHECK_FALSE(parse_chain_id("0x").has_value());
  CHECK(to_quantity(31337) == "0x7a69");
}

TEST_CASE("a refused value is shown with its escapes made visible",
          "[launcher]") {
  CHECK(parse_port("\x1b[31m").error().message.find('\x1b') ==
        std::string::npos);
}
