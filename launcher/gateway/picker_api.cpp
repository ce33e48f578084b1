#include "launcher/gateway/picker_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/gateway/admission.h"
#include "launcher/gateway/answers.h"
#include "launcher/gateway/profiles.h"
#include "launcher/gateway/verbs.h"
#include "launcher/gateway/who.h"
#include "launcher/profile_store.h"
#include "registry/base/encoding.h"
#include "registry/base/origin.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kUnavailable = 503;

Response not_granted() {
  return failure(kNotFound,
                 {Errc::not_found, "not granted", "choose a profile"},
                 "not_granted");
}

Response done() { return json_response(json::object()); }

Response nothing_waits() {
  return failure(kNotFound, {Errc::not_found, "nothing of this id waits"});
}

class PickerApi {
 public:
  explicit PickerApi(const GatewayContext& context) : c_(context) {}

  // {"profiles","loopback"}: the last choice first, then the user's default.
  json profiles(const std::string& origin) const {
    auto views = all_profiles(c_.paths);
    if (!views)
      return {{"profiles", json::array()}, {"error", views.error().message}};
    std::map<std::string, std::string> granted;  // profile: since when
    for (const auto& grant : all_grants(c_.paths, *views, c_.access))
      if (grant.origin == origin) granted[grant.profile] = grant.granted_at;
    const auto preferred = ProfileStore(c_.paths).default_name().value_or("");
    const auto rank = [&](const ProfileView& view) {
      const auto& name = view.instance.name;
      const auto found = granted.find(name);
      return std::pair(found == granted.end() ? "" : found->second,
                       name == preferred);
    };
    std::ranges::stable_sort(*views, [&](const auto& a, const auto& b) {
      return rank(a) > rank(b);
    });
    json list = json::array();
    for (const auto& view : *views)
      list.push_back(
          for_person(view, origin, granted.contains(view.instance.name)));
    return {{"profiles", list}, {"loopback", is_loopback_origin(origin)}};
  }

  // What the wallet window of an origin shows.
  json state(const std::string& origin) const {
    json shown = profiles(origin);
    shown["approvals"] = json::array();
    for (const auto& [profile, access] : c_.access.all())
      for (auto question : access.approvals)
        if (question.value("origin", json()) == origin) {
          question["profile"] = profile;
          shown["approvals"].push_back(std::move(question));
        }
    return shown;
  }

  Response list(const Fields& asked) const {
    return json_response(profiles(asked.at("origin")));
  }

  Response events(const Fields& asked) const {
    return state_stream(c_.changes, [this, origin = asked.at("origin")] {
      return state(origin);
    });
  }

  asio::awaitable<Response> choose(Fields asked) const {
    const std::string origin = asked.at("origin");
    auto view = find_running(asked.at("profile"));
    if (auto* refused = std::get_if<Response>(&view))
      co_return std::move(*refused);
    const auto& profile = std::get<ProfileView>(view);
    const json grant{{"origin", origin}};
    auto asking = ask_instance(c_, *profile.instance.record, "POST",
                               "/v1/grants", grant.dump());
    auto answer = co_await std::move(asking);
    if (auto refused = refusal(answer)) co_return std::move(*refused);
    co_return admit(profile, origin);
  }

  asio::awaitable<Response> resume(Fields asked) const {
    const std::string origin = asked.at("origin");
    const auto known = find_by_rdns(asked.at("rdns"), origin);
    if (!known) co_return not_granted();
    auto view = find_running(known->instance.name);
    if (auto* refused = std::get_if<Response>(&view))
      co_return std::move(*refused);
    const auto& profile = std::get<ProfileView>(view);
    // What the instance says now, not what was heard of it last.
    auto asking =
        ask_instance(c_, *profile.instance.record, "GET", "/v1/grants", "");
    auto answer = co_await std::move(asking);
    if (auto refused = refusal(answer)) co_return std::move(*refused);
    const auto body = parse_json(answer->body);
    const json grants =
        body && body->is_object() ? body->value("grants", json()) : json();
    const bool granted = std::ranges::any_of(grants, [&](const json& grant) {
      return grant.is_object() && grant.value("invoker", json()) == origin;
    });
    if (!granted) co_return not_granted();
    co_return admit(profile, origin);
  }

  asio::awaitable<Response> start(Fields asked) const {
    const std::string name = asked.at("profile");
    auto known = find(name);
    if (auto* refused = std::get_if<Response>(&known))
      co_return std::move(*refused);
    auto started = co_await run_verb(c_.programs, Verb::start, name);
    if (!started)
      co_return failure(kUnavailable, started.error(), "unavailable");
    co_return done();
  }

  asio::awaitable<Response> decide(Fields asked) const {
    const std::string name = asked.at("profile");
    const auto& waiting = c_.access.of(name).approvals;
    const bool waits = std::ranges::any_of(waiting, [&](const json& question) {
      return question.value("id", json()) == asked.at("id") &&
             question.value("origin", json()) == asked.at("origin");
    });
    const auto running = c_.running.find(name);
    if (!waits || running == c_.running.end()) co_return nothing_waits();
    const json decision{{"decision", asked.at("decision")}};
    auto asking = ask_instance(c_, running->second, "POST",
                               "/v1/approvals/" + asked.at("id"),
                               decision.dump());
    auto answer = co_await std::move(asking);
    if (auto refused = refusal(answer)) co_return std::move(*refused);
    co_return done();
  }

