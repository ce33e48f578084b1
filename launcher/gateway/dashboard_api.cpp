#include "launcher/gateway/dashboard_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "launcher/gateway/answers.h"
#include "launcher/gateway/profiles.h"
#include "launcher/gateway/verbs.h"
#include "launcher/gateway/who.h"
#include "launcher/log_tail.h"
#include "provider/client/grants_file.h"
#include "registry/base/encoding.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

constexpr std::size_t kDefaultLines = 200;
constexpr std::size_t kMostLines = 2000;

Response no_profile(const std::string& name) {
  return failure(404,
                 {Errc::not_found, "no such profile: " + visible(name),
                  "see: berth list --all"},
                 "no_profile");
}

Response not_running(const std::string& name) {
  return failure(409,
                 {Errc::unavailable, "does not run: " + visible(name),
                  "start it: berth start NAME"},
                 "not_running");
}

Response not_granted(const std::string& origin) {
  return failure(404, {Errc::not_found, "not granted anything: " + visible(origin)});
}

Response no_origin() {
  return failure(400, {Errc::invalid, "name one ?origin="});
}

Response old_code() {
  return failure(403, {Errc::denied, "this code is used up or too old",
                       "run again: berth ui"});
}

class DashboardApi {
 public:
  explicit DashboardApi(const GatewayContext& context) : c_(context) {}

  json state() const {
    json shown{{"version", BERTH_VERSION},
               {"port", c_.self.endpoint.port},
               {"instances", json::array()},
               {"approvals", json::array()},
               {"grants", json::array()}};
    auto views = all_profiles(c_.paths);
    if (!views) {
      shown["error"] = views.error().message;
      return shown;
    }
    for (const auto& view : *views) {
      json item = for_dashboard(view);
      const auto reason = c_.reasons.find(view.instance.name);
      item["reason"] =
          reason == c_.reasons.end() ? json() : json(reason->second);
      shown["instances"].push_back(std::move(item));
    }
    for (const auto& [profile, access] : c_.access.all())
      for (auto question : access.approvals) {
        question["profile"] = profile;
        shown["approvals"].push_back(std::move(question));
      }
    for (auto& view : all_grants(c_.paths, *views, c_.access)) {
      json item = std::move(view.grant);
      item["profile"] = view.profile;
      shown["grants"].push_back(std::move(item));
    }
    return shown;
  }

  asio::awaitable<Response> show(Request) const {
    co_return json_response(state());
  }

  asio::awaitable<Response> events(Request) const {
    co_return state_stream(c_.changes, [this] { return state(); });
  }

  template <Verb verb>
  asio::awaitable<Response> act(Request request) const {
    const std::string name = request.parameters[0];
    if (!is_profile_name(name)) co_return no_profile(name);
    auto done = co_await run_verb(c_.programs, verb, name);
    c_.changes.bump();
    if (!done) co_return failure(409, done.error());
    co_return json_response(json::object());
  }

