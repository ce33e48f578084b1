// Measures what users wait for, against the floor of the machine. Prints; it
// judges nothing. Usage: berth-bench BIN_DIRECTORY
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "registry/base/clock.h"
#include "registry/base/files.h"
#include "registry/base/random.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"

namespace {

using namespace berth;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

struct Sample {
  double milliseconds = 0;
  double mebibytes = 0;  // peak resident size
};

double to_ms(Clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(q * values.size()))];
}

// Runs a program to its end with stdout into nothing. Ends the benchmark when
// it fails: a figure of a failure is worth nothing.
Sample run(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
  pid_t pid = 0;
  const auto start = Clock::now();
  const int failed =
      posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  int status = 0;
  rusage usage{};
  if (!failed) wait4(pid, &status, 0, &usage);
  const auto end = Clock::now();
  posix_spawn_file_actions_destroy(&actions);
  if (failed || status != 0) {
    std::fprintf(stderr, "failed: %s %s\n", argv[0], argv[1] ? argv[1] : "");
    std::exit(1);
  }
  return {to_ms(end - start), static_cast<double>(usage.ru_maxrss) / 1024};
}

void row(const char* what, const std::vector<double>& values, const char* unit,
         double memory = 0) {
  std::printf("%-44s %9.3f %9.3f %9.3f %-3s", what, quantile(values, 0.5),
              quantile(values, 0.99), quantile(values, 0), unit);
  if (memory > 0) std::printf(" %7.1f MiB", memory);
  std::printf("\n");
}

registry::Record example(const std::string& name, std::uint16_t port) {
  registry::Record record;
  record.name = name;
  record.id = random_uuid();
  record.pid = getpid();
  record.uid = geteuid();
  record.boot_id = registry::current_boot_id();
  record.started_at = to_rfc3339(std::chrono::system_clock::now());
  record.endpoint.port = port;
  record.token = random_token();
  record.level = 2;
  record.label = random_label();
  record.title = name + " (Sepolia)";
  record.chain_id = "0xaa36a7";
  record.software = {"berth", BERTH_VERSION};
  record.extra = R"({"wallet":"dev"})";
  return record;
}

std::vector<registry::PublishedFile> publish(const fs::path& directory,
                                             int count) {
  std::vector<registry::PublishedFile> files;
  for (int i = 0; i < count; ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "p%04d", i);
    files.push_back(registry::PublishedFile::publish(
                        directory, example(name, 8766), 1000ms)
                        .value());
  }
  return files;
}

// The two in turn, so that a change of the machine's speed hits both.
void bench_list(const fs::path& bin, const fs::path& registry, int live) {
  const auto files = publish(registry, live);
  std::vector<double> ours, floor;
  double memory = 0;
  for (int i = 0; i < 100; ++i) {
    const Sample a = run({bin / "berth", "list"});
    const Sample b = run({bin / "floor-lister", registry});
    if (i == 0) continue;  // warm-up
    ours.push_back(a.milliseconds);
    floor.push_back(b.milliseconds);
    memory = std::max(memory, a.mebibytes);
  }
  row(("berth list, " + std::to_string(live) + " live").c_str(), ours, "ms",
      memory);
  row("  the floor: a C lister without checks", floor, "ms");
  std::printf("%-44s %9.2f\n", "  ratio of medians",
              quantile(ours, 0.5) / quantile(floor, 0.5));
  std::vector<double> scan, find;
  for (int i = 0; i < 200; ++i) {
    auto start = Clock::now();
    (void)registry::read_records(registry).value();
    scan.push_back(to_ms(Clock::now() - start) * 1000);
    start = Clock::now();
    (void)registry::read_record(registry, "p0000").value();
    find.push_back(to_ms(Clock::now() - start) * 1000);
  }
  row("  in-process: read all", scan, "us");
  row("  in-process: find one by name", find, "us");
  for (const auto& entry : fs::directory_iterator(registry)) fs::remove(entry);
}

std::string status_field(pid_t pid, const std::string& field) {
  const auto text =
      read_file("/proc/" + std::to_string(pid) + "/status", 65536).value();
  const auto at = text.find(field + ":");
  return text.substr(at + field.size() + 1, text.find('\n', at) - at -
                                                field.size() - 1);
}

void bench_instance(const fs::path& bin, const fs::path& registry) {
  const std::string berth = bin / "berth";
  run({berth, "profile", "create", "alice"});
  std::vector<double> start, stop, again;
  for (int i = 0; i < 30; ++i) {
    start.push_back(run({berth, "start", "alice"}).milliseconds);
    again.push_back(run({berth, "start", "alice"}).milliseconds);
    if (i < 29) stop.push_back(run({berth, "stop", "alice"}).milliseconds);
  }
  row("berth start, to prompt", start, "ms");
  row("berth start of what runs already", again, "ms");
  row("berth stop, to prompt", stop, "ms");
  const pid_t pid =
      registry::read_record(registry, "alice").value().record.value().pid;
  const long before =
      std::stol(status_field(pid, "voluntary_ctxt_switches"));
  std::this_thread::sleep_for(20s);  // what is measured is an idle time
  const long wakeups =
      std::stol(status_field(pid, "voluntary_ctxt_switches")) - before;
  std::printf("%-44s %9.2f MiB\n", "idle dev instance, resident",
              std::stod(status_field(pid, "VmRSS")) / 1024);
  std::printf("%-44s %9ld\n", "idle dev instance, wake-ups in 20 s", wakeups);
  run({berth, "stop", "alice"});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: berth-bench BIN_DIRECTORY\n");
    return 2;
  }
  const fs::path bin = fs::absolute(argv[1]);
  std::string home = (fs::temp_directory_path() / "berth-bench-XXXXXX").string();
  if (!mkdtemp(home.data())) return 1;
  setenv("BERTH_HOME", home.c_str(), 1);
  setenv("BERTH_BERTHD", "off", 1);
  const fs::path registry = fs::path(home) / "run" / "instances";
  std::printf("%-44s %9s %9s %9s\n", "", "median", "p99", "min");
  for (int live : {1, 100, 1000}) bench_list(bin, registry, live);
  bench_instance(bin, registry);
  for (const char* program : {"berth", "berthd", "berth-instance", "berth-talk"})
    std::printf("%-44s %9.2f MiB\n",
                (std::string("size of ") + program).c_str(),
                static_cast<double>(fs::file_size(bin / program)) / (1 << 20));
  fs::remove_all(home);
}
