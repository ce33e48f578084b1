// What the registry does on the disk, each as one operation that a fault test
// cuts short or starves at any of its system calls, and what must be there
// then.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>

#include "registry/base/files.h"
#include "registry/claim.h"
#include "registry/file_registry.h"
#include "registry/record_publisher.h"
#include "tests/registry/support/records.h"
#include "tests/support/fake_timers.h"
#include "tests/support/system_calls.h"

namespace berth::test {

namespace fs = std::filesystem;

// States are words: "none", "alive PORT", "dead PORT"; "free", "taken"; "old",
// "new".
struct Operation {
  const char* name;
  fs::path run;                  // where it is done
  std::function<void()> before;  // in the test
  // In the process that is stopped.
  std::function<StoppedProcess::Operation()> prepare;
  std::function<std::string()> state;
  std::string from;
  std::string to;
  std::string failed = from;   // the state after a failure
  int descriptors = 0;         // how many more are open afterwards
  int failed_descriptors = 0;  // the same after a failure
  // What is to work at once whatever happened before; leaves nothing else.
  std::function<Result<void>()> next;
};

constexpr std::uint16_t kOldPort = 9001;
constexpr std::uint16_t kNewPort = 9002;
constexpr std::chrono::milliseconds kBusy{200};

inline std::string state_of_record(const fs::path& run) {
  using registry::Liveness;
  const auto entry = registry::read_record(run, "alice");
  if (!entry)
    return entry.error().code == Errc::not_found ? "none"
                                                 : entry.error().message;
  if (!entry->record) return "half: " + entry->problem;
  return std::string(registry::to_string(entry->liveness)) + " " +
         std::to_string(entry->record->endpoint.port);
}

// What is left of a state when its process is killed.
inline std::string dead(const std::string& state) {
  if (state == "taken") return "free";
  return state.starts_with("alive") ? "dead" + state.substr(5) : state;
}

// A publication that lives as long as the process.
using Kept = std::shared_ptr<std::optional<registry::PublishedFile>>;

inline Result<void> publish_into(const Kept& kept, const fs::path& run,
                                 std::uint16_t port) {
  auto file = registry::PublishedFile::publish(
      run, sample_record("alice", port), kBusy);
  if (!file) return file.error();
  *kept = std::move(*file);
  return {};
}

inline Kept published(const fs::path& run) {
  auto kept = std::make_shared<Kept::element_type>();
  if (auto ok = publish_into(kept, run, kOldPort); !ok)
    throw std::runtime_error(ok.error().message);
  return kept;
}

inline void leave_dead_record(const fs::path& run) { published(run); }

inline Result<void> publish_and_sweep(const fs::path& run) {
  auto kept = std::make_shared<Kept::element_type>();
  if (auto ok = publish_into(kept, run, 9003); !ok) return ok;
  if (auto ok = registry::remove_leftovers(run); !ok) return ok.error();
  if (files_in(run) == std::vector<std::string>{"alice.json"}) return {};
  return Error{Errc::failed, "leftovers stayed"};
}

// The frame of all that is done to alice's record.
inline Operation on_record(const char* name, const fs::path& run,
                           std::string from, std::string to) {
  Operation operation;
  operation.name = name;
  operation.run = run;
  operation.before = [] {};
  operation.state = [run] { return state_of_record(run); };
  operation.failed = operation.from = std::move(from);
  operation.to = std::move(to);
  operation.next = [run] { return publish_and_sweep(run); };
  return operation;
}

inline Operation publishing(const fs::path& run) {
  auto operation = on_record("publish", run, "none", "alive 9002");
  operation.prepare = [run] {
    return [run, kept = std::make_shared<Kept::element_type>()] {
      return publish_into(kept, run, kNewPort);
    };
  };
  operation.descriptors = 1;
  return operation;
}

inline Operation taking_over(const fs::path& run) {
  auto operation = publishing(run);
  operation.name = "take over";
  operation.before = [run] { leave_dead_record(run); };
  operation.failed = operation.from = "dead 9001";
  return operation;
}

inline Operation changing(const fs::path& run) {
  auto operation = on_record("change", run, "alive 9001", "alive 9002");
  operation.prepare = [run] {
    return [kept = published(run)] {
      return (*kept)->change(sample_record("alice", kNewPort));
    };
  };
  return operation;
}

inline Operation healing(const fs::path& run) {
  auto operation = changing(run);
  operation.name = "heal";
  operation.prepare = [run] {
    auto kept = published(run);
    fs::remove(run / "alice.json");
    return [kept] { return (*kept)->change(sample_record("alice", kNewPort)); };
  };
  operation.failed = operation.from = "none";
  return operation;
}

inline Operation withdrawing(const fs::path& run) {
  auto operation = on_record("withdraw", run, "alive 9001", "none");
  operation.prepare = [run] {
    return [kept = published(run)] { return (*kept)->withdraw(); };
  };
  operation.failed = "dead 9001";  // it is about to end
  operation.descriptors = operation.failed_descriptors = -1;
  return operation;
}

inline Operation reaping(const fs::path& run) {
  auto operation = on_record("reap", run, "dead 9001", "none");
  operation.before = [run] { leave_dead_record(run); };
  operation.prepare = [run] {
    return [run]() -> Result<void> {
      auto done = registry::reap_record(run, "alice", kBusy);
      if (!done) return done.error();
      return {};
    };
  };
  return operation;
}

// What a program does: publishes, sweeps, and guards its record.
inline Operation announcing(const fs::path& run) {
  struct World {
    boost::asio::io_context io{1};
    // For io's own descriptors, which are made with the first of anybody's.
    boost::asio::posix::stream_descriptor first{io};
    FakeTimers timers;
    std::unique_ptr<registry::Registration> registration;
  };
  auto operation = on_record("announce", run, "none", "alive 9002");
  operation.before = [run] { write_text(run / ".bob.dead.tmp", "{}"); };
  operation.prepare = [run] {
    return [run, world = std::make_shared<World>()]() -> Result<void> {
      registry::FileRegistry files(run, world->io.get_executor(),
                                   world->timers);
      auto made = files.announce(sample_record("alice", kNewPort), {});
      if (!made) return made.error();
      world->registration = std::move(*made);
      return {};
    };
  };
  operation.descriptors = 2;
  return operation;
}

inline Operation claiming(const fs::path& run) {
  const auto file = run / "data/lock";
  Operation operation;
  operation.name = "claim";
  operation.run = run;
  operation.before = [] {};
  operation.prepare = [file] {
    return [file, kept = std::make_shared<std::optional<registry::Claim>>()]()
               -> Result<void> {
      auto claim = registry::Claim::take(file);
      if (!claim) return claim.error();
      *kept = std::move(*claim);
      return {};
    };
  };
  operation.state = [file] {
    return registry::Claim::is_taken(file).value() ? "taken" : "free";
  };
  operation.failed = operation.from = "free";
  operation.to = "taken";
  operation.descriptors = 1;
  operation.next = [file]() -> Result<void> {
    auto claim = registry::Claim::take(file);
    if (!claim) return claim.error();
    return {};
  };
  return operation;
}

// Configuration, grants, profiles, state: all that is kept goes this way.
inline Operation keeping(const fs::path& run) {
  const auto file = run / "alice.json";
  Operation operation;
  operation.name = "replace a file";
  operation.run = run;
  operation.before = [file] { write_text(file, "old"); };
  operation.prepare = [file] {
    return [file] { return replace_file(file, "new"); };
  };
  operation.state = [file] { return read_text(file); };
  operation.failed = operation.from = "old";
  operation.to = "new";
  operation.next = [file] { return replace_file(file, "newer"); };
  return operation;
}

// What concerns a record, and then the rest.
inline constexpr std::size_t kOnRecord = 7;
inline std::vector<Operation> all_operations(const fs::path& run) {
  return {publishing(run), taking_over(run), changing(run),
          healing(run),    withdrawing(run), reaping(run),
          announcing(run), claiming(run),    keeping(run)};
}

// What a system that is worse off answers.
inline constexpr std::array kErrors{ENOSPC, EIO,    EMFILE, ENFILE, EACCES,
                                    EROFS,  ENOMEM, EINTR,  EDQUOT};

// A run without faults: how many calls it makes, and which decides.
struct Rehearsal {
  int calls = 0;
  int decided_at = 0;  // the call that turns the old state into the new one
  bool allowed = true;
};

inline Rehearsal rehearse(std::size_t index) {
  (void)registry::current_boot_id();  // read once in a process, and kept
  const TempDir home;
  const auto operation = all_operations(home.path())[index];
  operation.before();
  StoppedProcess process(operation.prepare);
  Rehearsal seen;
  seen.allowed = process.allowed();
  if (!seen.allowed) return seen;
  const auto before = operation.state();
  const auto ended = process.run([&](const SystemCall& call) {
    if (operation.state() != operation.to) seen.decided_at = call.index;
    return kGoOn;
  });
  if (before != operation.from || !ended.result ||
      operation.state() != operation.to)
    throw std::runtime_error(std::string("does not work: ") + operation.name);
  seen.calls = ended.calls;
  return seen;
}

// Calls `act(index, at, rehearsal)` for each system call of each operation.
// False: this system lets no test stop a system call.
template <class Act>
bool for_each_call(Act act) {
  for (std::size_t index = 0; index < all_operations("/").size(); ++index) {
    const auto rehearsal = rehearse(index);
    if (!rehearsal.allowed) return false;
    for (int at = 1; at <= rehearsal.calls; ++at) act(index, at, rehearsal);
  }
  return true;
}

}  // namespace berth::test
