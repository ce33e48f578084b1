#include "launcher/browser_status.h"
#include "launcher/doctor.h"

namespace berth::launcher {
namespace {

using Level = Finding::Level;
using State = Registration::State;

Level level_of(State state) {
  switch (state) {
    case State::ready:
      return Level::ok;
    case State::missing:
    case State::another:
      return Level::note;
    case State::wrong:
      return Level::problem;
  }
  return Level::problem;
}

Finding judge(const BrowserStatus& status) {
  const auto& [file, state, problem, browser_says] = status.registration;
  Finding finding{level_of(state), "browser", status.browser.name, "",
                  status.fix()};
  if (state == State::missing) {
    finding.message = "not registered: Berth's extension would find nothing";
    return finding;
  }
  finding.message = file.string() + ": " +
                    (problem.empty() ? "starts berth-native-host" : problem);
  if (state == State::wrong)
    finding.message += "; it tells the extension: " + browser_says;
  return finding;
}

}  // namespace

void examine_browsers(const Environment& environment, Findings& findings) {
  auto statuses = browser_statuses(environment, std::nullopt);
  if (!statuses) {
    findings.push_back({Level::problem, "browsers", "home directory",
                        statuses.error().message, statuses.error().hint});
    return;
  }
  const auto host = native_host();
  findings.push_back({host ? Level::ok : Level::note, "program",
                      "berth-native-host",
                      host ? host->string() : host.error().message,
                      host ? "" : host.error().hint});
  for (const auto& status : *statuses) {
    if (status.presence == Presence::absent) continue;
    const auto sandbox = confinement(status.browser, status.presence);
    if (!sandbox.empty())
      findings.push_back(
          {Level::note, "browser", status.browser.name, sandbox, ""});
    const bool registered = status.registration.state != State::missing;
    if (registered || can_be_served(status.browser, status.presence))
      findings.push_back(judge(status));
  }
}

}  // namespace berth::launcher
