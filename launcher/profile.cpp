#include "launcher/profile.h"

#include <algorithm>

#include "launcher/json_fields.h"
#include "launcher/values.h"
#include "registry/base/strict_json.h"
#include "registry/record.h"

namespace berth::launcher {
namespace {

Error invalid(std::string message) {
  return {Errc::invalid, std::move(message)};
}

// Display fields have the limits of a record, so they are asked of the
// registry: a profile that passes here can be published.
Result<void> check_display(const Profile& profile) {
  registry::Record record;
  record.name = "x";
  record.id = "00000000-0000-4000-8000-000000000000";
  record.pid = 1;
  record.started_at = "2026-01-01T00:00:00.000Z";
  record.endpoint.port = 1;
  record.label = profile.label;
  record.title = profile.title;
  record.color = profile.color;
  record.icon = profile.icon;
  return registry::check(record);
}

Result<void> check_upstream(const std::string& url) {
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  const bool ipc = url.starts_with("ipc:/") && url.size() > 5;
  bool known = ipc;
  for (const std::string_view scheme :
       {"http://", "https://", "ws://", "wss://"})
    known = known || (url.starts_with(scheme) && url.size() > scheme.size());
  if (known && printable && is_utf8(url) && url.size() <= 2048) return {};
  return invalid(
      "upstream must be a http(s)://, ws(s):// or ipc:/path URL, not \"" +
      visible(url.substr(0, 100)) + "\"");
}

// Each of the enumerations has three values, from 0 on.
template <class Enum>
bool parse(const std::string& text, Enum& out) {
  for (const int number : {0, 1, 2})
    if (const auto value = static_cast<Enum>(number); text == to_string(value))
      return out = value, true;
  return false;
}

// The program by a path that means the same wherever it is started.
Result<void> check_command(const std::vector<std::string>& command) {
  if (command.empty())
    return invalid("command is missing: a command wallet needs a program");
  const std::string& program = command.front();
  if (program.empty() ||
      (program[0] != '/' && program.find('/') != std::string::npos))
    return invalid(
        "command must begin with a path from / or a name to be found in PATH, "
        "not \"" +
        visible(program.substr(0, 100)) + "\"");
  for (const auto& argument : command)
    if (argument.find('\0') != std::string::npos || !is_utf8(argument))
      return invalid("command must be UTF-8, without NUL bytes");
  return {};
}

Result<void> set_command(Profile& profile, const std::string& value) {
  profile.command.clear();
  if (value.empty()) return {};
  const auto json = parse_json(value);
  const bool good = json && json->is_array() &&
                    std::all_of(json->begin(), json->end(),
                                [](const auto& i) { return i.is_string(); });
  if (!good)
    return Error{Errc::invalid,
                 "command must be a JSON list of strings, the program first",
                 "for example: '[\"/opt/wallet\", \"--port\", \"{port}\"]'"};
  profile.command = json->get<std::vector<std::string>>();
  return {};
}

Result<void> set_listen(Profile& profile, const std::string& value) {
  if (parse(value, profile.listen)) return {};
  return invalid("listen must be any, port or socket");
}

Result<void> check_health(const std::string& path) {
  const bool good = path.empty() ||
                    (path[0] == '/' && path.size() <= 1024 &&
                     std::all_of(path.begin(), path.end(),
                                 [](char c) { return c > 0x20 && c < 0x7f; }));
  if (good) return {};
  return invalid("health must be a path that begins with /, as in a URL");
}

Result<void> set_approve(Profile& profile, const std::string& value) {
  profile.approve.reset();
  Approve approve{};
  if (value.empty()) return {};
  if (!parse(value, approve))
    return invalid("approve must be ask, native or always");
  profile.approve = approve;
  return {};
}

Result<void> set_wallet(Profile& profile, const std::string& value) {
  if (parse(value, profile.wallet)) return {};
  return invalid("wallet must be dev, forward or command");
}

Result<void> set_restart(Profile& profile, const std::string& value) {
  if (parse(value, profile.restart)) return {};
  return invalid("restart must be no, on-failure or always");
}

Result<void> set_chain(Profile& profile, const std::string& value) {
  profile.chain_id.reset();
  if (value.empty()) return {};
  auto chain = parse_chain_id(value);
  if (!chain) return chain.error();
  profile.chain_id = *chain;
  return {};
}

Result<void> set_port(Profile& profile, const std::string& value) {
  profile.port = 0;
  if (value.empty()) return {};
  auto port = parse_port(value);
  if (!port) return port.error();
  profile.port = *port;
  return {};
}

Result<void> set_autostart(Profile& profile, const std::string& value) {
  if (value != "true" && value != "false")
    return invalid("autostart must be true or false");
  profile.autostart = value == "true";
  return {};
}

Result<void> read_words(JsonFields& fields, Profile& profile) {
  std::string word;
  Result<void> ok;
  if (fields.text("wallet", word)) ok = set_wallet(profile, word);
  if (ok && fields.text("approve", word)) ok = set_approve(profile, word);
  if (ok && fields.text("restart", word)) ok = set_restart(profile, word);
  if (ok && fields.text("listen", word)) ok = set_listen(profile, word);
  if (ok && fields.list("command", word)) ok = set_command(profile, word);
  return ok;
}

}  // namespace

Approve approve_of(const Profile& profile) {
  const bool dev = profile.wallet == WalletType::dev;
  return profile.approve.value_or(dev ? Approve::native : Approve::ask);
}

const char* to_string(Approve approve) {
  switch (approve) {
    case Approve::ask:
      return "ask";
    case Approve::native:
      return "native";
    case Approve::always:
      return "always";
  }
  return "ask";
}

const char* to_string(WalletType wallet) {
  switch (wallet) {
    case WalletType::dev:
      return "dev";
    case WalletType::forward:
      return "forward";
    case WalletType::command:
      return "command";
  }
  return "dev";
}

const char* to_string(Listen listen) {
  switch (listen) {
    case Listen::any:
      return "any";
    case Listen::port:
      return "port";
    case Listen::socket:
      return "socket";
  }
  return "any";
}

const char* to_string(RestartPolicy restart) {
  switch (restart) {
    case RestartPolicy::no:
      return "no";
    case RestartPolicy::on_failure:
      return "on-failure";
    case RestartPolicy::always:
      return "always";
  }
  return "no";
}

Result<void> check(const Profile& profile) {
  if (profile.label.empty()) return invalid("label is missing");
  if (auto ok = check_display(profile); !ok) return ok;
  if (profile.wallet == WalletType::forward && profile.upstream.empty())
    return invalid("upstream is missing: a forward wallet needs one");
  if (profile.wallet == WalletType::command)
    if (auto ok = check_command(profile.command); !ok) return ok;
  if (auto ok = check_health(profile.health); !ok) return ok;
  const bool test_keys = profile.wallet == WalletType::dev &&
                         profile.chain_id.value_or(kDevChainId) != 1;
  if (approve_of(profile) == Approve::always && !test_keys)
    return invalid(
        "approve may be always for dev wallets only, and never on chain 1");
  if (!profile.upstream.empty())
    if (auto ok = check_upstream(profile.upstream); !ok) return ok;
  if (to_json(profile).size() > kMaxProfileBytes)
    return invalid("a profile must not take more than 64 KiB");
  return {};
}

Result<void> set_field(Profile& profile, std::string_view key,
                       const std::string& value) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '-', '_');
  if (name == "wallet") return set_wallet(profile, value);
  if (name == "approve") return set_approve(profile, value);
  if (name == "restart") return set_restart(profile, value);
  if (name == "chain_id") return set_chain(profile, value);
  if (name == "port") return set_port(profile, value);
  if (name == "autostart") return set_autostart(profile, value);
  if (name == "command") return set_command(profile, value);
  if (name == "listen") return set_listen(profile, value);
  if (name == "health") return profile.health = value, Result<void>();
  if (name == "upstream") return profile.upstream = value, Result<void>();
  if (name == "title") return profile.title = value, Result<void>();
  if (name == "color") return profile.color = value, Result<void>();
  if (name == "icon") return profile.icon = value, Result<void>();
  std::string keys;
  for (const auto known : kProfileKeys)
    keys += (keys.empty() ? "" : ", ") + std::string(known);
  return Error{Errc::invalid, "no such key: " + visible(key),
               "keys are " + keys};
}

