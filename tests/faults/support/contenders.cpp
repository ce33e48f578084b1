// Eight processes contend for one name while they are killed again and again:
//
//   contenders [--apart | --port] DIRECTORY KILLS
//
// Each says since when it is the owner: where that is before the last owner was
// killed, there were two. With --apart each process is in pid and mount
// namespaces of its own; with --port they contend for a port, to which a client
// is connected at each kill. Prints how many were doubled and stuck, and how
// long after the kill there was another owner; exits 0 only where nothing was
// doubled or stuck, 77 where no namespace can be made.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "registry/record_publisher.h"
#include "server/port_binder.h"
#include "tests/registry/support/records.h"
#include "tests/support/namespaces.h"
#include "tests/support/times.h"

namespace {

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kContenders = 8;

// Of a new owner. By number: in a namespace of its own each has pid 1.
struct Report {
  std::size_t contender;
  Clock::time_point since;
};
constexpr std::size_t kNobody = kContenders;

// What they contend for.
struct Prize {
  // What its owner does again and again; empty while another has it.
  using Own = std::function<void()>;
  std::function<Own()> take;
  // A client of its owner, connected.
  std::function<UniqueFd()> connect;
};

template <class T>
std::shared_ptr<T> kept(Result<T> taken, Errc busy) {
  if (taken) return std::make_shared<T>(std::move(*taken));
  if (taken.error().code == busy) return nullptr;
  std::fprintf(stderr, "take: %s\n", taken.error().message.c_str());
  ::_exit(1);
}

Prize name_in(const std::filesystem::path& directory) {
  const auto take = [directory]() -> Prize::Own {
    const auto record = test::sample_record("alice");
    const auto file =
        kept(PublishedFile::publish(directory / "run", record, 10s),
             Errc::already_running);
    if (!file) return {};
    return [file] { ::pause(); };
  };
  return {take, [] { return UniqueFd(); }};
}

void greet_client(int listener) {
  pollfd item{listener, POLLIN, 0};
  ::poll(&item, 1, -1);
  (void)!::write(::accept(listener, nullptr, nullptr), "!", 1);
}

UniqueFd client_of(std::uint16_t port) {
  UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char greeting = 0;
  if (::connect(client.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) !=
          0 ||
      ::read(client.get(), &greeting, 1) != 1)
    throw std::runtime_error("connect");
  return client;
}

Result<server::BoundPort> bind_in(const server::PortRequest& request) {
  return server::bind_port(request, server::PortUse::listen,
                           [](std::uint16_t) { return std::string(); });
}

Prize port_in(const std::filesystem::path& directory) {
  server::PortRequest request;
  request.locks = directory / "ports";
  request.first = 20000;  // the kernel gives none of these to who connects
  request.final = 20999;
  const auto port = bind_in(request).value().port;
  request.fixed = port;
  const auto take = [request]() -> Prize::Own {
    const auto bound = kept(bind_in(request), Errc::no_port);
    if (!bound) return {};
    return [bound] { greet_client(bound->listener.get()); };
  };
  return {take, [port] { return client_of(port); }};
}

[[noreturn]] void contend(const Prize& prize, int reports, std::size_t number) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    if (const auto own = prize.take()) {
      const Report report{number, Clock::now()};
      (void)!::write(reports, &report, sizeof report);
      for (;;) own();
    }
    std::this_thread::sleep_for(2ms);
  }
}

class Arena {
 public:
  Arena(Prize prize, bool apart) : prize_(std::move(prize)), apart_(apart) {
    (void)!::pipe2(pipe_.data(), O_CLOEXEC);
    for (std::size_t i = 0; i < kContenders; ++i) start(i);
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    for (const pid_t pid : pids_)
      if (pid > 0) ::kill(pid, SIGKILL);  // -1 would be everybody
    while (::wait(nullptr) > 0) {
    }
  }

  // The next owner; kNobody: there was none for 10 s.
  Report next_owner() {
    pollfd item{pipe_[0], POLLIN, 0};
    Report report{kNobody, {}};
    if (::poll(&item, 1, 10000) > 0)
      (void)!::read(pipe_[0], &report, sizeof report);
    return report;
  }

  [[nodiscard]] UniqueFd connect() const { return prize_.connect(); }

  void replace(std::size_t contender) {
    ::kill(pids_[contender], SIGKILL);
    ::waitpid(pids_[contender], nullptr, 0);
    start(contender);
  }

  // Somebody who may be in the middle of a takeover; not the owner.
  static std::size_t bystander(std::size_t owner, int turn) {
    const auto number = static_cast<std::size_t>(turn) % kContenders;
    return number == owner ? (number + 1) % kContenders : number;
  }

 private:
  void start(std::size_t contender) {
    pids_[contender] = apart_ ? test::fork_apart() : ::fork();
    if (pids_[contender] < 0) throw std::runtime_error("fork");
    if (pids_[contender] == 0) contend(prize_, pipe_[1], contender);
  }

  Prize prize_;
  bool apart_;
  std::array<int, 2> pipe_{};
  std::array<pid_t, kContenders> pids_{};
};

struct Outcome {
  int doubled = 0;
  int stuck = 0;
  test::Times takeovers;
};

Outcome fight(Arena& arena, int kills) {
  Outcome outcome;
  auto owner = arena.next_owner();
  for (int i = 0; i < kills && owner.contender != kNobody; ++i) {
    if (i % 4 == 3) {
      arena.replace(Arena::bystander(owner.contender, i));
      continue;
    }
    const auto client = arena.connect();
    const auto killed = Clock::now();
    // One that is killed just after its report makes way for another.
    arena.replace(owner.contender);
    owner = arena.next_owner();
    if (owner.contender == kNobody) break;
    if (owner.since < killed) ++outcome.doubled;
    outcome.takeovers.add(owner.since - killed);
  }
  if (owner.contender == kNobody) ++outcome.stuck;
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> words(argv + 1, argv + argc);
  const bool apart = words.size() == 3 && words[0] == "--apart";
  const bool port = words.size() == 3 && words[0] == "--port";
  if (apart || port) words.erase(words.begin());
  if (words.size() != 2) return 2;
  if (apart && !test::can_fork_apart()) return 77;
  Arena arena(port ? port_in(words[0]) : name_in(words[0]), apart);
  const int kills = std::atoi(words[1].data());
  const auto [doubled, stuck, takeovers] = fight(arena, kills);
  std::printf("%d kills, %d doubled, %d stuck; taken over after %s\n", kills,
              doubled, stuck, takeovers.text().c_str());
  return doubled == 0 && stuck == 0 ? 0 : 1;
}
