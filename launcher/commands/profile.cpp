#include <unistd.h>

#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/default_name.h"
#include "launcher/profile_store.h"
#include "launcher/table.h"
#include "registry/base/files.h"
#include "registry/base/programs.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

constexpr std::size_t kMaxMnemonic = 4096;

// A program that was named by a path from here must be found from anywhere.
std::vector<std::string> rooted(std::vector<std::string> command) {
  if (!command.empty() && command.front().find('/') != std::string::npos)
    command.front() =
        std::filesystem::absolute(command.front()).lexically_normal().string();
  return command;
}

Outcome<Profile> profile_from(const ProfileCreateOptions& options) {
  Profile profile;
  if (!options.command.empty()) {
    profile.wallet = WalletType::command;
    profile.command = rooted(options.command);
  }
  for (const auto& [key, value] : options.fields)
    if (auto ok = set_field(profile, key, value); !ok)
      return Failure(Exit::usage, ok.error());
  if (!options.mnemonic_file.empty() && profile.wallet != WalletType::dev)
    return Failure(
        Exit::usage,
        {Errc::invalid, "only a dev wallet has keys: --mnemonic-file",
         "a forward wallet's keys are with its upstream, a program's its own"});
  if (!options.command.empty() && profile.wallet != WalletType::command)
    return Failure(Exit::usage,
                   {Errc::invalid,
                    std::string("a command is for a command wallet, not for ") +
                        to_string(profile.wallet) + ": " + options.name,
                    "leave out --wallet, or what follows --"});
  return profile;
}

// The mnemonic, found good by the program that will use it.
Outcome<std::string> read_mnemonic(const std::string& file) {
  auto text = file == "-" ? read_all(STDIN_FILENO, kMaxMnemonic, "stdin")
                          : read_file(file, kMaxMnemonic);
  if (!text) return text.error();
  auto program = program_beside("berth-instance");
  if (!program) return program.error();
  auto checked = run_program({program->string(), "--check-mnemonic"}, *text);
  if (!checked) return checked.error();
  if (checked->exit == 0) return *text;
  const std::string why = checked->err.substr(0, checked->err.find('\n'));
  return Error{Errc::invalid,
               "not a mnemonic (" + visible(why) + "): " + visible(file),
               "give 12 to 24 words of the BIP-39 list on one line"};
}

nlohmann::ordered_json json_of(const std::string& name,
                               const Profile& profile) {
  nlohmann::ordered_json json{{"name", name}};
  json.update(nlohmann::ordered_json::parse(to_json(profile)));
  json["approve"] = to_string(approve_of(profile));
  return json;
}

std::string or_dash(std::string text) {
  return text.empty() ? "-" : visible(text);
}

std::vector<Cell> row_of(const std::string& name, const Profile& profile) {
  return {{name},
          {to_string(profile.wallet)},
          {or_dash(profile.chain_id ? std::to_string(*profile.chain_id) : "")},
          {or_dash(profile.port ? std::to_string(profile.port) : "")},
          {to_string(profile.restart)},
          {profile.autostart ? "yes" : "no"},
          {visible(profile.title)}};
}

}  // namespace

int profile_create(const ProfileCreateOptions& options, Context& context) {
  const auto& console = context.console;
  if (auto ok = check_name(options.name); !ok) return console.fail(ok.error());
  auto profile = profile_from(options);
  if (!profile) return console.fail(profile.error());
  if (profile->wallet == WalletType::dev && !profile->chain_id)
    profile->chain_id = kDevChainId;
  ProfileStore store(context.paths);
  if (store.exists(options.name))
    return console.fail(
        Error{Errc::failed, "profile exists already: " + options.name,
              "change it: berth profile set " + options.name + " KEY VALUE"});
  std::string mnemonic;
  if (!options.mnemonic_file.empty()) {
    auto read = read_mnemonic(options.mnemonic_file);
    if (!read) return console.fail(read.error());
    mnemonic = std::move(*read);
  }
  auto created = store.create(options.name, *profile);
  if (!created) return console.fail(created.error());
  if (!mnemonic.empty()) {
    auto put = store.put_mnemonic(options.name, mnemonic);
    if (!put) {
      // Without its keys it is not what was asked for.
      auto undone = store.remove(options.name, false);
      if (!undone) console.fail(undone.error());
      return console.fail(put.error());
    }
  }
  console.progress("created " + options.name + "; start it: berth start " +
                   options.name);
  return 0;
}

