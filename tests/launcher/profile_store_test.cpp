#include "launcher/profile_store.h"

#include <sys/stat.h>

#include "registry/base/files.h"
#include "registry/claim.h"
#include "registry/profile_state.h"
#include "tests/support/catch.h"
#include "tests/support/temp_home.h"

using namespace berth;
using namespace berth::launcher;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

struct Home {
  test::TempHome home;
  Paths paths = home.paths();
  ProfileStore store{paths};
};

// What an instance leaves behind after it ran.
void leave_traces(const Paths& paths, const std::string& name) {
  REQUIRE(make_private_directory(paths.data_of(name)));
  REQUIRE(replace_file(paths.data_of(name) / "mnemonic", "words"));
  registry::ProfileState state;
  state.want = registry::ProfileState::Want::stopped;
  state.last_port = 8766;
  REQUIRE(registry::write_profile_state(paths.state_file(name), state));
  REQUIRE(make_private_directory(paths.log_file(name).parent_path()));
  REQUIRE(replace_file(paths.log_file(name), "log"));
  REQUIRE(replace_file(paths.log_file(name).string() + ".1", "older"));
}

}  // namespace

TEST_CASE("a new profile is private whatever the umask", "[launcher]") {
  const auto umask = GENERATE(0, 0777);
  const mode_t before = ::umask(static_cast<mode_t>(umask));
  Home h;
  const auto created = h.store.create("alice", {});
  ::umask(before);
  REQUIRE(created);
  CHECK(mode_of(h.paths.profile_file("alice")) == 0600);
  CHECK(mode_of(h.paths.profile_file("alice").parent_path()) == 0700);
}

TEST_CASE("each profile gets a label of its own, which changes keep",
          "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  REQUIRE(h.store.create("bob", {}));
  auto alice = *h.store.load("alice");
  CHECK(alice.label.size() == 16);
  CHECK(alice.label != h.store.load("bob")->label);
  const std::string label = alice.label;
  alice.title = "A";
  REQUIRE(h.store.save("alice", alice));
  CHECK(h.store.load("alice")->label == label);
  CHECK(h.store.load("alice")->title == "A");
}

TEST_CASE("a profile is not made over another one", "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  const auto label = h.store.load("alice")->label;
  CHECK_FALSE(h.store.create("alice", {}));
  CHECK(h.store.load("alice")->label == label);
  CHECK(std::distance(
            fs::directory_iterator(h.paths.profile_file("x").parent_path()),
            {}) == 1);
}

TEST_CASE("profiles are listed in name order, other files left out",
          "[launcher]") {
  Home h;
  CHECK(h.store.names()->empty());
  for (const char* name : {"carol", "alice", "b.ob"})
    REQUIRE(h.store.create(name, {}));
  const auto directory = h.paths.profile_file("x").parent_path();
  REQUIRE(replace_file(directory / "Not A Name.json", "{}"));
  REQUIRE(replace_file(directory / "notes.txt", ""));
  CHECK(*h.store.names() == std::vector<std::string>{"alice", "b.ob", "carol"});
}

TEST_CASE("a missing and a broken profile are told apart", "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  REQUIRE(replace_file(h.paths.profile_file("alice"), "{\n\"label\"\n}"));
  CHECK(h.store.load("nobody").error().exit == Exit::no_profile);
  const auto broken = h.store.load("alice").error();
  CHECK(broken.exit == Exit::failed);
  CHECK_THAT(broken.error.message, Contains("line 3, column 1"));
  CHECK_THAT(broken.error.message,
             Contains(h.paths.profile_file("alice").string()));
}

TEST_CASE("renaming takes profile, data, state, logs and the default along",
          "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  leave_traces(h.paths, "alice");
  REQUIRE(h.store.set_default_name("alice"));
  const auto label = h.store.load("alice")->label;
  REQUIRE(h.store.rename("alice", "eve"));
  CHECK_FALSE(h.store.exists("alice"));
  CHECK(h.store.load("eve")->label == label);
  CHECK(fs::exists(h.paths.data_of("eve") / "mnemonic"));
  CHECK_FALSE(fs::exists(h.paths.data_of("alice")));
  CHECK(registry::read_profile_state(h.paths.state_file("eve")).last_port ==
        8766);
  CHECK(fs::exists(h.paths.log_file("eve")));
  CHECK(fs::exists(h.paths.log_file("eve").string() + ".1"));
  CHECK(h.store.default_name() == "eve");
}

TEST_CASE("renaming onto a profile, or onto left data, changes nothing",
          "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  leave_traces(h.paths, "alice");
  const bool profile = GENERATE(true, false);
  if (profile)
    REQUIRE(h.store.create("eve", {}));
  else
    leave_traces(h.paths, "eve");
  CHECK_FALSE(h.store.rename("alice", "eve"));
  CHECK(h.store.exists("alice"));
  CHECK(h.store.exists("eve") == profile);
  CHECK(fs::exists(h.paths.data_of("alice") / "mnemonic"));
}

TEST_CASE("a claimed profile is neither renamed nor removed nor given keys",
          "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  const auto claim = registry::Claim::take(h.paths.claim_of("alice"));
  REQUIRE(claim.has_value());
  CHECK(h.store.rename("alice", "eve").error().exit == Exit::already_running);
  CHECK(h.store.remove("alice", true).error().exit == Exit::already_running);
  CHECK(h.store.put_mnemonic("alice", "words").error().exit ==
        Exit::already_running);
  CHECK(h.store.exists("alice"));
}

TEST_CASE("removing keeps the data unless told, and forgets the default",
          "[launcher]") {
  Home h;
  const bool with_data = GENERATE(false, true);
  REQUIRE(h.store.create("alice", {}));
  leave_traces(h.paths, "alice");
  REQUIRE(h.store.create("alice2", {}));
  leave_traces(h.paths, "alice2");
  REQUIRE(h.store.set_default_name("alice"));
  REQUIRE(h.store.remove("alice", with_data));
  CHECK_FALSE(h.store.exists("alice"));
  CHECK(fs::exists(h.paths.data_of("alice") / "mnemonic") == !with_data);
  CHECK_FALSE(fs::exists(h.paths.state_file("alice")));
  CHECK_FALSE(fs::exists(h.paths.log_file("alice")));
  CHECK_FALSE(fs::exists(h.paths.log_file("alice").string() + ".1"));
  CHECK_FALSE(h.store.default_name());
  CHECK(fs::exists(h.paths.log_file("alice2")));
}

TEST_CASE("a removed profile that never ran leaves nothing in the way",
          "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  REQUIRE(h.store.create("eve", {}));
  REQUIRE(h.store.remove("eve", false));
  CHECK_FALSE(fs::exists(h.paths.data_of("eve")));
  CHECK(h.store.rename("alice", "eve"));
}

TEST_CASE("keys are brought once and never over other keys", "[launcher]") {
  Home h;
  REQUIRE(h.store.create("alice", {}));
  REQUIRE(h.store.put_mnemonic("alice", "test test junk\n"));
  const auto file = h.paths.data_of("alice") / "mnemonic";
  CHECK(mode_of(file) == 0600);
  CHECK_FALSE(h.store.put_mnemonic("alice", "other\n"));
  CHECK(*read_file(file, 100) == "test test junk\n");
}