Result<Profile> parse_profile(std::string_view text) {
  auto json = parse_json(text);
  if (!json) return json.error();
  JsonFields fields(*json);
  Profile profile;
  fields.text("label", profile.label);
  auto words = read_words(fields, profile);
  fields.text("upstream", profile.upstream);
  fields.text("health", profile.health);
  std::uint64_t chain = 0;
  if (fields.number("chain_id", chain, 1, kMaxChainId))
    profile.chain_id = chain;
  fields.text("title", profile.title);
  fields.text("color", profile.color);
  fields.text("icon", profile.icon);
  fields.number("port", profile.port, 1, 65535);
  fields.flag("autostart", profile.autostart);
  if (auto ok = fields.finish(); !ok) return ok.error();
  if (!words) return words.error();
  if (auto ok = check(profile); !ok) return ok.error();
  return profile;
}

std::vector<std::pair<std::string, std::string>> fields_of(
    const Profile& profile) {
  return {
      {"wallet", to_string(profile.wallet)},
      {"upstream", profile.upstream},
      {"command",
       profile.command.empty() ? "" : nlohmann::json(profile.command).dump()},
      {"listen", to_string(profile.listen)},
      {"health", profile.health},
      {"chain_id", profile.chain_id ? std::to_string(*profile.chain_id) : ""},
      {"approve", to_string(approve_of(profile))},
      {"title", profile.title},
      {"color", profile.color},
      {"icon", profile.icon},
      {"port", profile.port != 0 ? std::to_string(profile.port) : ""},
      {"restart", to_string(profile.restart)},
      {"autostart", profile.autostart ? "true" : "false"},
  };
}

std::string to_json(const Profile& profile) {
  nlohmann::ordered_json json;
  json["label"] = profile.label;
  json["wallet"] = to_string(profile.wallet);
  if (profile.approve) json["approve"] = to_string(*profile.approve);
  json["restart"] = to_string(profile.restart);
  json["autostart"] = profile.autostart;
  if (profile.chain_id) json["chain_id"] = *profile.chain_id;
  if (profile.port != 0) json["port"] = profile.port;
  if (!profile.command.empty()) json["command"] = profile.command;
  if (profile.listen != Listen::any) json["listen"] = to_string(profile.listen);
  for (const auto& [key, value] :
       {std::pair{"upstream", &profile.upstream},
        std::pair{"health", &profile.health},
        std::pair{"title", &profile.title}, std::pair{"color", &profile.color},
        std::pair{"icon", &profile.icon}})
    if (!value->empty()) json[key] = *value;
  return json.dump(2) + "\n";
}

}  // namespace berth::launcher