int profile_list(bool json, Context& context) {
  const auto& console = context.console;
  ProfileStore store(context.paths);
  auto names = store.names();
  if (!names) return console.fail(names.error());
  int code = 0;
  auto array = nlohmann::ordered_json::array();
  std::vector<std::vector<Cell>> rows;
  for (const auto& name : *names) {
    auto profile = store.load(name);
    if (!profile) {
      code = console.fail(profile.error());
      continue;
    }
    array.push_back(json_of(name, *profile));
    rows.push_back(row_of(name, *profile));
  }
  if (json) {
    console.line(array.dump(2, ' ', true));
    return code;
  }
  console.write(render_table({{"NAME", 7},
                              {"WALLET"},
                              {"CHAIN"},
                              {"PORT"},
                              {"RESTART"},
                              {"AUTOSTART"},
                              {"TITLE"}},
                             rows, console));
  return code;
}

int profile_show(const std::string& name, bool json, Context& context) {
  const auto& console = context.console;
  if (auto ok = check_name(name); !ok) return console.fail(ok.error());
  auto profile = ProfileStore(context.paths).load(name);
  if (!profile) return console.fail(profile.error());
  if (json) {
    console.line(json_of(name, *profile).dump(2, ' ', true));
    return 0;
  }
  for (const auto& [key, value] : fields_of(*profile)) {
    std::string label = key;
    label.resize(12, ' ');
    console.line(label + or_dash(value));
  }
  return 0;
}

int profile_set(const std::string& name, const std::string& key,
                const std::string& value, Context& context) {
  const auto& console = context.console;
  if (auto ok = check_name(name); !ok) return console.fail(ok.error());
  ProfileStore store(context.paths);
  auto profile = store.load(name);
  if (!profile) return console.fail(profile.error());
  if (auto ok = set_field(*profile, key, value); !ok)
    return console.fail(Failure(Exit::usage, ok.error()));
  if (auto ok = store.save(name, *profile); !ok)
    return console.fail(ok.error());
  auto alive = InstanceManager(context.paths).find_alive(name);
  if (alive && *alive)
    console.note(
        "it runs, and takes this up at its next start: berth restart " + name);
  return 0;
}

int profile_rename(const std::string& from, const std::string& to,
                   Context& context) {
  for (const auto* name : {&from, &to})
    if (auto ok = check_name(*name); !ok)
      return context.console.fail(ok.error());
  auto renamed = ProfileStore(context.paths).rename(from, to);
  return renamed ? 0 : context.console.fail(renamed.error());
}

int profile_remove(const ProfileRemoveOptions& options, Context& context) {
  const auto& console = context.console;
  const std::string& name = options.name;
  if (auto ok = check_name(name); !ok) return console.fail(ok.error());
  ProfileStore store(context.paths);
  if (!store.exists(name)) return console.fail(store.load(name).error());
  const std::string data = context.paths.data_of(name).string();
  const std::string what =
      options.data
          ? "remove profile " + name + " and its keys and data in " + data + "?"
          : "remove profile " + name + "? (its data stays in " + data + ")";
  if (!options.yes && !console.can_ask())
    return console.fail(
        Failure(Exit::usage, {Errc::invalid, "not confirmed: remove " + name,
                              "say --yes where nobody can be asked"}));
  if (!options.yes && !console.confirm(what))
    return console.fail(Error{Errc::failed, "not removed: " + name});
  auto removed = store.remove(name, options.data);
  return removed ? 0 : console.fail(removed.error());
}

}  // namespace berth::launcher
