#include <fcntl.h>

#include "launcher/doctor_record.h"
#include "launcher/health.h"
#include "launcher/profile_store.h"
#include "registry/base/peer_check.h"
#include "registry/base/process.h"
#include "registry/base/unique_fd.h"
#include "registry/lock_file.h"
#include "registry/record_reader.h"
#include "server/http/loopback.h"

namespace berth::launcher {
namespace {

using Level = Finding::Level;
using registry::Record;

std::string by(const std::string& holders) {
  return holders.empty() ? "" : " by " + holders;
}

void examine_process(const Paths& paths, const Record& record, bool alive,
                     Findings& findings) {
  const std::string pid = std::to_string(record.pid);
  const auto wrong = [&](std::string message, const std::string& to_do) {
    add_problem(findings, "process", "pid " + pid, std::move(message), to_do,
                kRecordSection);
  };
  const auto ticks = start_ticks_of(record.pid);
  const bool same =
      ticks && (record.start_ticks == 0 || *ticks == record.start_ticks);
  if (!alive) {
    if (same && record.boot_id == registry::current_boot_id())
      add_problem(findings, "process", "pid " + pid,
                  "runs, and does not hold the owner's lock",
                  "keep the locked descriptor open for life", "Locks");
    return;
  }
  if (!ticks)
    wrong("does not exist, and the owner's lock is held" +
              by(lock_holders(paths.registry / (record.name + ".json"))),
          "write the pid of the process that holds the lock; end that one "
          "where it is a child that outlived the owner");
  else if (!same)
    wrong("started at tick " + std::to_string(*ticks) + ", not " +
              std::to_string(record.start_ticks),
          "write field 22 of /proc/PID/stat; what stands before it in "
          "parentheses may hold blanks");
  else
    findings.push_back({Level::ok, "process", "pid " + pid, "runs", ""});
}

void examine_boot(const Record& record, bool alive, Findings& findings) {
  if (record.boot_id.empty())
    findings.push_back({Level::note, "key", "boot_id",
                        "is missing: a restart of the machine looks like a "
                        "crash",
                        "write what /proc/sys/kernel/random/boot_id says"});
  else if (alive && record.boot_id != registry::current_boot_id())
    add_problem(findings, "key", "boot_id", "is not that of this boot",
                "write what /proc/sys/kernel/random/boot_id says",
                kRecordSection);
}

void examine_identity(const Paths& paths, const Record& record, bool alive,
                      Findings& findings) {
  examine_boot(record, alive, findings);
  if (alive && record.uid != ::geteuid())
    add_problem(findings, "key", "uid",
                "is " + std::to_string(record.uid) + ", not " +
                    std::to_string(::geteuid()),
                "write the effective uid", kRecordSection);
  if (record.pid_namespace == 0 && record.start_ticks == 0)
    findings.push_back({Level::note, "key", "start_ticks",
                        "is missing, as is pid_namespace: berth stop signals "
                        "nothing that it cannot be sure of",
                        "write both"});
  if (record.pid_namespace != 0 && record.pid_namespace != own_pid_namespace())
    findings.push_back(
        {Level::note, "process", "pid " + std::to_string(record.pid),
         "is of another pid namespace, and cannot be checked from here",
         "where it runs in this one: write the inode of /proc/self/ns/pid"});
  else
    examine_process(paths, record, alive, findings);
}

Finding judge_listener(const Record& record, const std::string& subject) {
  Finding finding{Level::problem, "endpoint", subject, "", ""};
  const std::string advice =
      "listen before the record is published, and until it is withdrawn "
      "(registry/README.md, \"Publishing\")";
  const auto listener = check_listener(record.endpoint.port);
  switch (listener.verdict) {
    case PeerVerdict::own:
      finding.level = Level::ok;
      finding.message = "a program of this user listens";
      break;
    case PeerVerdict::foreign:
      finding.message =
          "a program of uid " + std::to_string(listener.uid) + " listens";
      finding.fix = advice;
      break;
    case PeerVerdict::no_owner:
      finding.message = "nothing listens";
      finding.fix = advice;
      break;
    case PeerVerdict::unknown:
      finding.level = Level::note;
      finding.message = "cannot be checked: " + listener.reason;
      break;
  }
  return finding;
}

void examine_endpoint(const Record& record, Findings& findings) {
  const auto& [host, port] = record.endpoint;
  const std::string subject = host + ":" + std::to_string(port);
  if (http::is_refused_by_browsers(port))
    findings.push_back({Level::note, "endpoint", subject,
                        "browsers refuse to connect to this port",
                        "take another port (Fetch Standard, \"Port "
                        "blocking\")"});
  if (host == "127.0.0.1")
    findings.push_back(judge_listener(record, subject));
  else
    findings.push_back({Level::note, "endpoint", subject,
                        "Berth's own clients connect to 127.0.0.1 only",
                        "listen at 127.0.0.1"});
}

// By berth-talk, which proves itself and has the other side prove itself.
void examine_hello(const Record& record, Findings& findings) {
  if (record.level == 0 || record.kind != registry::Kind::wallet) return;
  std::vector<Instance> asked(1);
  asked[0].name = record.name;
  asked[0].status = Status::running;
  asked[0].record = record;
  auto answered = ask_health(asked);
  const std::string level = "level " + std::to_string(record.level);
  if (!answered) {
    findings.push_back({Level::note, "hello", level,
                        "cannot be asked: " + answered.error().message,
                        answered.error().hint});
  } else if (!asked[0].health || asked[0].health->status == "unresponsive") {
    findings.push_back(
        {Level::problem, "hello", level,
         asked[0].health ? asked[0].health->reason : "no answer",
         "answer the hello as server/README.md says, or say level 0"});
  } else {
    findings.push_back(
        {Level::ok, "hello", level, "answers, and proves itself", ""});
  }
}

// The owner's byte of the claim; another may be its companion's.
void examine_claim(const Paths& paths, const Record& record,
                   Findings& findings) {
  if (!ProfileStore(paths).exists(record.name)) return;
  const auto path = paths.claim_of(record.name).string();
  const UniqueFd fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const auto taken = registry::is_locked(fd.get(), registry::kOwnerByte, path);
  if (fd && taken && *taken)
    findings.push_back({Level::ok, "claim", path, "held", ""});
  else
    add_problem(findings, "claim", path,
                "nobody holds it: another process could open the same keys",
                "lock byte 2^30 of the file \"lock\" in BERTH_DATA_DIR before "
                "anything else, and hold it until exit",
                "Publishing");
}

}  // namespace

void examine_owner(const Paths& paths, const Record& record, bool alive,
                   Findings& findings) {
  examine_identity(paths, record, alive, findings);
  if (!alive) return;
  examine_endpoint(record, findings);
  examine_hello(record, findings);
  examine_claim(paths, record, findings);
}

}  // namespace berth::launcher
