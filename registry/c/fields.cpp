#include "registry/c/fields.h"

#include <initializer_list>
#include <limits>
#include <string>

#include "registry/base/text.h"

namespace berth::c {
namespace {

using registry::Approvals;
using registry::Record;
using registry::StartedBy;
using registry::State;

// The fields that hold free text and are the publisher's. R: Record or const.
template <class R>
auto own_text(R& r, berth_key key) -> decltype(&r.title) {
  switch (key) {
    case BERTH_KEY_HOST:
      return &r.endpoint.host;
    case BERTH_KEY_TOKEN:
      return &r.token;
    case BERTH_KEY_TITLE:
      return &r.title;
    case BERTH_KEY_COLOR:
      return &r.color;
    case BERTH_KEY_ICON:
      return &r.icon;
    case BERTH_KEY_CHAIN_ID:
      return &r.chain_id;
    case BERTH_KEY_LABEL:
      return &r.label;
    case BERTH_KEY_SOFTWARE_NAME:
      return &r.software.name;
    case BERTH_KEY_SOFTWARE_VERSION:
      return &r.software.version;
    case BERTH_KEY_EXTRA:
      return &r.extra;
    default:
      return nullptr;
  }
}

const std::string* library_text(const Record& r, berth_key key) {
  switch (key) {
    case BERTH_KEY_NAME:
      return &r.name;
    case BERTH_KEY_ID:
      return &r.id;
    case BERTH_KEY_STARTED_AT:
      return &r.started_at;
    case BERTH_KEY_BOOT_ID:
      return &r.boot_id;
    default:
      return nullptr;
  }
}

const char* to_string(Approvals approvals) {
  return approvals == Approvals::berth ? "berth" : "own";
}
using registry::to_string;

// The first of `values` is the default.
template <class T>
Outcome<void> choose(T& field, std::initializer_list<T> values,
                     std::string_view text) {
  if (text.empty()) text = to_string(*values.begin());
  std::string words;
  for (const T value : values) {
    if (text == to_string(value)) {
      field = value;
      return {};
    }
    words += (words.empty() ? "" : ", ") + std::string(to_string(value));
  }
  return Failure{BERTH_INVALID,
                 "not one of " + words + ": " + visible(text.substr(0, 64))};
}

Failure no_such_key(berth_key key, const char* type) {
  return {BERTH_INVALID,
          std::string("not a key that takes ") + type + ": " +
              std::to_string(static_cast<int>(key)),
          "berth.h lists the keys, and which are the library's to set"};
}

template <class T>
Outcome<void> put(T& field, std::int64_t number, const char* name) {
  if (number < 0 || number > std::numeric_limits<T>::max())
    return Failure{BERTH_INVALID, std::string(name) + " is out of range: " +
                                      std::to_string(number)};
  field = static_cast<T>(number);
  return {};
}

}  // namespace

Outcome<void> set_text(Record& record, berth_key key, std::string_view text) {
  if (!is_utf8(text))
    return Failure{BERTH_INVALID, "not UTF-8: " + visible(text.substr(0, 64))};
  switch (key) {
    case BERTH_KEY_STATE:
      return choose(record.state, {State::ready, State::locked}, text);
    case BERTH_KEY_APPROVALS:
      return choose(record.approvals, {Approvals::berth, Approvals::own}, text);
    case BERTH_KEY_STARTED_BY:
      return choose(record.started_by,
                    {StartedBy::run, StartedBy::start, StartedBy::berthd},
                    text);
    default:
      break;
  }
  std::string* field = own_text(record, key);
  if (field == nullptr) return no_such_key(key, "text");
  *field = text;
  if (key == BERTH_KEY_HOST && text.empty()) *field = registry::Endpoint().host;
  return {};
}

Outcome<void> set_number(Record& record, berth_key key, std::int64_t number) {
  switch (key) {
    case BERTH_KEY_PORT:
      return put(record.endpoint.port, number, "port");
    case BERTH_KEY_LEVEL:
      return put(record.level, number, "level");
    default:
      return no_such_key(key, "a number");
  }
}

const char* text_of(const Record& record, berth_key key) {
  switch (key) {
    case BERTH_KEY_STATE:
      return to_string(record.state);
    case BERTH_KEY_APPROVALS:
      return to_string(record.approvals);
    case BERTH_KEY_STARTED_BY:
      return to_string(record.started_by);
    case BERTH_KEY_KIND:
      return to_string(record.kind);
    default:
      break;
  }
  const std::string* field = own_text(record, key);
  if (field == nullptr) field = library_text(record, key);
  return field == nullptr ? "" : field->c_str();
}

std::int64_t number_of(const Record& record, berth_key key) {
  switch (key) {
    case BERTH_KEY_PORT:
      return record.endpoint.port;
    case BERTH_KEY_LEVEL:
      return record.level;
    case BERTH_KEY_PID:
      return record.pid;
    case BERTH_KEY_UID:
      return record.uid;
    case BERTH_KEY_PID_NAMESPACE:
      return static_cast<std::int64_t>(record.pid_namespace);
    case BERTH_KEY_START_TICKS:
      return static_cast<std::int64_t>(record.start_ticks);
    default:
      return 0;
  }
}

}  // namespace berth::c
