#include "server/settings.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::server {
namespace {

using nlohmann::json;

// Takes members out of an object one by one and remembers the first problem;
// what is left at the end was not understood.
class Reader {
 public:
  Reader(json object, std::string prefix)
      : object_(std::move(object)), prefix_(std::move(prefix)) {
    if (!object_.is_object()) {
      fail("", "must be an object");
      object_ = json::object();
    }
  }

  // False: not there, `out` keeps its default.
  bool text(const char* key, std::string& out) {
    auto value = take(key);
    if (!value) return false;
    if (!value->is_string()) return fail(key, "must be a string");
    out = value->get<std::string>();
    return true;
  }

  template <class T>
  bool number(const char* key, T& out, std::uint64_t least,
              std::uint64_t most) {
    auto value = take(key);
    if (!value) return false;
    if (!value->is_number_unsigned() || *value < least || *value > most)
      return fail(key, "must be " + std::to_string(least) + " to " +
                           std::to_string(most));
    out = static_cast<T>(value->get<std::uint64_t>());
    return true;
  }

  bool milliseconds(const char* key, std::chrono::milliseconds& out) {
    std::uint64_t count = 0;
    if (!number(key, count, 1, 86'400'000)) return false;
    out = std::chrono::milliseconds(count);
    return true;
  }

  // One of `words`; false: not there.
  bool choice(const char* key, std::string& out,
              std::initializer_list<const char*> words) {
    if (!text(key, out)) return false;
    for (const char* word : words)
      if (out == word) return true;
    return fail(key, "has an unknown value");
  }

  std::optional<json> take(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) return std::nullopt;
    json value = std::move(*found);
    object_.erase(found);
    return value;
  }

  bool fail(const std::string& key, const std::string& must) {
    if (problem_.empty())
      problem_ = prefix_ + key + (key.empty() ? "" : " ") + must;
    return false;
  }

  // The first problem of this object, or "".
  std::string finish() {
    if (problem_.empty() && !object_.empty())
      fail(object_.begin().key(), "is no known setting");
    return problem_;
  }

 private:
  json object_;
  std::string prefix_;
  std::string problem_;
};

std::string read_paths(json object, Settings& s) {
  Reader reader(std::move(object), "paths.");
  const auto path = [&](const char* key, std::filesystem::path& out,
                        bool required) {
    std::string text;
    const bool there = reader.text(key, text) && !text.empty();
    if (there && text[0] != '/') reader.fail(key, "must be an absolute path");
    if (!there && required) reader.fail(key, "is missing");
    out = text;
  };
  path("registry", s.registry, true);
  path("data", s.data, true);
  path("state_file", s.state_file, true);
  path("log_file", s.log_file, false);
  return reader.finish();
}

std::string read_wallet(json object, WalletSettings& wallet) {
  Reader reader(std::move(object), "wallet.");
  std::string type = "dev";
  reader.choice("type", type, {"dev", "forward", "command"});
  wallet.type = type == "dev"       ? WalletSettings::Type::dev
                : type == "forward" ? WalletSettings::Type::forward
                                    : WalletSettings::Type::command;
  reader.text("chain_id", wallet.chain_id);
  reader.text("upstream", wallet.upstream);
  if (type == "dev" && wallet.chain_id.empty())
    reader.fail("chain_id", "is missing");
  if (type == "forward" && wallet.upstream.empty())
    reader.fail("upstream", "is missing");
  return reader.finish();
}

bool is_argv(const json& list) {
  return list.is_array() && !list.empty() &&
         std::all_of(list.begin(), list.end(),
                     [](const json& item) { return item.is_string(); });
}

std::string read_command(json object, CommandSettings& command) {
  Reader reader(std::move(object), "command.");
  const auto argv = reader.take("argv");
  if (argv && is_argv(*argv))
    command.argv = argv->get<std::vector<std::string>>();
  else
    reader.fail("argv", "must be a list of strings, the program first");
  std::string listen = "any";
  reader.choice("listen", listen, {"any", "port", "socket"});
  command.listen = listen == "port"     ? CommandSettings::Listen::port
                   : listen == "socket" ? CommandSettings::Listen::socket
                                        : CommandSettings::Listen::any;
  reader.text("health", command.health);
  return reader.finish();
}

