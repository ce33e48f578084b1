// Verbs for what instances ask their user, and whom they have granted.
#include "launcher/cli_parts.h"

namespace berth::launcher {
namespace {

void add_decision(CLI::App& app, Action& action, const char* verb,
                  const char* help,
                  int (*run)(const DecideOptions&, Context&)) {
  const auto c = add<DecideOptions>(app, verb, help);
  c.app->add_option("ID", c->id, "as berth approvals shows it")->required();
  c.flag("--yes", c->yes, "do not ask");
  c.does(action, run);
}

}  // namespace

void add_access(CLI::App& app, Action& action) {
  const auto questions = add<ApprovalsOptions>(
      app, "approvals", "questions of wallets that wait for you");
  questions.flag("--json", questions->json, "as a JSON array");
  questions.flag("--watch", questions->watch,
                 "go on; with --json one event a line");
  questions.does(action, approvals);
  add_decision(app, action, "approve", "show a question and say yes", approve);
  add_decision(app, action, "deny", "show a question and say no", deny);
  const auto all = add<GrantsOptions>(
      app, "grants", "which web pages may use which profile");
  all.app->add_option("NAME", all->name, "of one profile; else of all");
  all.flag("--json", all->json, "as a JSON array");
  all.does(action, grants);
  const auto one = add<RevokeOptions>(
      app, "revoke", "take a page's grant away, at once");
  one.app->add_option("NAME", one->name, "a profile, by name")->required();
  one.app->add_option("ORIGIN", one->origin, "https://app.example")
      ->required();
  one.does(action, revoke);
}

}  // namespace berth::launcher