  asio::awaitable<Response> revoke(Fields asked) const {
    auto view = find_running(asked.at("profile"));
    if (auto* refused = std::get_if<Response>(&view))
      co_return std::move(*refused);
    auto asking = ask_instance(
        c_, *std::get<ProfileView>(view).instance.record, "DELETE",
        "/v1/grants?origin=" + percent_encode(asked.at("origin")), "");
    auto answer = co_await std::move(asking);
    if (auto refused = refusal(answer)) co_return std::move(*refused);
    co_return done();
  }

 private:
  using Found = std::variant<Response, ProfileView>;

  Found find(const std::string& name) const {
    auto view = is_profile_name(name)
                    ? find_profile(c_.paths, name)
                    : Result<ProfileView>(Error{Errc::not_found,
                                                "no such profile: " +
                                                    visible(name),
                                                "see: berth list --all"});
    if (view) return std::move(*view);
    if (view.error().code == Errc::not_found)
      return failure(kNotFound, view.error(), "no_profile");
    return failure(kUnavailable, view.error(), "unavailable");
  }

  Found find_running(const std::string& name) const {
    auto found = find(name);
    if (std::holds_alternative<Response>(found)) return found;
    const auto& view = std::get<ProfileView>(found);
    if (!runs(view))
      return failure(kConflict,
                     {Errc::unavailable, "does not run: " + name,
                      "start it: berth start " + name},
                     "not_running");
    if (view.instance.record->state == registry::State::locked)
      return failure(kConflict,
                     {Errc::unavailable, "is locked: " + name,
                      "unlock it in the wallet, then try again"},
                     "locked");
    return found;
  }

  std::optional<ProfileView> find_by_rdns(const std::string& rdns,
                                          const std::string& origin) const {
    auto views = all_profiles(c_.paths);
    if (!views) return std::nullopt;
    for (auto& view : *views)
      if (!view.looks.label.empty() &&
          provider::rdns_of(view.looks.label, origin) == rdns)
        return std::move(view);
    return std::nullopt;
  }

  Response admit(const ProfileView& profile, const std::string& origin) const {
    const auto admitted = admission(c_, profile, origin);
    if (admitted) return json_response(*admitted);
    return failure(kUnavailable,
                   {Errc::failed, "too many pages connect at once",
                    "try again in a minute"},
                   "unavailable");
  }

  const GatewayContext c_;
};

using Shared = std::shared_ptr<const PickerApi>;
using Now = Response (PickerApi::*)(const Fields&) const;
using Later = asio::awaitable<Response> (PickerApi::*)(Fields) const;

// A request of the picker's page: who asks, its fields, and an origin that is
// one where there is any.
std::variant<Response, Fields> read(const GatewayContext& context,
                                    const Request& request,
                                    const Keys& keys) {
  if (auto refused = refuse_picker(context, request))
    return std::move(*refused);
  auto fields = read_fields(request.body, keys);
  if (!fields) return failure(400, fields.error());
  const auto origin = fields->find("origin");
  if (origin != fields->end() && !is_origin(origin->second))
    return failure(400, {Errc::invalid, "no origin: " + visible(origin->second)});
  // What names no origin is the popup's own.
  const auto wait = context.requests.take(
      origin == fields->end() ? std::string() : origin->second);
  if (wait) return too_often(*wait);
  return std::move(*fields);
}

asio::awaitable<Response> serve(Shared api, Now member, Fields fields) {
  co_return ((*api).*member)(fields);
}

asio::awaitable<Response> serve(Shared api, Later member, Fields fields) {
  auto work = ((*api).*member)(std::move(fields));
  auto response = co_await std::move(work);
  co_return response;
}

template <class Member>
void add(http::Router& router, const Shared& api,
         const GatewayContext& context, const std::string& name, Keys keys,
         Member member) {
  router.add("POST", "/v1/picker/" + name,
             [api, context, keys, member](Request request) {
               auto fields = read(context, request, keys);
               if (auto* refused = std::get_if<Response>(&fields))
                 return give(std::move(*refused));
               return serve(api, member, std::move(std::get<Fields>(fields)));
             });
}

}  // namespace

void add_picker_api(http::Router& router, const GatewayContext& context) {
  const auto api = std::make_shared<const PickerApi>(context);
  add(router, api, context, "profiles", {"origin"}, &PickerApi::list);
  add(router, api, context, "events", {"origin"}, &PickerApi::events);
  add(router, api, context, "choose", {"origin", "profile"},
      &PickerApi::choose);
  add(router, api, context, "resume", {"origin", "rdns"}, &PickerApi::resume);
  add(router, api, context, "start", {"profile"}, &PickerApi::start);
  add(router, api, context, "decide", {"origin", "profile", "id", "decision"},
      &PickerApi::decide);
  add(router, api, context, "revoke", {"origin", "profile"},
      &PickerApi::revoke);
}

}  // namespace berth::launcher
