#include <filesystem>

#include "launcher/config.h"
#include "launcher/doctor.h"
#include "launcher/mdns_view.h"

namespace berth::launcher {
namespace {

using Level = Finding::Level;

bool is_there(const char* program) {
  std::error_code none;
  return std::filesystem::exists(program, none);
}

// What to do about a daemon that cannot be asked.
std::string advice(const MdnsView& view) {
  if (view.backend == "none")
    return "install libsystemd-dev and build Berth again";
  if (view.state == "denied")
    return "let this user speak to org.freedesktop.Avahi in the D-Bus policy";
  if (view.state == "disabled")
    return "bring the loopback interface up: ip link set lo up";
  if (view.backend == "dns_sd")
    return "start the system's mDNS service (Bonjour's mDNSResponder)";
  if (!is_there("/usr/bin/dbus-daemon") && !is_there("/usr/bin/dbus-broker"))
    return "install and start dbus: apt install dbus";
  if (!is_there("/usr/sbin/avahi-daemon"))
    return "install avahi-daemon: apt install avahi-daemon";
  if (view.reason.find("answer") != std::string::npos)
    return "start it anew: systemctl restart avahi-daemon";
  return "start it: systemctl start dbus avahi-daemon";
}

void add_daemon(const MdnsView& view, Findings& findings) {
  Finding finding{Level::ok, "mDNS", view.backend, "its daemon answers", ""};
  if (!view.looked()) {
    finding.level = Level::note;
    finding.message =
        view.reason.empty() ? "its daemon is " + view.state : view.reason;
    finding.message += "; instances are found without it";
    finding.fix = advice(view);
  }
  findings.push_back(std::move(finding));
}

void add_records(const MdnsView& view, std::vector<Instance> instances,
                 Findings& findings) {
  const auto foreign = join_mdns(view, instances);
  for (const auto& instance : instances) {
    if (!instance.mdns) continue;
    const bool there = !instance.mdns->empty();
    findings.push_back(
        {there ? Level::ok : Level::note, "mDNS record", instance.name,
         there ? "published as " + *instance.mdns : "not published, or not yet",
         there ? "" : "its log says why: berth logs " + instance.name});
  }
  for (const auto& [record, why] : foreign)
    findings.push_back(
        {Level::note, "mDNS record", record.name,
         why + "; another user's, forged or late, led to by nobody", ""});
}

}  // namespace

void examine_mdns(const Paths& paths, const Environment& environment,
                  Findings& findings) {
  auto config = load_config(paths, environment);
  if (!config) return;  // told by the config's own check
  if (config->mdns.value == "off") {
    findings.push_back(
        {Level::ok, "mDNS", "off", "from " + config->mdns.source, ""});
    return;
  }
  auto view = ask_mdns();
  if (!view) {
    findings.push_back({Level::problem, "mDNS", "berth-talk",
                        view.error().message, view.error().hint});
    return;
  }
  add_daemon(*view, findings);
  auto instances = list_instances(paths, Which::active);
  if (instances && view->looked())
    add_records(*view, std::move(*instances), findings);
}

}  // namespace berth::launcher
