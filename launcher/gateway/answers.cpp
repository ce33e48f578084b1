#include "launcher/gateway/answers.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

// What instances and files say may be no UTF-8 everywhere.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

struct Stream {
  Changes& changes;
  std::function<json()> look;
  std::optional<std::uint64_t> seen;
  std::string last;
};

asio::awaitable<std::optional<std::string>> next(
    std::shared_ptr<Stream> stream) {
  for (;;) {
    if (stream->seen) co_await stream->changes.after(*stream->seen);
    stream->seen = stream->changes.revision();
    std::string text = "event: state\ndata: " + dump(stream->look()) + "\n\n";
    if (text == stream->last) continue;
    stream->last = text;
    co_return text;
  }
}

}  // namespace

Result<Fields> read_fields(const std::string& body, const Keys& keys) {
  std::string wanted;
  for (const auto* key : keys)
    wanted += std::string(wanted.empty() ? "" : ", ") + key;
  const Error wrong{Errc::invalid,
                    "send a JSON object of these strings: " + wanted};
  const auto parsed = parse_json(body);
  if (!parsed || !parsed->is_object() || parsed->size() != keys.size())
    return wrong;
  Fields fields;
  for (const auto* key : keys) {
    const auto found = parsed->find(key);
    if (found == parsed->end() || !found->is_string()) return wrong;
    fields[key] = found->get<std::string>();
  }
  return fields;
}

http::Response json_response(const json& body) { return {200, dump(body)}; }

asio::awaitable<http::Response> give(http::Response response) {
  co_return response;
}

http::Response failure(int status, const Error& error,
                       const std::string& code) {
  json body{{"error", error.message}, {"hint", error.hint}};
  if (!code.empty()) body["code"] = code;
  return {status, dump(body)};
}

http::Response too_often(std::chrono::milliseconds wait) {
  return http::too_many_requests(wait, "this page asks Berth too often");
}

std::optional<http::Response> refusal(
    const Result<provider::HttpAnswer>& answer) {
  if (!answer) return failure(503, answer.error(), "unavailable");
  const auto refused = provider::refusal_of(*answer);
  if (!refused) return std::nullopt;
  if (refused->code == Errc::failed) return failure(503, *refused, "unavailable");
  return failure(answer->status, *refused);
}

http::Response state_stream(Changes& changes, std::function<json()> look) {
  auto stream = std::make_shared<Stream>(
      Stream{changes, std::move(look), std::nullopt, {}});
  http::Response response;
  response.content_type = "text/event-stream";
  response.chunks = [stream] { return next(stream); };
  return response;
}

}  // namespace berth::launcher
