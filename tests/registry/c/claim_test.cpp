// The claim on a data directory through berth.h.
#include <fcntl.h>
#include <sys/wait.h>

#include "tests/registry/c/support.h"

using namespace berth::test;
using namespace berth::test::c;

namespace {

Claim take(const char* directory) {
  berth_error error;
  berth_claim* claim = nullptr;
  must(berth_claim_take(directory, &claim, &error), error);
  return Claim(claim);
}

berth_code take_in_child(const std::filesystem::path& directory) {
  const pid_t child = ::fork();
  if (child == 0) {
    berth_claim* claim = nullptr;
    ::_exit(berth_claim_take(directory.c_str(), &claim, nullptr));
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return static_cast<berth_code>(WEXITSTATUS(status));
}

}  // namespace

TEST_CASE("one process has the claim until it gives it back", "[c]") {
  TempDir home;
  auto claim = take((home / "data/alice").c_str());
  CHECK(std::filesystem::exists(home / "data/alice/lock"));
  CHECK(take_in_child(home / "data/alice") == BERTH_ALREADY_RUNNING);
  berth_error error;
  berth_claim* none = nullptr;
  CHECK(berth_claim_take((home / "data/alice").c_str(), &none, &error) ==
        BERTH_ALREADY_RUNNING);
  CHECK(std::string(error.message) ==
        "in use: " + (home / "data/alice/lock").string());
  CHECK(none == nullptr);

  claim.reset();
  CHECK(take_in_child(home / "data/alice") == BERTH_OK);
  CHECK(std::filesystem::exists(home / "data/alice/lock"));
}

TEST_CASE("whoever keeps a wallet company leaves it the claim", "[c]") {
  TempDir home;
  // `berth start` runs the program, and holds the byte beside the owner's.
  const berth::UniqueFd companion(
      ::open((home / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  struct flock beside {};
  beside.l_type = F_WRLCK;
  beside.l_start = (1 << 30) + 1;
  beside.l_len = 1;
  REQUIRE(::fcntl(companion.get(), F_OFD_SETLK, &beside) == 0);
  CHECK(take(home.path().c_str()));
}

TEST_CASE("the directory that is claimed is $BERTH_DATA_DIR", "[c]") {
  berth_error error;
  berth_claim* none = nullptr;
  ::unsetenv("BERTH_DATA_DIR");
  CHECK(berth_claim_take(nullptr, &none, &error) == BERTH_INVALID);
  CHECK(std::string(error.message) ==
        "no directory: BERTH_DATA_DIR is not set");

  TempDir home;
  ::setenv("BERTH_DATA_DIR", (home / "data").c_str(), 1);
  const auto claim = take(nullptr);
  ::unsetenv("BERTH_DATA_DIR");
  CHECK(std::filesystem::exists(home / "data/lock"));
}
