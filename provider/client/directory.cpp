#include "provider/client/directory.h"

#include <map>
#include <utility>

#include "registry/paths.h"
#include "registry/record_reader.h"
#include "registry/running.h"

namespace berth::provider {
namespace {

using registry::Entry;
using registry::Liveness;
using registry::Record;

bool is_running_wallet(const Entry& entry) {
  return entry.liveness == Liveness::alive && entry.record &&
         entry.record->kind == registry::Kind::wallet;
}

// Turns the registry's events into those of running wallets: a crash is a
// removal, and a dead record that is reaped later is none.
class Changes {
 public:
  explicit Changes(OnChange on_change) : on_change_(std::move(on_change)) {}

  void take(const registry::Event& event) {
    using What = registry::Event::What;
    if (event.what == What::rescanning) return;
    const bool runs =
        event.what != What::removed && is_running_wallet(event.entry);
    const auto known = known_.find(event.entry.name);
    if (runs) {
      const auto what =
          known == known_.end() ? Change::What::added : Change::What::changed;
      const Change change{what, to_instance(*event.entry.record)};
      known_.insert_or_assign(event.entry.name, change.instance);
      tell(change);
    } else if (known != known_.end()) {
      const Change change{Change::What::removed, std::move(known->second)};
      known_.erase(known);
      tell(change);
    }
  }

 private:
  // Last in its caller, on a copy: the callback may end the watch.
  void tell(const Change& change) {
    const OnChange call = on_change_;
    call(change);
  }

  OnChange on_change_;
  std::map<std::string, Instance> known_;
};

}  // namespace

Instance to_instance(const Record& record) {
  const std::string at =
      record.endpoint.host + ":" + std::to_string(record.endpoint.port);
  Instance instance;
  instance.name = record.name;
  instance.id = record.id;
  instance.title = record.title;
  instance.color = record.color;
  instance.icon = record.icon;
  instance.chain_id = record.chain_id;
  instance.state = record.state;
  instance.endpoint = record.endpoint;
  instance.url = "http://" + at;
  instance.ws_url = "ws://" + at;
  instance.can_prove = record.level >= 1 && !record.token.empty();
  return instance;
}

Result<std::vector<Instance>> Directory::list() {
  auto running = records();
  if (!running) return running.error();
  std::vector<Instance> instances;
  for (const auto& record : *running) instances.push_back(to_instance(record));
  return instances;
}

Result<std::vector<Record>> Directory::records() {
  auto entries = registry_.list();
  if (!entries) return entries.error();
  std::vector<Record> records;
  for (auto& entry : *entries)
    if (is_running_wallet(entry)) records.push_back(std::move(*entry.record));
  return records;
}

Result<Instance> Directory::find(const std::string& name) {
  auto found = record(name);
  if (!found) return found.error();
  if (found->kind != registry::Kind::wallet) return registry::not_running(name);
  return to_instance(*found);
}

Result<Record> Directory::record(const std::string& name) {
  return registry::running(registry_.find(name), name);
}

Result<std::unique_ptr<registry::Watch>> Directory::watch(OnChange on_change) {
  // The callback may be copied; what is known must not.
  auto changes = std::make_shared<Changes>(std::move(on_change));
  return registry_.watch(
      [changes](const registry::Event& event) { changes->take(event); });
}

Result<Record> running_record(const std::string& name) {
  auto paths = find_paths();
  if (!paths) return paths.error();
  return registry::running(registry::read_record(paths->registry, name), name);
}

}  // namespace berth::provider
