// Opening the registry, and looking into it: on the caller's thread, no other
// is needed for that.
#include <memory>

#include "registry/base/text.h"
#include "registry/c/handles.h"
#include "registry/paths.h"
#include "registry/record_reader.h"
#include "registry/running.h"

namespace {

using namespace berth;
using c::Failure;
using c::Outcome;
using registry::Entry;

Outcome<std::filesystem::path> directory_of(const char* given) {
  if (given == nullptr) {
    auto paths = find_paths();
    if (!paths) return paths.error();
    return paths->registry;
  }
  if (*given != '/')
    return Failure{BERTH_INVALID,
                   std::string("not an absolute path: ") + given};
  return std::filesystem::path(given).lexically_normal();
}

Outcome<Entry> find(const std::filesystem::path& directory,
                    const std::string& name) {
  if (!registry::is_record_name(name))
    return Failure{BERTH_INVALID,
                   "no name of a profile: " + visible(name.substr(0, 100)),
                   std::string(kProfileNameRule)};
  auto record = registry::running(registry::read_record(directory, name), name);
  if (!record) return record.error();
  return Entry{name, registry::Liveness::alive, std::move(*record), ""};
}

}  // namespace

berth_code berth_open(const char* directory, berth_registry** registry,
                      berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (registry == nullptr) return c::missing("registry");
    auto path = directory_of(directory);
    if (!path) return path.error();
    auto made = std::make_unique<berth_registry>();
    made->session = std::make_shared<c::Session>(std::move(*path));
    *registry = made.release();
    return {};
  });
}

void berth_close(berth_registry* registry) {
  if (registry == nullptr) return;
  (void)c::guarded(nullptr, [&]() -> Outcome<void> {
    // In a child of a fork there is no thread to end: what was the parent's
    // stays where it is.
    if (auto ok = registry->session->check_process(); !ok) return ok;
    registry->session->close();
    delete registry;
    return {};
  });
}

berth_code berth_find(berth_registry* registry, const char* name,
                      berth_record** record, berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (registry == nullptr) return c::missing("registry");
    if (name == nullptr) return c::missing("name");
    if (record == nullptr) return c::missing("record");
    if (auto ok = registry->session->check_process(); !ok) return ok;
    auto entry = find(registry->session->directory(), name);
    if (!entry) return entry.error();
    *record = new berth_record{std::move(*entry)};
    return {};
  });
}

berth_code berth_list(berth_registry* registry, berth_records** records,
                      berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (registry == nullptr) return c::missing("registry");
    if (records == nullptr) return c::missing("records");
    if (auto ok = registry->session->check_process(); !ok) return ok;
    auto entries = registry::read_records(registry->session->directory());
    if (!entries) return entries.error();
    auto made = std::make_unique<berth_records>();
    for (auto& entry : *entries) made->all.push_back({std::move(entry)});
    *records = made.release();
    return {};
  });
}

size_t berth_records_count(const berth_records* records) {
  return records == nullptr ? 0 : records->all.size();
}

const berth_record* berth_records_at(const berth_records* records,
                                     size_t index) {
  if (records == nullptr || index >= records->all.size()) return nullptr;
  return &records->all[index];
}

void berth_records_free(berth_records* records) { delete records; }
