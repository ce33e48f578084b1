#include "registry/profile_state.h"

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::registry;
using Want = ProfileState::Want;

namespace Catch {
template <>
struct StringMaker<ProfileState> {
  static std::string convert(const ProfileState& state) {
    return "port " + std::to_string(state.last_port) + ", " +
           std::to_string(state.recent_starts.size()) + " starts, " +
           state.failed_reason;
  }
};
}  // namespace Catch

TEST_CASE("a profile's state comes back as it was written", "[state]") {
  test::TempDir home;
  const auto file = home / "state/alice.json";
  ProfileState state;
  state.want = GENERATE(Want::unknown, Want::running, Want::stopped);
  state.last_port = 8766;
  state.recent_starts = {"2026-01-02T03:04:05.678Z",
                         "2026-01-02T03:05:05.678Z"};
  state.failed_reason = "it said: \"no\"\n";
  REQUIRE(write_profile_state(file, state));
  CHECK(read_profile_state(file) == state);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  REQUIRE(write_profile_state(file, {}));
  CHECK(read_profile_state(file) == ProfileState{});
}

TEST_CASE("a state file that is missing or damaged reads as the default",
          "[state]") {
  test::TempDir home;
  const auto file = home / "alice.json";
  CHECK(read_profile_state(file) == ProfileState{});
  const auto text =
      GENERATE("", "{", "[]", "7", "null", R"({"want":7,"last_port":"8766"})",
               R"({"last_port":65536})", R"({"last_port":-1})",
               R"({"recent_starts":{},"failed_reason":[]})",
               R"({"recent_starts":[7,null]})", R"({"want":"sideways"})",
               R"({"last_port":1,"last_port":2})");
  CAPTURE(text);
  test::write_text(file, text);
  CHECK(read_profile_state(file) == ProfileState{});
}

TEST_CASE("a reason that is no UTF-8 does not stop the state", "[state]") {
  test::TempDir home;
  ProfileState state;
  state.last_port = 8766;
  state.failed_reason = "said \xff";
  REQUIRE(write_profile_state(home / "alice.json", state));
  const auto back = read_profile_state(home / "alice.json");
  CHECK(back.last_port == 8766);
  CHECK(back.failed_reason == "said \xef\xbf\xbd");
}
