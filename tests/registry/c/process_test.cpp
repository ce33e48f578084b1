// What the C library leaves alone in the process that uses it: signals, errno,
// children, threads; and what it takes from the environment.
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "tests/registry/c/support.h"

using namespace berth::test;
using namespace berth::test::c;

namespace {

struct Fixture {
  TempDir home;
  std::filesystem::path directory = home / "run";
  Registry registry = open(directory);
};

// For the life of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    ::setenv(name, value, 1);
  }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

volatile sig_atomic_t handled = 0;

// Until no other thread of this process runs. A child of a process with
// threads may not allocate while one of them did, under the sanitizer.
void wait_until_others_sleep() {
  for (bool busy = true; busy;) {
    busy = false;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/self/task")) {
      if (task.path().filename() == std::to_string(::getpid())) continue;
      const auto stat = read_text(task.path() / "stat");
      busy = busy || stat.find(") S ") == std::string::npos;
    }
  }
}

berth_code new_code(const char* name, std::string* message = nullptr) {
  berth_error error;
  berth_record* record = nullptr;
  const berth_code code = berth_record_new(name, &record, &error);
  berth_record_free(record);
  if (message && code != BERTH_OK) *message = error.message;
  return code;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "the library's thread takes no signal", "[c]") {
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  sigset_t mine;
  ::sigemptyset(&mine);
  ::sigaddset(&mine, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &mine, nullptr);
  ::signal(SIGUSR1, [](int) { handled = 1; });
  ::kill(::getpid(), SIGUSR1);
  // A call that the thread has answered was not interrupted before.
  CHECK(berth_change(publication.get(), record.get(), nullptr) == BERTH_OK);
  CHECK(handled == 0);

  const timespec none{};
  CHECK(::sigtimedwait(&mine, nullptr, &none) == SIGUSR1);
  ::signal(SIGUSR1, SIG_DFL);
  ::pthread_sigmask(SIG_UNBLOCK, &mine, nullptr);
}

TEST_CASE_METHOD(Fixture, "starting the thread keeps the caller's mask",
                 "[c]") {
  sigset_t before;
  sigset_t after;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
  const auto seen = watch(registry);
  ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
  CHECK(::sigismember(&before, SIGTERM) == ::sigismember(&after, SIGTERM));
  CHECK(::sigismember(&after, SIGTERM) == 0);
}

TEST_CASE_METHOD(Fixture, "errno stays what it was", "[c]") {
  berth_record* none = nullptr;
  errno = E2BIG;
  CHECK(berth_find(registry.get(), "alice", &none, nullptr) == BERTH_NOT_FOUND);
  CHECK(errno == E2BIG);
}

TEST_CASE_METHOD(Fixture, "a child's calls change nothing of its parent's",
                 "[c]") {
  const auto record = make_record("alice");
  auto publication = publish(registry, record);
  auto seen = watch(registry);
  REQUIRE(next(seen) == "added alice");
  wait_until_others_sleep();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(10);  // a call that hangs ends the child, and the test fails
    berth_records* none = nullptr;
    berth_event event = BERTH_NOTHING;
    int wrong = 0;
    wrong += berth_list(registry.get(), &none, nullptr) != BERTH_FORKED;
    wrong +=
        berth_change(publication.get(), record.get(), nullptr) != BERTH_FORKED;
    wrong +=
        berth_watch_next(seen.get(), &event, nullptr, nullptr) != BERTH_FORKED;
    wrong += berth_withdraw(publication.release(), nullptr) != BERTH_FORKED;
    berth_watch_close(seen.release());
    berth_close(registry.release());
    ::_exit(wrong);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(text(find(registry, "alice"), BERTH_KEY_ID) ==
        text(record, BERTH_KEY_ID));
  CHECK(berth_publication_standing(publication.get(), nullptr) ==
        BERTH_PUBLISHED);
}

TEST_CASE_METHOD(Fixture, "several threads use one registry at once", "[c]") {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, name = "wallet-" + std::to_string(i)] {
      const auto record = make_record(name.c_str());
      for (int round = 0; round < 20; ++round) {
        const auto publication = publish(registry, record);
        set(record, BERTH_KEY_TITLE, std::to_string(round).c_str());
        wrong +=
            berth_change(publication.get(), record.get(), nullptr) != BERTH_OK;
        wrong += text(find(registry, name.c_str()), BERTH_KEY_TITLE) !=
                 std::to_string(round);
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(std::filesystem::is_empty(directory));
}

TEST_CASE_METHOD(Fixture, "a publication outlives a registry closed elsewhere",
                 "[c]") {
  // Closing races with changes: each is done or told that it is closed.
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  std::thread closing([&] { registry.reset(); });
  berth_code code = BERTH_OK;
  while (code == BERTH_OK)
    code = berth_change(publication.get(), record.get(), nullptr);
  closing.join();
  CHECK(code == BERTH_CLOSED);
  CHECK(std::filesystem::is_empty(directory));
}

TEST_CASE("what `berth start` sets is the default", "[c]") {
  const Variable name("BERTH_NAME", "alice");
  const Variable port("BERTH_PORT", "8801");
  const Variable started_by("BERTH_STARTED_BY", "berthd");
  const Variable label("BERTH_LABEL", "k3jv5x2mqw7rt4ya");
  TempDir home;
  const Variable directory("BERTH_REGISTRY", (home / "there").c_str());

  berth_record* made = nullptr;
  REQUIRE(berth_record_new(nullptr, &made, nullptr) == BERTH_OK);
  const Record record(made);
  berth_registry* opened = nullptr;
  REQUIRE(berth_open(nullptr, &opened, nullptr) == BERTH_OK);
  const Registry registry(opened);
  const auto publication = publish(registry, record);

  const auto found = find(open(home / "there"), "alice");
  CHECK(number(found, BERTH_KEY_PORT) == 8801);
  CHECK(text(found, BERTH_KEY_STARTED_BY) == "berthd");
  CHECK(text(found, BERTH_KEY_LABEL) == "k3jv5x2mqw7rt4ya");
}

TEST_CASE("a name that is given counts more than the environment's", "[c]") {
  const Variable name("BERTH_NAME", "alice");
  CHECK(text(make_record("bob"), BERTH_KEY_NAME) == "bob");
}

TEST_CASE("a variable that is wrong is named", "[c]") {
  std::string message;
  CHECK(new_code(nullptr, &message) == BERTH_INVALID);
  CHECK(message == "no name: BERTH_NAME is not set");
  {
    const auto value =
        GENERATE(as<std::string>(), "0", "65536", "80x", "-1", " 80", "0x50");
    const Variable port("BERTH_PORT", value.c_str());
    CHECK(new_code("alice", &message) == BERTH_INVALID);
    CHECK(message == "wrong value: BERTH_PORT=" + value);
  }
  const Variable started_by("BERTH_STARTED_BY", "me");
  CHECK(new_code("alice", &message) == BERTH_INVALID);
  CHECK(message == "wrong value: BERTH_STARTED_BY=me");
}