std::string read_limits(json object, Settings& s) {
  Reader reader(std::move(object), "limits.");
  http::Limits& l = s.limits;
  constexpr std::uint64_t kMiB = 1 << 20;
  reader.number("header_size", l.header_size, 1024, kMiB);
  reader.number("body_size", l.body_size, 1024, 64 * kMiB);
  reader.number("message_size", l.message_size, 1024, 64 * kMiB);
  reader.number("send_queue_size", l.send_queue_size, 1024, 1024 * kMiB);
  reader.number("connections_unproven", l.unproven, 1, 100'000);
  reader.number("connections", l.proven, 1, 100'000);
  reader.milliseconds("unproven_ms", l.unproven_time);
  reader.milliseconds("transfer_ms", l.transfer_time);
  reader.milliseconds("idle_ms", l.idle_time);
  reader.milliseconds("ping_ms", l.ping_interval);
  reader.number("pending_requests", s.pending_requests, 1, 100'000);
  AccessLimits& a = s.access;
  reader.number("origin_connections", a.origin_connections, 1, 100'000);
  reader.number("connection_messages_per_second",
                a.connection_messages_per_second, 0, 1'000'000);
  reader.number("connection_messages_burst", a.connection_messages_burst, 1,
                1'000'000);
  reader.number("origin_messages_per_second", a.messages_per_second, 1,
                1'000'000);
  reader.number("origin_messages_burst", a.messages_burst, 1, 1'000'000);
  reader.number("sensitive_per_second", a.sensitive_per_second, 1, 1000);
  reader.number("sensitive_burst", a.sensitive_burst, 1, 1000);
  reader.number("sensitive_per_minute", a.sensitive_per_minute, 1, 60'000);
  reader.number("sensitive_per_hour", a.sensitive_per_hour, 1, 3'600'000);
  // Not more than fit one answer: see Approvals::kMaxQuestionBytes.
  reader.number("approvals", a.approvals, 1, 10);
  reader.milliseconds("approval_ms", a.approval_time);
  return reader.finish();
}

void read_port(Reader& reader, PortRequest& port) {
  std::uint16_t fixed = 0;
  if (reader.number("port", fixed, 1, 65535)) port.fixed = fixed;
  const auto ports = [&](const char* key) {
    std::vector<std::uint16_t> numbers;
    const auto list = reader.take(key);
    if (!list) return numbers;
    const bool good =
        list->is_array() &&
        std::all_of(list->begin(), list->end(), [](const json& item) {
          return item.is_number_unsigned() && item >= 1 && item <= 65535;
        });
    if (!good) {
      reader.fail(key, "must be a list of ports");
      return numbers;
    }
    return list->get<std::vector<std::uint16_t>>();
  };
  port.avoid = ports("avoid_ports");
  const auto range = ports("port_range");
  if (range.empty()) return;
  if (range.size() != 2 || range[0] > range[1]) {
    reader.fail("port_range", "must be [first, last]");
    return;
  }
  port.first = range[0];
  port.final = range[1];
}

void read_rest(Reader& reader, Settings& s) {
  reader.text("name", s.name);
  if (!is_profile_name(s.name)) reader.fail("name", "is no profile name");
  reader.text("label", s.label);
  reader.text("title", s.title);
  reader.text("color", s.color);
  reader.text("icon", s.icon);
  reader.milliseconds("claim_timeout_ms", s.claim_timeout);
  std::string word = "run";
  reader.choice("started_by", word, {"run", "start", "berthd"});
  s.started_by = word == "start"    ? registry::StartedBy::start
                 : word == "berthd" ? registry::StartedBy::berthd
                                    : registry::StartedBy::run;
  word = "on";
  reader.choice("peer_check", word, {"on", "off"});
  s.check_peers = word == "on";
  word = "local";
  reader.choice("mdns", word, {"local", "off"});
  s.mdns = word == "local";
  reader.choice("log_level", s.log_level, {"debug", "info", "warn", "error"});
}

// For test keys only: nobody is asked before a signature.
bool may_always(const WalletSettings& wallet) {
  std::uint64_t chain = 1;
  const std::string& text = wallet.chain_id;
  if (text.starts_with("0x"))
    std::from_chars(text.data() + 2, text.data() + text.size(), chain, 16);
  return wallet.type == WalletSettings::Type::dev && chain != 1;
}

// After the wallet: what is the default depends on it.
void read_approve(Reader& reader, Settings& s) {
  const bool dev = s.wallet.type == WalletSettings::Type::dev;
  std::string word = dev ? "native" : "ask";
  reader.choice("approve", word, {"ask", "native", "always"});
  s.approve = word == "native"   ? Approve::native
              : word == "always" ? Approve::always
                                 : Approve::ask;
  if (s.approve == Approve::always && !may_always(s.wallet))
    reader.fail("approve",
                "may be always for dev wallets only, and never on "
                "chain 1");
}

}  // namespace

Result<Settings> parse_settings(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed)
    return Error{Errc::invalid, "settings: " + parsed.error().message};
  Settings settings;
  Reader reader(std::move(*parsed), "");
  read_rest(reader, settings);
  read_port(reader, settings.port);
  std::vector<std::string> problems;
  const auto part = [&](const char* key, auto read, auto& out) {
    auto object = reader.take(key);
    if (object) problems.push_back(read(std::move(*object), out));
    return object.has_value();
  };
  if (!part("paths", read_paths, settings)) reader.fail("paths", "is missing");
  settings.port.locks = settings.state_file.parent_path() / "ports.lock";
  if (!part("wallet", read_wallet, settings.wallet))
    reader.fail("wallet", "is missing");
  CommandSettings command;
  if (part("command", read_command, command))
    settings.command = std::move(command);
  if (settings.command.has_value() !=
      (settings.wallet.type == WalletSettings::Type::command))
    problems.emplace_back(
        "command goes with the wallet type command, and only there");
  part("limits", read_limits, settings);
  read_approve(reader, settings);
  problems.insert(problems.begin(), reader.finish());
  for (const auto& problem : problems)
    if (!problem.empty()) return Error{Errc::invalid, "settings: " + problem};
  return settings;
}

}  // namespace berth::server
