// Reading a record without building a tree of it: a listing parses hundreds.
#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "registry/base/json_builder.h"
#include "registry/base/json_events.h"
#include "registry/base/text.h"
#include "registry/record.h"

namespace berth::registry {
namespace {

enum class Key {
  format,
  name,
  id,
  kind,
  pid,
  boot_id,
  pid_namespace,
  start_ticks,
  uid,
  started_at,
  endpoint,
  token,
  level,
  approvals,
  state,
  started_by,
  label,
  title,
  color,
  icon,
  chain_id,
  software,
  extra,
  host,
  port,
  software_name,
  software_version,
  unknown,
};

struct KeyName {
  std::string_view name;
  Key key;
};

constexpr std::array<KeyName, 23> kTopLevel{{
    {"format", Key::format},
    {"name", Key::name},
    {"id", Key::id},
    {"kind", Key::kind},
    {"pid", Key::pid},
    {"boot_id", Key::boot_id},
    {"pid_namespace", Key::pid_namespace},
    {"start_ticks", Key::start_ticks},
    {"uid", Key::uid},
    {"started_at", Key::started_at},
    {"endpoint", Key::endpoint},
    {"token", Key::token},
    {"level", Key::level},
    {"approvals", Key::approvals},
    {"state", Key::state},
    {"started_by", Key::started_by},
    {"label", Key::label},
    {"title", Key::title},
    {"color", Key::color},
    {"icon", Key::icon},
    {"chain_id", Key::chain_id},
    {"software", Key::software},
    {"extra", Key::extra},
}};
constexpr std::array<KeyName, 2> kEndpoint{
    {{"host", Key::host}, {"port", Key::port}}};
constexpr std::array<KeyName, 2> kSoftware{
    {{"name", Key::software_name}, {"version", Key::software_version}}};

// Begins at `next`, which then is behind what was found: writers put the keys
// in the order of the tables above.
template <std::size_t N>
Key find_key(const std::array<KeyName, N>& names, std::string_view name,
             std::size_t& next) {
  for (std::size_t tries = 0; tries < N; ++tries) {
    const auto& known = names[(next + tries) % N];
    if (known.name != name) continue;
    next = (next + tries + 1) % N;
    return known.key;
  }
  return Key::unknown;
}

// Of a key that is in the table.
template <std::size_t N>
std::string_view name_of(const std::array<KeyName, N>& names, Key key) {
  const auto found =
      std::find_if(names.begin(), names.end(),
                   [key](const KeyName& known) { return known.key == key; });
  return found == names.end() ? "" : found->name;
}

constexpr std::array kRequired{Key::format,     Key::name,     Key::id,
                               Key::kind,       Key::pid,      Key::uid,
                               Key::started_at, Key::endpoint, Key::level};

template <class E>
bool choose(std::string_view text, E& out, std::initializer_list<E> values,
            std::initializer_list<std::string_view> names) {
  auto value = values.begin();
  for (auto name : names) {
    if (name == text) {
      out = *value;
      return true;
    }
    ++value;
  }
  return false;
}

class RecordHandler : public nlohmann::json::json_sax_t {
 public:
  using json = nlohmann::json;

  Record record;
  std::string problem;
  std::uint64_t format = 0;

  bool null() override {
    return scalar("null", [this] { inner_.null(); });
  }
  bool boolean(bool value) override {
    return scalar("a boolean", [&] { inner_.boolean(value); });
  }
  bool number_integer(std::int64_t value) override {
    return scalar("a negative number", [&] { inner_.number_integer(value); });
  }
  bool number_float(double value, const std::string& text) override {
    return scalar("a fraction", [&] { inner_.number_float(value, text); });
  }
  bool binary(json::binary_t&) override { return false; }

  bool number_unsigned(std::uint64_t value) override {
    if (nested_) return inner_.number_unsigned(value) || inner_failed();
    if (depth_ == 0) return fail("is no object");
    switch (key_) {
      case Key::format:
        format = value;
        return true;
      case Key::pid:
        return set(record.pid, value);
      case Key::uid:
        return set(record.uid, value);
      case Key::level:
        return set(record.level, value);
      case Key::port:
        return set(record.endpoint.port, value);
      case Key::pid_namespace:
        return set(record.pid_namespace, value);
      case Key::start_ticks:
        return set(record.start_ticks, value);
      default:
        return key_ == Key::unknown || fail("must not be a number");
    }
  }

  bool string(std::string& value) override {
    if (nested_) return inner_.string(value) || inner_failed();
    if (depth_ == 0) return fail("is no object");
    if (std::string* field = text_field()) {
      *field = std::move(value);
      return true;
    }
    return key_ == Key::unknown || choice(value);
  }

  bool start_object(std::size_t size) override {
    if (!nested_ && depth_ == 0) {
      depth_ = 1;
      return true;
    }
    if (!nested_ && depth_ == 1 &&
        (key_ == Key::endpoint || key_ == Key::software)) {
      group_ = key_;
      next_in_group_ = 0;
      depth_ = 2;
      return true;
    }
    if (!nested_ && key_ != Key::extra && key_ != Key::unknown)
      return fail("must not be an object");
    nest();
    return inner_.start_object(size) || inner_failed();
  }

  bool end_object() override {
    if (!nested_) {
      --depth_;
      return true;
    }
    inner_.end_object();
    return unnest();
  }

  bool start_array(std::size_t size) override {
    if (!nested_ && depth_ == 0) return fail("is no object");
    if (!nested_ && key_ != Key::unknown) return fail("must not be an array");
    nest();
    return inner_.start_array(size) || inner_failed();
  }

  bool end_array() override {
    inner_.end_array();
    return unnest();
  }

