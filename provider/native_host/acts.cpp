#include "provider/native_host/acts.h"

#include "provider/client/berth_program.h"
#include "provider/client/dial.h"
#include "provider/client/grants_file.h"
#include "provider/client/hello.h"
#include "provider/client/http.h"
#include "provider/client/page_info.h"
#include "registry/base/encoding.h"

namespace berth::native_host {
namespace {

using nlohmann::json;
using registry::Record;

constexpr bool kCheckPeer = true;

Answer done() { return json{{"type", "done"}}; }

// One request to an instance that runs; any answer but a refusal.
asio::awaitable<Result<void>> ask(ActContext context, Record record,
                                  std::string verb, std::string target,
                                  std::string body) {
  provider::HttpRequest request;
  request.record = std::move(record);
  request.verb = std::move(verb);
  request.target = std::move(target);
  request.body = std::move(body);
  request.check_peer = kCheckPeer;
  auto answer = co_await provider::call(std::move(request), context.timers,
                                        provider::kCallLimit);
  if (!answer) co_return answer.error();
  auto refused = provider::refusal_of(*answer);
  if (refused) co_return *refused;
  co_return Result<void>();
}

Refusal locked(const std::string& profile) {
  return {"locked",
          {Errc::unavailable, "is locked: " + profile,
           "unlock it in the wallet, then try again"}};
}

// Of a profile that does not run.
Answer forget(ActContext context, const Fields& fields) {
  const auto forgotten = provider::forget_grant(
      context.paths, fields.at("profile"), fields.at("origin"));
  if (!forgotten) return Refusal(forgotten.error());
  if (*forgotten) return done();
  return Refusal(Error(Errc::not_found,
                       "not granted anything: " + fields.at("origin"),
                       "see: berth grants " + fields.at("profile")));
}

asio::awaitable<Answer> run(ActContext context, const char* verb,
                            json message) {
  auto fields = read_fields(message, {"name"});
  if (!fields) co_return Refusal(fields.error());
  std::vector<std::string> arguments{verb, fields->at("name")};
  auto ended =
      co_await provider::run_berth(context.tasks, std::move(arguments));
  if (!ended) co_return Refusal(ended.error());
  co_return done();
}

}  // namespace

asio::awaitable<Answer> grant(ActContext context, json message) {
  auto fields = read_fields(message, {"profile", "origin"});
  if (!fields) co_return Refusal(fields.error());
  const std::string origin = fields->at("origin");
  auto record = context.directory.record(fields->at("profile"));
  if (!record) co_return Refusal(record.error());
  if (record->state == registry::State::locked) co_return locked(record->name);
  const json body{{"origin", origin}};
  auto asking = ask(context, *record, "POST", "/v1/grants", body.dump());
  auto granted = co_await std::move(asking);
  if (!granted) co_return Refusal(granted.error());
  json answer{{"type", "done"}};
  answer["info"] = provider::info_for_page(provider::looks_of(*record), origin);
  co_return answer;
}

asio::awaitable<Answer> revoke(ActContext context, json message) {
  auto fields = read_fields(message, {"profile", "origin"});
  if (!fields) co_return Refusal(fields.error());
  auto record = context.directory.record(fields->at("profile"));
  if (!record && record.error().code == Errc::not_found)
    co_return forget(context, *fields);
  if (!record) co_return Refusal(record.error());
  auto asking =
      ask(context, *record, "DELETE",
          "/v1/grants?origin=" + percent_encode(fields->at("origin")), "");
  auto revoked = co_await std::move(asking);
  if (!revoked) co_return Refusal(revoked.error());
  co_return done();
}

asio::awaitable<Answer> decide(ActContext context, json message) {
  auto fields = read_fields(message, {"profile", "question", "decision"});
  if (!fields) co_return Refusal(fields.error());
  auto record = context.directory.record(fields->at("profile"));
  if (!record) co_return Refusal(record.error());
  const json body{{"decision", fields->at("decision")}};
  auto asking = ask(context, *record, "POST",
                    "/v1/approvals/" + percent_encode(fields->at("question")),
                    body.dump());
  auto decided = co_await std::move(asking);
  if (!decided) co_return Refusal(decided.error());
  co_return done();
}

asio::awaitable<Answer> hello(ActContext context, json message) {
  auto fields = read_fields(message, {"profile", "origin"});
  if (!fields) co_return Refusal(fields.error());
  const std::string origin = fields->at("origin");
  auto record = context.directory.record(fields->at("profile"));
  if (!record) co_return Refusal(record.error());
  auto begun = provider::Hello::begin(*record);
  if (!begun) co_return Refusal(begun.error());
  // The browser does not ask whose program it dials.
  auto safe = provider::check_endpoint(*record, kCheckPeer);
  if (!safe) co_return Refusal(safe.error());
  json answer{{"type", "hello"}};
  answer["info"] = provider::info_for_page(provider::looks_of(*record), origin);
  answer["url"] = provider::to_instance(*record).ws_url;
  answer["protocols"] = begun->offer(origin);
  answer["proof"] = begun->server_proof();
  co_return answer;
}

asio::awaitable<Answer> start(ActContext context, json message) {
  return run(context, "start", std::move(message));
}

asio::awaitable<Answer> stop(ActContext context, json message) {
  return run(context, "stop", std::move(message));
}

}  // namespace berth::native_host
