#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "launcher/commands/commands.h"
#include "launcher/instance_requests.h"
#include "launcher/table.h"
#include "registry/base/clock.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

// A question waits for minutes; each look asks every instance.
constexpr auto kLookAgain = std::chrono::seconds(1);

// A text from outside, made visible; empty where there is none.
std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? visible(found->get<std::string>())
             : std::string();
}

// One question of an instance: what it says of it, from outside.
struct Waiting {
  std::string instance;
  json question;

  [[nodiscard]] std::string text(const char* key) const {
    return text_of(question, key);
  }
  [[nodiscard]] std::string from() const {
    const auto origin = text("origin");
    return origin.empty() ? "own program" : origin;
  }
  [[nodiscard]] json to_json() const {
    json whole = question;
    whole["name"] = instance;
    return whole;
  }
};

struct Found {
  std::vector<Waiting> waiting;
  std::vector<Error> failures;  // of instances that did not tell
};

Result<Found> look(const Context& context) {
  auto names = running_names(context.paths);
  if (!names) return names.error();
  auto answers = ask_instances({"GET", "/v1/approvals", ""}, *names);
  if (!answers) return answers.error();
  Found found;
  for (const auto& name : *names) {
    auto body = body_of(*answers, name);
    if (!body) {
      found.failures.push_back(body.error());
      continue;
    }
    for (const auto& question : body->value("approvals", json::array()))
      if (question.is_object()) found.waiting.push_back({name, question});
  }
  return found;
}

std::string age_of(const Waiting& waiting) {
  const auto asked_at = from_rfc3339(waiting.text("asked_at"));
  if (!asked_at) return "-";
  return human_duration(std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now() - *asked_at));
}

std::string table_of(const std::vector<Waiting>& all, const Console& console) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& waiting : all) {
    const auto account = waiting.text("account");
    rows.push_back({{waiting.text("id")},
                    {waiting.instance},
                    {waiting.text("kind")},
                    {account.empty() ? "-" : account},
                    {age_of(waiting)},
                    {waiting.from()}});
  }
  return render_table(
      {{"ID"}, {"NAME", 7}, {"ASKS"}, {"ACCOUNT"}, {"AGE"}, {"FROM"}}, rows,
      console);
}

int tell_failures(const Found& found, const Console& console) {
  int code = 0;
  for (const auto& failure : found.failures) code = console.fail(failure);
  return code;
}

int watch_approvals(bool as_json, Context& context) {
  const auto& console = context.console;
  std::map<std::string, json> told;  // by id
  for (;;) {
    auto found = look(context);
    if (!found) return console.fail(found.error());
    std::map<std::string, json> now;
    for (const auto& waiting : found->waiting)
      now[waiting.text("id")] = waiting.to_json();
    const auto tell = [&](const char* event, const json& question) {
      const json line{{"event", event}, {"approval", question}};
      console.line(line.dump(-1, ' ', true));
    };
    if (as_json) {
      for (const auto& [id, question] : told)
        if (!now.contains(id)) tell("removed", question);
      for (const auto& [id, question] : now)
        if (!told.contains(id)) tell("added", question);
    } else {
      // ECMA-48: home, then erase what follows.
      console.write(console.is_terminal() ? "\x1b[H\x1b[J" : "");
      console.write(table_of(found->waiting, console));
    }
    std::fflush(stdout);  // for who reads it line by line
    told = std::move(now);
    std::this_thread::sleep_for(kLookAgain);
  }
}

void print_labelled(const std::string& key, const std::string& value,
                    const Console& console) {
  std::string label = "  " + visible(key);
  label.resize(std::max<std::size_t>(label.size(), 20), ' ');
  console.line(label + "  " + value);
}

// Which call of a contract the instance knows the transaction to be.
void print_call(const json& call, const Console& console) {
  console.line("calls     " + text_of(call, "function"));
  for (const auto& argument : call.value("arguments", json::array()))
    print_labelled(text_of(argument, "name"), text_of(argument, "value"),
                   console);
  if (const auto note = text_of(call, "note"); !note.empty())
    console.line("  (" + note + ")");
}

// Strings as they are but visible, everything else as JSON in ASCII.
void print_content(const json& content, const Console& console) {
  if (!content.is_object()) {
    console.line(content.dump(2, ' ', true));
    return;
  }
  for (const auto& [key, value] : content.items())
    print_labelled(key,
                   value.is_string() ? visible(value.get<std::string>())
                                     : value.dump(2, ' ', true),
                   console);
}

void print(const Waiting& waiting, const Console& console) {
  console.line("profile   " + waiting.instance);
  console.line("from      " + waiting.from());
  console.line("asks for  " + waiting.text("kind") + " (" +
               waiting.text("method") + ")");
  for (const auto& [label, key] : {std::pair{"account   ", "account"},
                                   std::pair{"chain     ", "chain_id"}})
    if (!waiting.text(key).empty()) console.line(label + waiting.text(key));
  json content = waiting.question.value("content", json());
  // Of other kinds the content is the page's own to the last member.
  if (waiting.text("kind") == "transaction" && content.contains("decoded")) {
    if (content["decoded"].is_object()) print_call(content["decoded"], console);
    content.erase("decoded");
  }
  print_content(content, console);
  std::fflush(stdout);  // before it is asked on stderr
}

Error gone(const std::string& id) {
  return {Errc::failed, "no such question waits: " + id,
          "it was decided, withdrawn or took too long; see: berth approvals"};
}

Outcome<Waiting> find(const std::string& id, const Context& context) {
  auto found = look(context);
  if (!found) return found.error();
  for (auto& waiting : found->waiting)
    if (waiting.text("id") == id) return std::move(waiting);
  if (!found->failures.empty()) return found->failures.front();
  return gone(id);
}

int decide(const DecideOptions& options, const std::string& decision,
           Context& context) {
  const auto& console = context.console;
  auto waiting = find(options.id, context);
  if (!waiting) return console.fail(waiting.error());
  print(*waiting, console);
  if (!options.yes && !console.can_ask())
    return console.fail(
        Failure(Exit::usage,
                {Errc::invalid, "not confirmed: " + decision + " " + options.id,
                 "say --yes where nobody can be asked"}));
  if (!options.yes && !console.confirm(decision + " this?"))
    return console.fail(Error{Errc::failed, "not decided: " + options.id});
  const InstanceRequest request{"POST", "/v1/approvals/" + waiting->text("id"),
                                json{{"decision", decision}}.dump()};
  auto answers = ask_instances(request, {waiting->instance});
  if (!answers) return console.fail(answers.error());
  auto body = body_of(*answers, waiting->instance);
  if (body) return 0;
  return console.fail(body.error().code == Errc::not_found ? gone(options.id)
                                                           : body.error());
}

}  // namespace

int approvals(const ApprovalsOptions& options, Context& context) {
  const auto& console = context.console;
  if (options.watch) return watch_approvals(options.json, context);
  auto found = look(context);
  if (!found) return console.fail(found.error());
  if (options.json) {
    auto array = json::array();
    for (const auto& waiting : found->waiting)
      array.push_back(waiting.to_json());
    console.line(array.dump(2, ' ', true));
  } else {
    console.write(table_of(found->waiting, console));
  }
  return tell_failures(*found, console);
}

int approve(const DecideOptions& options, Context& context) {
  return decide(options, "approve", context);
}

int deny(const DecideOptions& options, Context& context) {
  return decide(options, "deny", context);
}

}  // namespace berth::launcher
