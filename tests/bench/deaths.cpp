// How soon a watcher of the registry knows of a kill -9: one after the other,
// and many at once. Prints; it judges nothing. Usage: berth-bench-deaths
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "registry/file_registry.h"
#include "registry/own_record.h"
#include "registry/record_publisher.h"

namespace {

using namespace berth;
using namespace std::chrono_literals;
using registry::Event;
using Clock = std::chrono::steady_clock;

constexpr int kDeaths = 2000;
constexpr int kAtOnce = 500;
constexpr int kRuns = 10;
// A death that is not known by then was missed.
constexpr auto kMissed = 10s;

double to_us(Clock::duration d) {
  return std::chrono::duration<double, std::micro>(d).count();
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(q * values.size()))];
}

// A process that publishes a record and does nothing else.
pid_t spawn_owner(const std::filesystem::path& directory,
                  const std::string& name) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto record = registry::own_record(name);
  record.endpoint.port = 8766;
  record.level = 1;
  auto file = registry::PublishedFile::publish(directory, record, 10s);
  if (!file) ::_exit(1);
  for (;;) ::pause();
}

class Bench {
 public:
  explicit Bench(std::filesystem::path directory)
      : directory_(std::move(directory)) {
    watch_ =
        registry_.watch([this](const Event& event) { told(event); }).value();
  }

  double one_death(const std::string& name) {
    const pid_t pid = spawn_owner(directory_, name);
    until([&] { return alive_.contains(name); });
    const auto start = Clock::now();
    ::kill(pid, SIGKILL);
    until([&] { return died_.contains(name); });
    const double taken = died_.contains(name) ? to_us(died_[name] - start) : -1;
    clean(name, pid);
    return taken;
  }

  // From the first kill to the last death that was told; -1: one was missed.
  double many_deaths() {
    std::map<std::string, pid_t> owners;
    for (int i = 0; i < kAtOnce; ++i) {
      const std::string name = "m" + std::to_string(i);
      owners[name] = spawn_owner(directory_, name);
    }
    until([&] { return alive_.size() == owners.size(); });
    const auto start = Clock::now();
    for (const auto& [name, pid] : owners) ::kill(pid, SIGKILL);
    until([&] { return died_.size() == owners.size(); });
    Clock::time_point last = start;
    for (const auto& [name, when] : died_) last = std::max(last, when);
    const bool all = died_.size() == owners.size();
    for (const auto& [name, pid] : owners) clean(name, pid);
    return all ? to_us(last - start) : -1;
  }

 private:
  void told(const Event& event) {
    if (event.what == Event::What::added) alive_.insert(event.entry.name);
    if (event.what == Event::What::crashed)
      died_[event.entry.name] = Clock::now();
  }

  template <class Condition>
  void until(Condition reached) {
    const auto end = Clock::now() + kMissed;
    while (!reached() && Clock::now() < end) {
      io_.restart();
      io_.run_one_until(end);
    }
  }

  void clean(const std::string& name, pid_t pid) {
    ::waitpid(pid, nullptr, 0);
    (void)registry_.reap(name);
    alive_.erase(name);
    died_.erase(name);
    io_.restart();
    io_.poll();
  }

  std::filesystem::path directory_;
  boost::asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry registry_{directory_, io_.get_executor(), timers_};
  std::unique_ptr<registry::Watch> watch_;
  std::set<std::string> alive_;
  std::map<std::string, Clock::time_point> died_;
};

void row(const char* what, std::vector<double> values, const char* unit,
         double scale) {
  const auto missed = std::count(values.begin(), values.end(), -1.0);
  std::erase(values, -1.0);
  for (auto& value : values) value /= scale;
  std::printf("%-40s %9.3f %9.3f %9.3f %s  missed %ld of %zu\n", what,
              quantile(values, 0.5), quantile(values, 0.99),
              quantile(values, 1), unit, static_cast<long>(missed),
              values.size() + static_cast<std::size_t>(missed));
}

}  // namespace

int main() {
  std::string home =
      (std::filesystem::temp_directory_path() / "berth-bench-XXXXXX").string();
  if (!::mkdtemp(home.data())) return 1;
  {
    Bench bench(std::filesystem::path(home) / "run");
    std::printf("%-40s %9s %9s %9s\n", "", "median", "p99", "max");
    std::vector<double> single;
    for (int i = 0; i < kDeaths; ++i)
      single.push_back(bench.one_death("d" + std::to_string(i)));
    row("kill -9 to the watcher's event", single, "us", 1);
    std::vector<double> many;
    for (int i = 0; i < kRuns; ++i) many.push_back(bench.many_deaths());
    row("500 killed at once, until all are known", many, "ms", 1000);
  }
  std::filesystem::remove_all(home);
}
