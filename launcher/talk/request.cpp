#include <nlohmann/json.hpp>

#include "launcher/talk/each.h"
#include "launcher/talk/talk.h"
#include "provider/client/directory.h"
#include "provider/client/http.h"
#include "registry/base/strict_json.h"

namespace berth::talk {
namespace {

using nlohmann::json;

// Documents of typed data nest deep, and are wrapped once more.
constexpr std::size_t kMaxDepth = 64;

json failure(const Error& error) {
  return {{"error", error.message}, {"hint", error.hint}};
}

asio::awaitable<json> ask(provider::HttpRequest request, std::string name,
                          Timers& timers) {
  auto record = provider::running_record(name);
  if (!record) co_return failure(record.error());
  request.record = std::move(*record);
  auto answer =
      co_await provider::call(std::move(request), timers, provider::kCallLimit);
  if (!answer) co_return failure(answer.error());
  auto body = parse_json(answer->body, kMaxDepth);
  if (!body) co_return failure(body.error());
  json told{{"status", answer->status}, {"body", std::move(*body)}};
  co_return told;
}

}  // namespace

int request(RequestArguments arguments) {
  provider::HttpRequest request;
  request.verb = arguments.verb;
  request.target = arguments.target;
  request.body = arguments.body;
  return print_each(arguments.names, [request](std::string name,
                                               Timers& timers) {
    return ask(request, std::move(name), timers);
  });
}

}  // namespace berth::talk
