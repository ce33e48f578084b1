#include "launcher/log_tail.h"

#include "registry/base/files.h"
#include "tests/support/catch.h"
#include "tests/support/temp_home.h"

using namespace berth;
using namespace berth::launcher;
using Lines = std::vector<std::string>;

TEST_CASE("the last lines of a log are given, also without a final newline",
          "[launcher]") {
  const test::TempHome home;
  const auto file = home.root() / "x.log";
  REQUIRE(replace_file(file, "one\ntwo\n\nthree"));
  CHECK(*last_lines(file, 100) == Lines{"one", "two", "", "three"});
  CHECK(*last_lines(file, 2) == Lines{"", "three"});
  CHECK(*last_lines(file, 0) == Lines{});
  CHECK(*last_lines(file, 100, 4) == Lines{"two", "", "three"});
  CHECK(*last_lines(file, 100, 1000) == Lines{});
}

TEST_CASE("of a huge log only whole lines of its end are read", "[launcher]") {
  const test::TempHome home;
  const auto file = home.root() / "x.log";
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += "line number " + std::to_string(i) + "\n";
  REQUIRE(text.size() > 1024 * 1024);
  REQUIRE(replace_file(file, text));
  const auto lines = last_lines(file, 1'000'000);
  REQUIRE(lines.has_value());
  CHECK(lines->size() < 100'000);
  CHECK(lines->back() == "line number 99999");
  CHECK(lines->front().starts_with("line number "));
}

TEST_CASE("a log that does not exist is told as such", "[launcher]") {
  CHECK(last_lines("/nonexistent/x.log", 1).error().code == Errc::not_found);
}
