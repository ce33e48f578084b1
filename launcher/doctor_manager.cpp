#include "launcher/config.h"
#include "launcher/doctor.h"
#include "launcher/manager_record.h"
#include "registry/base/programs.h"
#include "registry/claim.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

using Level = Finding::Level;

Finding judge_gateway(const registry::Record& record, const Config& config) {
  const auto port = record.endpoint.port;
  const auto wanted = config.gateway_port.value;
  Finding finding{Level::ok, "gateway", "127.0.0.1:" + std::to_string(port),
                  "served by berthd", ""};
  if (port == wanted) return finding;
  finding.level = Level::note;
  finding.message = "served by berthd at port " + std::to_string(port) +
                    ": when it started, another program had port " +
                    std::to_string(wanted);
  finding.fix =
      "end that program, then: berth down, berth up; or set another "
      "gateway_port in config.json";
  return finding;
}

}  // namespace

void examine_manager(const Paths& paths, const Environment& environment,
                     Findings& findings) {
  auto program = program_beside("berthd");
  findings.push_back({program ? Level::ok : Level::problem, "program", "berthd",
                      program ? program->string() : program.error().message,
                      program ? "" : "install Berth again"});
  auto config = load_config(paths, environment);
  if (!config) return;  // told by the config's own check
  auto entry = registry::read_record(paths.registry, kManagerName);
  const bool alive =
      entry && entry->record && entry->liveness == registry::Liveness::alive;
  if (alive) {
    findings.push_back({Level::ok, "berthd", "restarts and autostart",
                        "runs, pid " + std::to_string(entry->record->pid), ""});
    findings.push_back(judge_gateway(*entry->record, *config));
  } else if (auto taken =
                 registry::Claim::is_taken(paths.claim_of(kManagerName));
             taken && *taken) {
    findings.push_back({Level::note, "berthd", "restarts and autostart",
                        "is starting or stopping",
                        "if it stays so, see: berth logs @berthd"});
  } else {
    findings.push_back({Level::note, "berthd", "restarts and autostart",
                        "does not run: nothing restarts what crashes",
                        "berth up"});
  }
}

}  // namespace berth::launcher
