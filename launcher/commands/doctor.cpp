#include "launcher/doctor.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/doctor_record.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using Level = Finding::Level;

Paint paint_of(Level level) {
  switch (level) {
    case Level::ok:
      return Paint::green;
    case Level::note:
      return Paint::yellow;
    case Level::problem:
      return Paint::red;
  }
  return Paint::none;
}

void print_json(const Findings& findings, bool good, const Console& console) {
  auto checks = nlohmann::ordered_json::array();
  for (const auto& finding : findings)
    checks.push_back(
        {{"check", finding.check},
         {"status", to_string(finding.level)},
         {"subject", finding.subject},
         {"message", finding.message},
         {"fix", finding.fix.empty() ? nlohmann::ordered_json(nullptr)
                                     : nlohmann::ordered_json(finding.fix)}});
  const nlohmann::ordered_json json{{"ok", good}, {"checks", checks}};
  console.line(
      json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace));
}

void print_text(const Findings& findings, const Console& console) {
  for (const auto& finding : findings) {
    std::string level = to_string(finding.level);
    level.resize(7, ' ');
    console.line(console.painted(paint_of(finding.level), level) + "  " +
                 finding.check + " " + visible(finding.subject) + ": " +
                 visible(finding.message));
    if (!finding.fix.empty())
      console.line("         to do: " + visible(finding.fix));
  }
}

}  // namespace

const char* to_string(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::note:
      return "note";
    case Level::problem:
      return "problem";
  }
  return "problem";
}

Findings examine(const Paths& paths, const Environment& environment) {
  Findings findings;
  examine_directories(paths, findings);
  examine_config(paths, environment, findings);
  examine_profiles(paths, findings);
  examine_registry(paths, findings);
  examine_ports(paths, environment, findings);
  examine_manager(paths, environment, findings);
  examine_system(findings);
  examine_mdns(paths, environment, findings);
  examine_browsers(environment, findings);
  return findings;
}

int doctor(const DoctorOptions& options, Context& context) {
  const std::string& name = options.record;
  if (!name.empty() && !registry::is_record_name(name))
    return context.console.fail(Failure(
        Exit::usage, {Errc::invalid, "no name of a record: " + visible(name),
                      std::string(kProfileNameRule)}));
  const auto findings = name.empty()
                            ? examine(context.paths, context.environment)
                            : examine_record(context.paths, name);
  const bool good = std::none_of(
      findings.begin(), findings.end(),
      [](const auto& finding) { return finding.level == Level::problem; });
  options.json ? print_json(findings, good, context.console)
               : print_text(findings, context.console);
  return static_cast<int>(good ? Exit::done : Exit::failed);
}

}  // namespace berth::launcher
