#include "registry/base/process.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "registry/base/files.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace std::chrono_literals;

namespace {

// What a detached shell script prints on its stdout.
std::string output_of(const std::string& script,
                      std::vector<SpawnOptions::Descriptor> more = {}) {
  int out[2];
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const UniqueFd reading(out[0]);
  UniqueFd writing(out[1]);
  SpawnOptions options;
  options.argv = {"/bin/sh", "-c", script};
  options.environment = {"PATH=/usr/bin:/bin", "ONLY=this"};
  options.descriptors = std::move(more);
  options.descriptors.push_back({1, writing.get()});
  const auto pid = spawn_detached(options);
  REQUIRE(pid);
  writing.reset();
  const auto text = read_all(reading.get(), 65536, "the script's output");
  int status = 0;
  CHECK(::waitpid(*pid, &status, 0) == *pid);
  CHECK(status == 0);
  return text.value();
}

struct Child {
  pid_t pid;
  explicit Child(const std::string& program) {
    SpawnOptions options;
    options.argv = {program, "1000"};
    pid = spawn_detached(options).value();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
};

}  // namespace

TEST_CASE("a detached program has a session and a directory of its own",
          "[process]") {
  CHECK(output_of("pwd") == "/\n");
  CHECK(output_of("echo $$ $(cut -d' ' -f6 /proc/$$/stat) | "
                  "{ read a b; test $a = $b && echo own; }") == "own\n");
}

TEST_CASE("row 38: a detached program gets only the environment it is given",
          "[process]") {
  ::setenv("SECRET", "x", 1);
  const auto environment = output_of("env");
  ::unsetenv("SECRET");
  CHECK_THAT(environment, Catch::Contains("ONLY=this\n"));
  CHECK_THAT(environment, !Catch::Contains("SECRET"));
}

TEST_CASE("row 37: a detached program gets only the descriptors it is given",
          "[process]") {
  // Neither of these is close-on-exec, as a careless library would open them.
  const UniqueFd leak(::open("/dev/zero", O_RDONLY));
  const UniqueFd low(::fcntl(leak.get(), F_DUPFD, 3));
  const UniqueFd full(::open("/dev/full", O_RDONLY | O_CLOEXEC));
  const auto listed = output_of("exec ls -l /proc/self/fd", {{7, full.get()}});
  CHECK_THAT(listed, Catch::Contains(" 0 -> /dev/null\n"));
  CHECK_THAT(listed, Catch::Contains(" 1 -> pipe:"));
  CHECK_THAT(listed, Catch::Contains(" 2 -> /dev/null\n"));
  CHECK_THAT(listed, Catch::Contains(" 7 -> /dev/full\n"));
  CHECK_THAT(listed, !Catch::Contains("/dev/zero"));
}

TEST_CASE("descriptors may be given crosswise", "[process]") {
  const UniqueFd zero(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  const UniqueFd full(::open("/dev/full", O_RDONLY | O_CLOEXEC));
  const auto z = std::to_string(zero.get());
  const auto f = std::to_string(full.get());
  CHECK(output_of("readlink /proc/$$/fd/" + z + " /proc/$$/fd/" + f,
                  {{zero.get(), full.get()}, {full.get(), zero.get()}}) ==
        "/dev/full\n/dev/zero\n");
}

TEST_CASE("a detached program starts with fresh signals", "[process]") {
  sigset_t usr1;
  ::sigemptyset(&usr1);
  ::sigaddset(&usr1, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &usr1, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const auto blocked = output_of("sed -n 's/^SigBlk:.//p' /proc/self/status");
  const auto ignored = output_of("sed -n 's/^SigIgn:.//p' /proc/self/status");
  ::signal(SIGPIPE, SIG_DFL);
  ::sigprocmask(SIG_UNBLOCK, &usr1, nullptr);
  CHECK(std::stoull(blocked, nullptr, 16) == 0);
  // Above are two signals that the C library keeps for itself.
  CHECK((std::stoull(ignored, nullptr, 16) & 0x7fffffff) == 0);
}

TEST_CASE("a program that cannot be executed is an error", "[process]") {
  test::TempDir home;
  SpawnOptions options;
  options.argv = {home / "nowhere"};
  auto missing = spawn_detached(options);
  REQUIRE(!missing);
  CHECK(missing.error().code == Errc::not_found);
  CHECK_THAT(missing.error().message, Catch::Contains(options.argv[0]));
  test::write_text(home / "file", "");
  options.argv = {home / "file"};
  CHECK(spawn_detached(options).error().code == Errc::denied);
}

TEST_CASE("a start time is read whatever the program is called", "[process]") {
  test::TempDir home;
  const auto program = home / "a) b (c 1 2";
  std::filesystem::copy_file("/bin/sleep", program);
  const Child odd(program);
  const Child plain("/bin/sleep");
  const auto odd_ticks = start_ticks_of(odd.pid);
  const auto plain_ticks = start_ticks_of(plain.pid);
  const auto own = start_ticks_of(::getpid());
  REQUIRE(odd_ticks);
  REQUIRE(plain_ticks);
  REQUIRE(own);
  CHECK(*odd_ticks >= *own);
  CHECK(*plain_ticks >= *odd_ticks);
  CHECK(*plain_ticks - *odd_ticks < 1000);
  CHECK(!start_ticks_of(0x7fffffff));
}

TEST_CASE("a process is signalled and waited for by its handle", "[process]") {
  Child child("/bin/sleep");
  auto handle = ProcessHandle::open(child.pid);
  REQUIRE(handle);
  CHECK(handle->signal(0));
  CHECK(!handle->wait(0ms));
  CHECK(!handle->wait(20ms));
  CHECK(handle->signal(SIGTERM));
  CHECK(handle->wait(10s));
  ::waitpid(child.pid, nullptr, 0);
  CHECK(handle->signal(SIGTERM).error().code == Errc::not_found);
  CHECK(ProcessHandle::open(child.pid).error().code == Errc::not_found);
  child.pid = 0x7fffffff;
}

TEST_CASE("a pid namespace has a number", "[process]") {
  struct stat info {};
  REQUIRE(::stat("/proc/self/ns/pid", &info) == 0);
  CHECK(own_pid_namespace() == info.st_ino);
}