  asio::awaitable<Response> logs(Request request) const {
    const std::string name = request.parameters[0];
    if (!is_profile_name(name)) co_return no_profile(name);
    const auto wanted = request.query_parameter("lines").value_or("");
    std::size_t lines = kDefaultLines;
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), lines);
    auto last = last_lines(c_.paths.log_file(name),
                           std::min(lines, kMostLines));
    if (!last && last.error().code != Errc::not_found)
      co_return failure(503, last.error());
    const json body{{"lines", last ? json(*last) : json::array()}};
    co_return json_response(body);
  }

  asio::awaitable<Response> decide(Request request) const {
    const auto decision = read_fields(request.body, {"decision"});
    if (!decision) co_return failure(400, decision.error());
    co_return co_await pass(request.parameters[0], "POST",
                            "/v1/approvals/" + request.parameters[1],
                            request.body);
  }

  asio::awaitable<Response> revoke(Request request) const {
    const auto origin = request.query_parameter("origin");
    if (!origin) co_return no_origin();
    const std::string name = request.parameters[0];
    if (!is_profile_name(name)) co_return no_profile(name);
    if (!c_.running.contains(name)) co_return forget(name, *origin);
    co_return co_await pass(name, "DELETE",
                            "/v1/grants?origin=" + percent_encode(*origin), "");
  }

  asio::awaitable<Response> make_code(Request) const {
    const json body{{"code", c_.sign_in.make_code()},
                    {"url", c_.own_host.origin() + "/"}};
    co_return json_response(body);
  }

  asio::awaitable<Response> sign_in(Request request) const {
    const auto asked = read_fields(request.body, {"code"});
    if (!asked) co_return failure(400, asked.error());
    auto session = c_.sign_in.exchange(asked->at("code"));
    if (!session) co_return c_.guesses.refuse(old_code());
    const json body{{"session", *session}};
    co_return json_response(body);
  }

  asio::awaitable<Response> sign_out(Request request) const {
    c_.sign_in.end(bearer_of(request));
    co_return json_response(json::object());
  }

 private:
  // Of a profile that does not run.
  Response forget(const std::string& name, const std::string& origin) const {
    const auto forgotten = provider::forget_grant(c_.paths, name, origin);
    if (!forgotten) return failure(409, forgotten.error());
    if (!*forgotten) return not_granted(origin);
    c_.changes.bump();
    return json_response(json::object());
  }

  // Has a running instance do it.
  asio::awaitable<Response> pass(std::string name, std::string verb,
                                 std::string target, std::string body) const {
    const auto running = c_.running.find(name);
    if (running == c_.running.end()) co_return not_running(name);
    auto answer =
        co_await ask_instance(c_, running->second, std::move(verb),
                              std::move(target), std::move(body));
    if (auto refused = refusal(answer)) co_return std::move(*refused);
    co_return json_response(json::object());
  }

  const GatewayContext c_;
};

using Shared = std::shared_ptr<const DashboardApi>;
using Member = asio::awaitable<Response> (DashboardApi::*)(Request) const;
using Refuse = std::optional<Response> (*)(const GatewayContext&,
                                           const Request&);

asio::awaitable<Response> serve(Shared api, Member member, Request request,
                                std::optional<Response> refused) {
  if (refused) co_return std::move(*refused);
  auto work = ((*api).*member)(std::move(request));
  auto response = co_await std::move(work);
  co_return response;
}

}  // namespace

void add_dashboard_api(http::Router& router, const GatewayContext& context) {
  const auto api = std::make_shared<const DashboardApi>(context);
  const auto add = [&](Refuse refuse, const char* verb, const char* path,
                       Member member) {
    router.add(verb, path, [api, context, refuse, member](Request request) {
      auto refused = refuse(context, request);
      return serve(api, member, std::move(request), std::move(refused));
    });
  };
  add(refuse_program, "POST", "/v1/codes", &DashboardApi::make_code);
  add(refuse_foreign, "POST", "/v1/session", &DashboardApi::sign_in);
  add(refuse_dashboard, "DELETE", "/v1/session", &DashboardApi::sign_out);
  add(refuse_dashboard, "GET", "/v1/state", &DashboardApi::show);
  add(refuse_dashboard, "GET", "/v1/events", &DashboardApi::events);
  add(refuse_dashboard, "POST", "/v1/instances/{}/start",
      &DashboardApi::act<Verb::start>);
  add(refuse_dashboard, "POST", "/v1/instances/{}/stop",
      &DashboardApi::act<Verb::stop>);
  add(refuse_dashboard, "POST", "/v1/instances/{}/restart",
      &DashboardApi::act<Verb::restart>);
  add(refuse_dashboard, "GET", "/v1/instances/{}/logs", &DashboardApi::logs);
  add(refuse_dashboard, "POST", "/v1/approvals/{}/{}", &DashboardApi::decide);
  add(refuse_dashboard, "DELETE", "/v1/grants/{}", &DashboardApi::revoke);
}

}  // namespace berth::launcher
