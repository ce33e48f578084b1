#include "registry/profile_state.h"

#include <sys/stat.h>

#include "registry/base/files.h"
#include "registry/record_reader.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using Want = ProfileState::Want;
using Clock = ProfileState::Clock;

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
  state.recent_starts = {Clock::time_point(1'000ms),
                         Clock::time_point(61'678ms)};
  state.failed_reason = "it said: \"no\"\n";
  state.last_exit = "signal 11";
  state.this_boot = true;
  REQUIRE(write_profile_state(file, state));
  CHECK(read_profile_state(file) == state);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  REQUIRE(write_profile_state(file, {}));
  ProfileState empty;
  empty.this_boot = true;
  CHECK(read_profile_state(file) == empty);
}

TEST_CASE("of another boot the starts mean nothing, and a stop is no last word",
          "[state]") {
  test::TempDir home;
  const auto file = home / "alice.json";
  ProfileState state;
  state.want = Want::stopped;
  state.recent_starts = {Clock::time_point(1'000ms)};
  REQUIRE(write_profile_state(file, state));
  CHECK(is_stopped_by_user(read_profile_state(file)));
  auto text = read_file(file, 4096).value();
  text.replace(text.find(current_boot_id()), 8, "00000000");
  test::write_text(file, text);
  const auto back = read_profile_state(file);
  CHECK(back.want == Want::stopped);
  CHECK(back.recent_starts.empty());
  CHECK(!is_stopped_by_user(back));
}

TEST_CASE("a start by the user is a new beginning, one by the manager is not",
          "[state]") {
  ProfileState state;
  state.recent_starts = {Clock::time_point(1s)};
  state.failed_reason = "crashed";
  state.last_exit = "signal 11";
  SECTION("by the manager") {
    note_start(state, StartedBy::berthd, Clock::time_point(2s));
    CHECK(state.recent_starts.size() == 2);
    CHECK(state.failed_reason == "crashed");
    CHECK(state.want == Want::running);
  }
  SECTION("by the user") {
    note_start(state, StartedBy::start, Clock::time_point(2s));
    CHECK(state.recent_starts == std::vector{Clock::time_point(2s)});
    CHECK(state.failed_reason.empty());
    CHECK(state.want == Want::running);
  }
  SECTION("by berth run: somebody else looks after it") {
    note_start(state, StartedBy::run, Clock::time_point(2s));
    CHECK(state.want == Want::unknown);
  }
  CHECK(state.last_exit.empty());
}

TEST_CASE("only the newest starts are kept", "[state]") {
  ProfileState state;
  for (int i = 1; i <= 30; ++i)
    note_start(state, StartedBy::berthd,
               Clock::time_point(std::chrono::seconds(i)));
  REQUIRE(state.recent_starts.size() == ProfileState::kMaxStarts);
  CHECK(state.recent_starts.back() == Clock::time_point(30s));
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
