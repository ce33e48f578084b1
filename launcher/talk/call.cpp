#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/talk/run.h"
#include "launcher/talk/talk.h"
#include "provider/client/connection.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::talk {
namespace {

using nlohmann::json;

Result<json> parse_params(const std::string& text) {
  auto params = parse_json(text);
  if (!params)
    return Error{
        Errc::invalid,
        "PARAMS-JSON is no JSON, " + params.error().message + ": " + text,
        "for example: '[\"0x0\", \"latest\"]'"};
  if (!params->is_array() && !params->is_object())
    return Error{Errc::invalid,
                 "PARAMS-JSON is neither an array nor an object: " + text,
                 "put it in brackets: '[" + text + "]'"};
  return params;
}

// Escaped to ASCII: whatever the result holds is harmless on a terminal, and
// still the same JSON.
void print(const json& result) {
  const int indent = ::isatty(STDOUT_FILENO) != 0 ? 2 : -1;
  std::cout << result.dump(indent, ' ', /*ensure_ascii=*/true) << '\n';
}

int report(const provider::RpcError& error, const std::string& method) {
  std::cerr << "berth: " << visible(error.message) << " (" << error.code
            << "): " << visible(method) << '\n';
  return kFailed;
}

asio::awaitable<int> ask(CallArguments arguments, json params, Timers& timers) {
  provider::ConnectOptions options;
  options.instance = arguments.name;
  const auto connect_limit =
      std::min<Timers::Clock::duration>(kConnectLimit, arguments.limit);
  auto connection =
      co_await provider::connect(std::move(options), timers, connect_limit);
  if (!connection) co_return talk::report(connection.error());
  auto request = (*connection)->request(arguments.method, std::move(params));
  auto answer =
      co_await with_deadline(std::move(request), timers, arguments.limit);
  if (!answer)
    co_return talk::report(
        {Errc::timed_out,
         "no answer in time, the request was withdrawn: " + arguments.method,
         "it may wait for an approval: berth approvals"});
  if (!*answer) co_return report(answer->error(), arguments.method);
  print(**answer);
  co_return 0;
}

}  // namespace

int call(CallArguments arguments) {
  auto params = parse_params(arguments.params);
  if (!params) return report(params.error());
  return run([&](Timers& timers) {
    return ask(std::move(arguments), std::move(*params), timers);
  });
}

}  // namespace berth::talk