  bool key(std::string& name) override {
    if (nested_) return inner_.key(name) || inner_failed();
    key_ = depth_ == 1               ? find_key(kTopLevel, name, next_top_level_)
           : group_ == Key::endpoint ? find_key(kEndpoint, name, next_in_group_)
                                     : find_key(kSoftware, name, next_in_group_);
    if (key_ != Key::unknown) return first_known();
    unknown_name_ = std::move(name);
    return first_unknown();
  }

  // read_json() returns it instead.
  bool parse_error(std::size_t, const std::string&,
                   const json::exception&) override {
    return false;
  }

  [[nodiscard]] bool has(Key key) const {
    return (seen_ >> static_cast<unsigned>(key) & 1U) != 0;
  }

 private:
  bool fail(std::string_view must) {
    problem =
        (depth_ == 0 ? "" : excerpt(key_name()) + " ") + std::string(must);
    return false;
  }

  bool duplicate() {
    problem = "duplicate key \"" + excerpt(key_name()) + "\"";
    return false;
  }

  bool inner_failed() {
    problem = inner_.problem;
    return false;
  }

  // A value of a type that no known key has.
  template <class Forward>
  bool scalar(std::string_view type, Forward forward) {
    if (nested_) {
      forward();
      return true;
    }
    if (depth_ == 0) return fail("is no object");
    return key_ == Key::unknown || fail("must not be " + std::string(type));
  }

  // A value that only the builder reads; it cannot see how deep it starts.
  void nest() {
    if (nested_) return;
    nested_ = true;
    inner_ = JsonBuilder(kMaxRecordDepth - static_cast<std::size_t>(depth_));
  }

  bool unnest() {
    if (!inner_.complete()) return true;
    nested_ = false;
    if (key_ == Key::extra) record.extra = inner_.root.dump();
    return true;
  }

  // Of the present key, for people.
  std::string key_name() const {
    const std::string group = depth_ < 2                ? ""
                              : group_ == Key::endpoint ? "endpoint."
                                                        : "software.";
    if (key_ == Key::unknown) return group + unknown_name_;
    return group + std::string(depth_ < 2 ? name_of(kTopLevel, key_)
                               : group_ == Key::endpoint
                                   ? name_of(kEndpoint, key_)
                                   : name_of(kSoftware, key_));
  }

  bool first_known() {
    if (has(key_)) return duplicate();
    seen_ |= 1U << static_cast<unsigned>(key_);
    return true;
  }

  bool first_unknown() {
    std::string name = key_name();
    for (const auto& other : unknown_)
      if (other == name) return duplicate();
    // Looking through them all is quadratic, so their number is bounded.
    if (unknown_.size() == 64) return fail("is one unknown key too many");
    unknown_.push_back(std::move(name));
    return true;
  }

  template <class T>
  bool set(T& field, std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<T>::max()))
      return fail("is out of range");
    field = static_cast<T>(value);
    return true;
  }

  std::string* text_field() {
    switch (key_) {
      case Key::name:
        return &record.name;
      case Key::id:
        return &record.id;
      case Key::boot_id:
        return &record.boot_id;
      case Key::started_at:
        return &record.started_at;
      case Key::token:
        return &record.token;
      case Key::label:
        return &record.label;
      case Key::title:
        return &record.title;
      case Key::color:
        return &record.color;
      case Key::icon:
        return &record.icon;
      case Key::chain_id:
        return &record.chain_id;
      case Key::host:
        return &record.endpoint.host;
      case Key::software_name:
        return &record.software.name;
      case Key::software_version:
        return &record.software.version;
      default:
        return nullptr;
    }
  }

  bool choice(std::string_view value) {
    bool known = false;
    switch (key_) {
      case Key::kind:
        known = choose(value, record.kind, {Kind::wallet, Kind::manager},
                       {"wallet", "manager"});
        break;
      case Key::approvals:
        known = choose(value, record.approvals,
                       {Approvals::berth, Approvals::own}, {"berth", "own"});
        break;
      case Key::state:
        known = choose(value, record.state, {State::ready, State::locked},
                       {"ready", "locked"});
        break;
      case Key::started_by:
        known = choose(value, record.started_by,
                       {StartedBy::run, StartedBy::start, StartedBy::berthd},
                       {"run", "start", "berthd"});
        break;
      default:
        return fail("must not be a string");
    }
    return known || fail("has an unknown value");
  }

  JsonBuilder inner_{0};
  bool nested_ = false;  // inside a value that the builder gets
  int depth_ = 0;
  Key key_ = Key::unknown;
  Key group_ = Key::endpoint;
  std::string unknown_name_;
  std::size_t next_top_level_ = 0;
  std::size_t next_in_group_ = 0;
  std::vector<std::string> unknown_;
  std::uint32_t seen_ = 0;
};

}  // namespace

Result<Record> parse_record(std::string_view text) {
  RecordHandler handler;
  handler.record.endpoint.host.clear();  // so that its absence is seen
  const auto fault = read_json(text, handler);
  // A newer format may have changed whatever stopped this parser.
  if (handler.format > kFormat)
    return Error{Errc::invalid,
                 "format " + std::to_string(handler.format) +
                     " is newer than this program",
                 "update Berth"};
  if (fault)
    return Error{Errc::invalid,
                 "not valid JSON at byte " + std::to_string(*fault + 1)};
  if (!handler.problem.empty()) return Error{Errc::invalid, handler.problem};
  for (Key key : kRequired)
    if (!handler.has(key))
      return Error{Errc::invalid,
                   std::string(name_of(kTopLevel, key)) + " is missing"};
  if (handler.format != kFormat)
    return Error{Errc::invalid, "format must be 1"};
  if (auto ok = check_parsed(handler.record); !ok) return ok.error();
  return std::move(handler.record);
}

}  // namespace berth::registry
