#include "provider/client/access_watch.h"

#include <algorithm>
#include <optional>

#include "provider/client/http.h"
#include "registry/base/log.h"
#include "registry/base/strict_json.h"

namespace berth::provider {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// An instance answers when something changes, which may be never. Asking anew
// once a day costs nothing, and no request waits for ever.
constexpr auto kAnswerLimit = 24h;
// After an answer that was none: it is not ready yet, or stopped (SIGSTOP).
constexpr auto kPause = 2s;
// After every answer: whoever answers without an end does not keep us busy, and
// a person sees no difference.
constexpr auto kRest = 100ms;
// Documents of typed data nest deep, and are wrapped once more.
constexpr std::size_t kMaxDepth = 64;

struct Told {
  std::uint64_t revision = 0;
  Access access;
};

bool is_question(const json& item) {
  if (!item.is_object()) return false;
  const auto is_text = [&](const char* key) {
    return item.contains(key) && item[key].is_string();
  };
  return is_text("id") && is_text("kind") &&
         (is_text("origin") || item.value("origin", json()).is_null());
}

json questions_of(const json& list) {
  json questions = json::array();
  for (const auto& item : list)
    if (is_question(item)) questions.push_back(item);
  return questions;
}

// nullopt: it is no answer to the question.
std::optional<Told> read(const HttpAnswer& answer) {
  if (answer.status != 200) return std::nullopt;
  auto body = parse_json(answer.body, kMaxDepth);
  if (!body || !body->is_object()) return std::nullopt;
  const auto has = [&](const char* key, bool (json::*is)() const noexcept) {
    return body->contains(key) && ((*body)[key].*is)();
  };
  if (!has("revision", &json::is_number_unsigned) ||
      !has("approvals", &json::is_array) || !has("grants", &json::is_array))
    return std::nullopt;
  return Told{(*body)["revision"],
              {questions_of((*body)["approvals"]),
               std::move((*body)["grants"])}};
}

}  // namespace

AccessWatch::AccessWatch(asio::any_io_executor executor, Timers& timers,
                         std::function<void()> on_change,
                         OnQuestion on_question, bool check_peers)
    : timers_(timers),
      on_change_(std::move(on_change)),
      on_question_(std::move(on_question)),
      check_peers_(check_peers),
      tasks_(std::move(executor),
             log::failure("watching an instance's questions failed")) {}

void AccessWatch::watch(const std::vector<registry::Record>& running) {
  auto before = std::exchange(watched_, {});
  for (const auto& record : running) {
    if (record.level < 2) continue;
    const auto known = before.find(record.name);
    if (known != before.end() && known->second.id == record.id) {
      watched_.insert(before.extract(known));
      continue;
    }
    watched_[record.name] = {record.id, ++count_};
    told_.erase(record.name);  // what an earlier run said
    tasks_.spawn(follow(record, count_));
  }
  const auto gone = std::erase_if(told_, [&](const auto& item) {
    return !watched_.contains(item.first);
  });
  if (gone > 0) on_change_();
}

const Access& AccessWatch::of(const std::string& profile) const {
  static const Access kNothing;
  const auto found = told_.find(profile);
  return found == told_.end() ? kNothing : found->second;
}

bool AccessWatch::is_watched(const std::string& profile,
                             std::uint64_t number) const {
  const auto found = watched_.find(profile);
  return found != watched_.end() && found->second.number == number;
}

asio::awaitable<void> AccessWatch::follow(registry::Record record,
                                          std::uint64_t number) {
  HttpRequest request;
  request.record = record;
  request.verb = "GET";
  request.target = "/v1/access";
  request.check_peer = check_peers_;
  std::optional<std::uint64_t> revision;
  while (is_watched(record.name, number)) {
    HttpRequest asked = request;
    auto answer =
        co_await call(std::move(asked), timers_, kAnswerLimit);
    if (!is_watched(record.name, number)) co_return;
    auto told = answer ? read(*answer) : std::nullopt;
    if (told && told->revision != revision) {
      revision = told->revision;
      request.target = "/v1/access?after=" + std::to_string(*revision);
      take(record.name, std::move(told->access));
      co_await sleep_for(timers_, kRest);
      continue;
    }
    // Another program's wallet, which knows no such request.
    if (answer && answer->status == 404) co_return;
    revision.reset();
    request.target = "/v1/access";
    log::debug("no questions can be read of " + record.name + ": " +
               (answer ? "HTTP " + std::to_string(answer->status)
                       : answer.error().message));
    co_await sleep_for(timers_, kPause);
  }
}

void AccessWatch::take(const std::string& profile, Access access) {
  const json before = std::exchange(told_[profile], std::move(access)).approvals;
  const json now = told_[profile].approvals;
  on_change_();
  if (!on_question_) return;
  for (const auto& question : now)
    if (std::find(before.begin(), before.end(), question) == before.end())
      on_question_(profile, question);
}

asio::awaitable<void> AccessWatch::stop() {
  watched_.clear();
  tasks_.cancel();
  co_await tasks_.wait();
}

}  // namespace berth::provider
