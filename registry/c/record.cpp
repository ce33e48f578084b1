// Records as the caller holds them.
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "registry/base/text.h"
#include "registry/c/fields.h"
#include "registry/c/handles.h"
#include "registry/own_record.h"

namespace {

using namespace berth;
using c::Failure;
using c::Outcome;

// Unset and empty are the same.
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Outcome<std::string> name_or_default(const char* given) {
  const std::string name(given != nullptr ? given : variable("BERTH_NAME"));
  if (given == nullptr && name.empty())
    return Failure{BERTH_INVALID, "no name: BERTH_NAME is not set",
                   "give a name, or start the program by berth start"};
  if (!is_profile_name(name))
    return Failure{BERTH_INVALID,
                   "no name of a profile: " + visible(name.substr(0, 100)),
                   std::string(kProfileNameRule)};
  return name;
}

Failure wrong_variable(const char* name, std::string_view value) {
  return {
      BERTH_INVALID,
      std::string("wrong value: ") + name + "=" + visible(value.substr(0, 100)),
      std::string("set or unset ") + name};
}

Outcome<void> set_port(registry::Record& record) {
  const std::string_view text = variable("BERTH_PORT");
  if (text.empty()) return {};
  auto& port = record.endpoint.port;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end || port == 0)
    return wrong_variable("BERTH_PORT", text);
  return {};
}

Outcome<void> set_from(registry::Record& record, berth_key key,
                       const char* name) {
  if (c::set_text(record, key, variable(name))) return {};
  return wrong_variable(name, variable(name));
}

// What the launcher tells a program that it runs.
Outcome<void> set_defaults(registry::Record& record) {
  record.level = 0;
  record.software = {};
  if (auto ok = set_port(record); !ok) return ok;
  if (auto ok = set_from(record, BERTH_KEY_STARTED_BY, "BERTH_STARTED_BY"); !ok)
    return ok;
  return set_from(record, BERTH_KEY_LABEL, "BERTH_LABEL");
}

}  // namespace

Outcome<registry::Record*> c::data_of(berth_record* record) {
  if (record == nullptr) return missing("record");
  if (record->entry.record) return &*record->entry.record;
  return Failure{BERTH_INVALID,
                 "nothing but its name could be read: " + record->entry.name};
}

berth_code berth_record_new(const char* name, berth_record** record,
                            berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (record == nullptr) return c::missing("record");
    auto chosen = name_or_default(name);
    if (!chosen) return chosen.error();
    auto made = std::make_unique<berth_record>();
    made->entry.name = *chosen;
    made->entry.record = registry::own_record(*chosen);
    if (auto ok = set_defaults(*made->entry.record); !ok) return ok;
    *record = made.release();
    return {};
  });
}

void berth_record_free(berth_record* record) { delete record; }

berth_code berth_record_set_text(berth_record* record, berth_key key,
                                 const char* text, berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    auto target = c::data_of(record);
    if (!target) return target.error();
    return c::set_text(**target, key, text == nullptr ? "" : text);
  });
}

berth_code berth_record_set_number(berth_record* record, berth_key key,
                                   int64_t number, berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    auto target = c::data_of(record);
    if (!target) return target.error();
    return c::set_number(**target, key, number);
  });
}

const char* berth_record_text(const berth_record* record, berth_key key) {
  if (record == nullptr) return "";
  if (key == BERTH_KEY_NAME) return record->entry.name.c_str();
  return record->entry.record ? c::text_of(*record->entry.record, key) : "";
}

int64_t berth_record_number(const berth_record* record, berth_key key) {
  if (record == nullptr || !record->entry.record) return 0;
  return c::number_of(*record->entry.record, key);
}

berth_liveness berth_record_liveness(const berth_record* record) {
  if (record == nullptr) return BERTH_UNKNOWN;
  switch (record->entry.liveness) {
    case registry::Liveness::alive:
      return BERTH_ALIVE;
    case registry::Liveness::dead:
      return BERTH_CRASHED;
    case registry::Liveness::stopped:
      return BERTH_STOPPED;
    case registry::Liveness::unknown:
      return BERTH_UNKNOWN;
  }
  return BERTH_UNKNOWN;
}

const char* berth_record_problem(const berth_record* record) {
  return record == nullptr ? "" : record->entry.problem.c_str();
}
