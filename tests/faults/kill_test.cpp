#include <array>
#include <cstdio>
#include <memory>

#include "registry/record_publisher.h"
#include "tests/faults/support/figure.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;

namespace {

struct Said {
  std::string text;
  int status;
};

// What a program prints, and how it ends.
Said run(const std::string& command) {
  std::string text;
  FILE* output = ::popen(command.c_str(), "r");
  std::array<char, 256> chunk{};
  while (std::fgets(chunk.data(), chunk.size(), output)) text += chunk.data();
  const int status = ::pclose(output);
  if (text.ends_with('\n')) text.pop_back();
  return {text, status};
}

// Contenders that are killed `kills` times; false: they cannot be made here.
bool fight(const test::TempDir& home, const std::string& how, int kills,
           const std::string& figure) {
  const auto said = run(std::string(BERTH_TEST_CONTENDERS) + how + " " +
                        home.path().string() + " " + std::to_string(kills));
  if (WEXITSTATUS(said.status) == 77) return false;
  CAPTURE(said.text);
  CHECK(said.status == 0);
  test::figure(figure, said.text);
  return true;
}

void check_free(const test::TempDir& home) {
  auto last =
      PublishedFile::publish(home / "run", test::sample_record("alice"), 100ms);
  REQUIRE(last);
  CHECK(remove_leftovers(home / "run"));
  CHECK(test::files_in(home / "run") == std::vector<std::string>{"alice.json"});
}

}  // namespace

TEST_CASE("eight contenders that are killed never own a name together",
          "[kill]") {
  const test::TempDir home;
  CHECK(fight(home, "", test::rounds(300, 100'000),
              "kill -9 of owners, 8 contenders"));
  check_free(home);
}

TEST_CASE("contenders in namespaces of their own never own a name together",
          "[kill][namespace]") {
  const test::TempDir home;
  if (fight(home, " --apart", test::rounds(100, 10'000),
            "the same, each contender in pid and mount namespaces of its own"))
    check_free(home);
  else
    WARN("skipped: this system makes no namespaces");
}

TEST_CASE("contenders for a port that has a client never own it together",
          "[kill][port]") {
  const test::TempDir home;
  CHECK(fight(home, " --port", test::rounds(200, 10'000),
              "kill -9 of owners of a port with a client, 8 contenders"));
}
