#include "launcher/list_table.h"

#include <charconv>
#include <map>
#include <sstream>

#include "launcher/child_of.h"
#include "launcher/table.h"
#include "registry/base/clock.h"
#include "registry/base/files.h"
#include "registry/base/process.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

constexpr std::size_t kMaxProcFile = 16 * 1024 * 1024;

Paint paint_of(Status status) {
  switch (status) {
    case Status::running:
      return Paint::green;
    case Status::degraded:
    case Status::unresponsive:
    case Status::starting:
    case Status::stopping:
      return Paint::yellow;
    case Status::crashed:
    case Status::failed:
    case Status::unknown:
      return Paint::red;
    case Status::stopped:
      return Paint::dim;
  }
  return Paint::none;
}

std::string uptime(const registry::Record& record) {
  const auto since = from_rfc3339(record.started_at);
  if (!since) return "-";
  return human_duration(std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now() - *since));
}

// "0x7a69" as people write it: 31337.
std::string chain(const std::string& quantity) {
  std::uint64_t id = 0;
  const char* end = quantity.data() + quantity.size();
  if (quantity.size() < 3) return "-";
  const auto [stop, error] = std::from_chars(quantity.data() + 2, end, id, 16);
  return error == std::errc() && stop == end ? std::to_string(id) : "-";
}

std::string title(const Instance& instance) {
  if (instance.status == Status::crashed && instance.problem.empty())
    return "died, see: berth logs " + instance.name;
  if (!instance.problem.empty()) return visible(instance.problem);
  return visible(instance.record ? instance.record->title : instance.title);
}

// Resident memory of a process in KiB; 0: not known.
long resident(pid_t pid) {
  auto text = read_file("/proc/" + std::to_string(pid) + "/statm", 256);
  if (!text) return 0;
  std::istringstream fields(*text);
  long total = 0;
  long pages = 0;
  fields >> total >> pages;
  return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

// Where the pid is one of ours; a program's and its companion's together.
std::string memory(const registry::Record& record) {
  if (record.pid_namespace != own_pid_namespace() ||
      start_ticks_of(record.pid) != record.start_ticks)
    return "-";
  long kib = resident(record.pid);
  if (kib == 0) return "-";
  if (const pid_t child = child_of(record); child > 0) kib += resident(child);
  return std::to_string((kib + 512) / 1024) + " MiB";
}

// Established connections of each local port, from /proc/net/tcp
// (Documentation/networking/proc_net_tcp in the kernel): the second column is
// the local address and port, the fourth the state, 01 being established.
std::map<std::uint16_t, int> connections() {
  std::map<std::uint16_t, int> count;
  auto text = read_file("/proc/net/tcp", kMaxProcFile);
  if (!text) return count;
  std::istringstream lines(*text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state;
    if (!(fields >> slot >> local >> remote >> state) || state != "01")
      continue;
    ++count[static_cast<std::uint16_t>(
        std::strtoul(local.substr(local.find(':') + 1).c_str(), nullptr, 16))];
  }
  return count;
}

std::string health(const Instance& instance) {
  if (!instance.health) return "-";
  const auto& [status, reason] = *instance.health;
  return visible(reason.empty() ? status : status + ": " + reason);
}

Cell mdns(const Instance& instance) {
  if (!instance.mdns) return {"-"};
  if (instance.mdns->empty()) return {"missing", Paint::yellow};
  return {visible(*instance.mdns)};
}

std::vector<Cell> row_of(const Instance& instance) {
  const bool has = instance.record.has_value();
  const bool alive = has && is_alive(instance);
  const auto& record = instance.record;
  return {{instance.name},
          {to_string(instance.status), paint_of(instance.status)},
          {has ? std::to_string(record->endpoint.port) : "-"},
          {alive ? std::to_string(record->pid) : "-"},
          {alive ? uptime(*record) : "-"},
          {has ? chain(record->chain_id) : "-"}};
}

}  // namespace

std::string list_table(const std::vector<Instance>& instances,
                       TableColumns more, const Console& console) {
  // The least widths keep the table still while statuses change.
  std::vector<Column> columns{{"NAME", 7}, {"STATUS", 8}, {"PORT"},
                              {"PID"},     {"UPTIME"},    {"CHAIN"}};
  if (more.wide)
    for (const char* header : {"MEMORY", "CONNS", "HEALTH", "BY"})
      columns.push_back({header});
  if (more.mdns) columns.push_back({"MDNS"});
  columns.push_back({"TITLE"});
  const auto clients =
      more.wide ? connections() : std::map<std::uint16_t, int>();
  std::vector<std::vector<Cell>> rows;
  for (const auto& instance : instances) {
    auto row = row_of(instance);
    if (more.wide) {
      const bool alive = instance.record && is_alive(instance);
      const auto& record = instance.record;
      const auto found =
          alive ? clients.find(record->endpoint.port) : clients.end();
      const int count = found == clients.end() ? 0 : found->second;
      row.push_back({alive ? memory(*record) : "-"});
      row.push_back({alive ? std::to_string(count) : "-"});
      row.push_back({health(instance)});
      row.push_back({alive ? to_string(record->started_by) : "-"});
    }
    if (more.mdns) row.push_back(mdns(instance));
    row.push_back({title(instance)});
    rows.push_back(std::move(row));
  }
  return render_table(columns, rows, console);
}

}  // namespace berth::launcher
