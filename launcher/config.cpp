#include "launcher/config.h"

#include <algorithm>
#include <initializer_list>

#include "launcher/json_fields.h"
#include "registry/base/files.h"
#include "registry/base/strict_json.h"

namespace berth::launcher {
namespace {

constexpr std::size_t kMaxBytes = 256 * 1024;

struct Choice {
  const char* key;
  const char* variable;
  Setting<std::string> Config::*setting;
  std::initializer_list<std::string_view> allowed;
};

const std::initializer_list<Choice>& choices() {
  static const std::initializer_list<Choice> all{
      {"berthd", "BERTH_BERTHD", &Config::berthd, {"auto", "off"}},
      {"mdns", "BERTH_MDNS", &Config::mdns, {"local", "off"}},
      {"peer_check", "BERTH_PEER_CHECK", &Config::peer_check, {"on", "off"}},
      {"log_level",
       "BERTH_LOG_LEVEL",
       &Config::log_level,
       {"debug", "info", "warn", "error"}},
  };
  return all;
}

Result<std::string> one_of(const Choice& choice, const std::string& value) {
  if (std::find(choice.allowed.begin(), choice.allowed.end(), value) !=
      choice.allowed.end())
    return value;
  std::string must;
  for (const auto word : choice.allowed)
    must += (must.empty() ? "" : ", ") + std::string(word);
  return Error{Errc::invalid, std::string(choice.key) + " must be one of " +
                                  must + ", not \"" + visible(value) + "\""};
}

template <class T>
Result<void> put(Setting<T>& setting, Result<T> value,
                 const std::string& source) {
  if (!value) return value.error();
  setting = {std::move(*value), source};
  return {};
}

Result<void> read_fields(Config& config, const nlohmann::json& object,
                         const std::string& source) {
  JsonFields fields(object);
  std::string text;
  if (fields.text("port_range", text))
    if (auto ok = put(config.port_range, parse_port_range(text), source); !ok)
      return ok;
  if (fields.number("gateway_port", config.gateway_port.value, 1, 65535))
    config.gateway_port.source = source;
  for (const auto& choice : choices())
    if (fields.text(choice.key, text))
      if (auto ok = put(config.*choice.setting, one_of(choice, text), source);
          !ok)
        return ok;
  if (fields.object("limits", config.limits.value))
    config.limits.source = source;
  return fields.finish();
}

Result<void> read_file_into(Config& config, const std::string& path) {
  auto text = read_file(path, kMaxBytes);
  if (!text) {
    if (text.error().code == Errc::not_found) return {};
    return text.error();
  }
  auto json = parse_json(*text);
  auto read =
      json ? read_fields(config, *json, path) : Result<void>(json.error());
  if (read) return {};
  return Error{Errc::invalid,
               "broken config (" + read.error().message + "): " + path,
               "correct it; berth doctor shows all settings"};
}

Result<void> read_environment(Config& config, const Environment& environment) {
  const auto apply = [&](const char* variable, auto set) -> Result<void> {
    const char* value = environment(variable);
    if (value == nullptr || *value == '\0') return {};
    Result<void> ok = set(std::string(value));
    if (ok) return ok;
    return Error{Errc::invalid,
                 "broken setting (" + ok.error().message + "): " + variable,
                 std::string("correct or unset ") + variable};
  };
  auto ok = apply("BERTH_PORT_RANGE", [&](const std::string& value) {
    return put(config.port_range, parse_port_range(value), "BERTH_PORT_RANGE");
  });
  if (!ok) return ok;
  ok = apply("BERTH_GATEWAY_PORT", [&](const std::string& value) {
    return put(config.gateway_port, parse_port(value), "BERTH_GATEWAY_PORT");
  });
  if (!ok) return ok;
  for (const auto& choice : choices()) {
    ok = apply(choice.variable, [&](const std::string& value) {
      return put(config.*choice.setting, one_of(choice, value),
                 choice.variable);
    });
    if (!ok) return ok;
  }
  return {};
}

}  // namespace

std::vector<Config::Line> Config::lines() const {
  std::vector<Line> all{
      {"port_range", to_string(port_range.value), port_range.source},
      {"gateway_port", std::to_string(gateway_port.value),
       gateway_port.source}};
  for (const auto& choice : choices()) {
    const auto& setting = this->*choice.setting;
    all.push_back({choice.key, setting.value, setting.source});
  }
  all.push_back(
      {"limits", limits.value.empty() ? "{}" : limits.value, limits.source});
  return all;
}

std::vector<std::string> Config::variables() {
  std::vector<std::string> all{"BERTH_PORT_RANGE", "BERTH_GATEWAY_PORT"};
  for (const auto& choice : choices()) all.emplace_back(choice.variable);
  return all;
}

Result<Config> load_config(const Paths& paths, const Environment& environment) {
  Config config;
  if (auto ok = read_file_into(config, paths.config_file().string()); !ok)
    return ok.error();
  if (auto ok = read_environment(config, environment); !ok) return ok.error();
  return config;
}

}  // namespace berth::launcher
