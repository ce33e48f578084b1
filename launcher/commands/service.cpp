#include "launcher/service.h"

#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "registry/base/files.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

Result<Units> units_of(const Context& context) {
  auto config = load_config(context.paths, context.environment);
  if (!config) return config.error();
  return find_units(context.environment, *config);
}

Result<void> write(const Unit& unit) {
  if (auto made = make_private_directory(unit.file.parent_path()); !made)
    return made;
  return replace_file(unit.file, unit.text);
}

// Without systemd the units wait for one; everything else is a failure.
int tell(const Result<std::string>& done, const Console& console) {
  if (done) return 0;
  if (done.error().code != Errc::unavailable) return console.fail(done.error());
  console.note(done.error().message + "; it takes effect with the next login");
  return 0;
}

Result<std::string> load_and_start(Context& context) {
  auto loaded = systemctl({"daemon-reload"});
  if (!loaded) return loaded;
  // One that runs has the lock, and a socket that is open the old port.
  if (down(context) != 0)
    return Error{Errc::failed, "cannot stop the berthd that runs",
                 "berth down"};
  return systemctl({"enable", "--now", kSocketUnit, kServiceUnit});
}

const char* in_words(Units::State state) {
  switch (state) {
    case Units::State::missing:
      return "not installed";
    case Units::State::installed:
      return "installed";
    case Units::State::outdated:
      return "outdated";
  }
  return "not installed";
}

std::string active(const char* unit) {
  auto answer = systemctl({"show", "--property=ActiveState", "--value", unit});
  if (answer) return *answer;
  return answer.error().code == Errc::unavailable ? "no systemd"
                                                  : answer.error().message;
}

}  // namespace

int service_install(Context& context) {
  const auto& console = context.console;
  auto units = units_of(context);
  if (!units) return console.fail(units.error());
  for (const auto* unit : {&units->service, &units->socket}) {
    if (auto ok = write(*unit); !ok) return console.fail(ok.error());
    console.line(unit->file.string());
  }
  return tell(load_and_start(context), console);
}

int service_remove(Context& context) {
  const auto& console = context.console;
  auto units = units_of(context);
  if (!units) return console.fail(units.error());
  if (units->state() == Units::State::missing) {
    console.progress("was not installed");
    return 0;
  }
  const int code =
      tell(systemctl({"disable", "--now", kSocketUnit, kServiceUnit}), console);
  for (const auto* unit : {&units->service, &units->socket})
    if (::unlink(unit->file.c_str()) != 0 && errno != ENOENT)
      return console.fail(errno_error(errno, "remove " + unit->file.string()));
  const auto reloaded = systemctl({"daemon-reload"});
  return code != 0 || reloaded ? code : tell(reloaded, console);
}

int service_status(bool json, Context& context) {
  const auto& console = context.console;
  auto units = units_of(context);
  if (!units) return console.fail(units.error());
  const auto state = units->state();
  nlohmann::ordered_json facts{{"state", in_words(state)},
                               {"service", units->service.file.string()},
                               {"socket", units->socket.file.string()}};
  if (state != Units::State::missing) {
    facts["service_is"] = active(kServiceUnit);
    facts["socket_is"] = active(kSocketUnit);
  }
  if (json) {
    console.line(facts.dump(2, ' ', true));
    return 0;
  }
  for (const auto& [key, value] : facts.items()) {
    std::string label = key;
    label.resize(12, ' ');
    console.line(label + visible(value.get<std::string>()));
  }
  if (state == Units::State::outdated)
    console.line("            to do: berth service install");
  return 0;
}

}  // namespace berth::launcher
