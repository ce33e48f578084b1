// A program of its own that owns a record or watches the registry, for tests
// which stop, kill and starve it.
//
//   owner [--fail SYSCALL=ERRNO]... DIRECTORY NAME [PORT]
//   owner [--fail SYSCALL=ERRNO]... DIRECTORY --watch
//
// Prints `ready` or `error CODE MESSAGE`, then `healed`, `failing`, `lost` or
// events as they come. Commands on stdin: `change TITLE`, `withdraw`, `fork` (a
// child that does not exec; prints its pid), `list-descriptors` (of a child
// that does), `time` (of its wall clock), `wear N` (N times: takes a claim, and
// publishes, changes and withdraws a record besides its own). Ends at EOF.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>

#include "registry/base/clock.h"
#include "registry/claim.h"
#include "registry/file_registry.h"
#include "tests/registry/support/records.h"

namespace {

using namespace berth;
using namespace berth::registry;
namespace asio = boost::asio;

// From here on the system call fails, as on a system that is worse off. Of
// fcntl only the taking of a lock.
void fail_syscall(const std::string& rule) {
  const std::map<std::string, int> calls{
      {"inotify_init1", SYS_inotify_init1},
      {"inotify_add_watch", SYS_inotify_add_watch},
      {"renameat2", SYS_renameat2},
      {"fchmod", SYS_fchmod},
      {"fcntl", SYS_fcntl},
      {"unlinkat", SYS_unlinkat},
      {"getdents64", SYS_getdents64}};
  const auto equals = rule.find('=');
  const auto call = static_cast<unsigned>(calls.at(rule.substr(0, equals)));
  const auto error = static_cast<unsigned>(std::stoi(rule.substr(equals + 1)));
  constexpr unsigned kNumber = offsetof(seccomp_data, nr);
  constexpr unsigned kSecondArgument = offsetof(seccomp_data, args) + 8;
  const bool all = call != SYS_fcntl;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, all ? kNumber : kSecondArgument),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, all ? call : unsigned{F_OFD_SETLK}, 0,
               1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog program{std::size(filter), filter};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::perror("seccomp");
    std::exit(3);
  }
}

void say(const std::string& line) { std::cout << line << std::endl; }

void say_error(const Error& error) {
  say("error " + std::to_string(static_cast<int>(error.code)) + " " +
      error.message);
}

// Where an owner is, and what it works with.
struct Place {
  std::filesystem::path directory;
  asio::io_context& io;
  FileRegistry& files;
};

class Commands {
 public:
  Commands(const Place& place, Registration* registration)
      : place_(place),
        input_(place.io, STDIN_FILENO),
        registration_(registration) {}

  void read() {
    asio::async_read_until(
        input_, buffer_, '\n',
        [this](boost::system::error_code error, std::size_t) {
          if (error) return place_.io.stop();
          std::istream stream(&buffer_);
          std::string line;
          std::getline(stream, line);
          act(line);
          read();
        });
  }

 private:
  void act(const std::string& line) {
    if (line.starts_with("change ")) {
      Record record = registration_->record();
      record.title = line.substr(7);
      answer(registration_->change(record));
    } else if (line == "withdraw") {
      answer(registration_->withdraw());
    } else if (line == "fork") {
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(STDOUT_FILENO);
        for (;;) ::pause();
      }
      say(std::to_string(child));
    } else if (line == "list-descriptors") {
      (void)!std::system("ls -l /proc/self/fd; echo end");
    } else if (line == "time") {
      say(to_rfc3339(std::chrono::system_clock::now()));
    } else if (line.starts_with("wear ")) {
      wear(std::stoi(line.substr(5)));
    }
  }

  void wear(int left) {
    if (left == 0) return say("done");
    if (auto ok = come_and_go(); !ok) return say_error(ok.error());
    asio::post(place_.io, [this, left] { wear(left - 1); });
  }

  Result<void> come_and_go() {
    auto claim = Claim::take(place_.directory.parent_path() / "data/lock");
    if (!claim) return claim.error();
    Record record = test::sample_record("worn");
    auto published = place_.files.announce(record, nullptr);
    if (!published) return published.error();
    record.title = "once";
    if (auto ok = (*published)->change(record); !ok) return ok;
    return (*published)->withdraw();
  }

  static void answer(const Result<void>& result) {
    if (result) return say("done");
    say_error(result.error());
  }

  Place place_;
  asio::posix::stream_descriptor input_;
  asio::streambuf buffer_;
  Registration* registration_;
};

void say_standing(Standing standing, const Error&) {
  say(standing == Standing::healed    ? "healed"
      : standing == Standing::failing ? "failing"
                                      : "lost");
}

int own(const Place& place, const std::string& name, int port) {
  const auto record =
      test::sample_record(name, static_cast<std::uint16_t>(port));
  auto registration = place.files.announce(record, say_standing);
  if (!registration) {
    say_error(registration.error());
    return 1;
  }
  say("ready");
  Commands commands(place, registration->get());
  commands.read();
  place.io.run();
  return 0;
}

int watch(const Place& place) {
  auto watch = place.files.watch([](const Event& event) {
    say(std::string(to_string(event.what)) + " " + event.entry.name);
  });
  if (!watch) {
    say_error(watch.error());
    return 1;
  }
  say("ready");
  Commands commands(place, nullptr);
  commands.read();
  place.io.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  while (words.size() > 1 && words[0] == "--fail") {
    fail_syscall(words[1]);
    words.erase(words.begin(), words.begin() + 2);
  }
  if (words.size() < 2) return 2;
  asio::io_context io(1);
  AsioTimers timers(io.get_executor());
  FileRegistry files(words[0], io.get_executor(), timers);
  const Place place{words[0], io, files};
  if (words[1] == "--watch") return watch(place);
  return own(place, words[1], words.size() > 2 ? std::stoi(words[2]) : 8766);
}
