#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/talk/run.h"
#include "launcher/talk/talk.h"
#include "provider/client/directory.h"
#include "provider/client/http.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::talk {
namespace {

using nlohmann::json;

struct Access {
  provider::Instance instance;
  std::string token;  // may connect and call, not administer
};

Result<std::string> token_in(const provider::HttpAnswer& answer,
                             const std::string& name) {
  const auto body = parse_json(answer.body);
  const bool given = answer.status / 100 == 2 && body && body->is_object() &&
                     body->contains("token") && (*body)["token"].is_string();
  if (given) return (*body)["token"].get<std::string>();
  return Error{
      Errc::failed,
      "gave no token (HTTP " + std::to_string(answer.status) + "): " + name,
      "it gives a few and takes none back; berth restart " + name};
}

asio::awaitable<Result<Access>> get_access(std::string name, Timers& timers) {
  auto record = provider::running_record(name);
  if (!record) co_return record.error();
  provider::HttpRequest request;
  request.record = *record;
  request.verb = "POST";
  request.target = "/v1/tokens";
  request.body = R"({"scope":"connect"})";
  auto answer =
      co_await provider::call(std::move(request), timers, kConnectLimit);
  if (!answer) co_return answer.error();
  auto token = token_in(*answer, name);
  if (!token) co_return token.error();
  Access access{provider::to_instance(*record), std::move(*token)};
  co_return access;
}

void set_environment(const Access& access) {
  ::setenv("BERTH_NAME", access.instance.name.c_str(), 1);
  ::setenv("BERTH_URL", access.instance.url.c_str(), 1);
  ::setenv("BERTH_WS_URL", access.instance.ws_url.c_str(), 1);
  ::setenv("BERTH_TOKEN", access.token.c_str(), 1);
}

}  // namespace

int exec(const std::string& name, const std::vector<std::string>& command) {
  auto access = run([&](Timers& timers) { return get_access(name, timers); });
  if (!access) {
    report(access.error());
    return kExecFailed;
  }
  set_environment(*access);
  std::vector<char*> argv;
  for (const auto& argument : command)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  const int err = errno;
  report({Errc::failed,
          std::string(std::strerror(err)) + ": " + command.front(),
          {}});
  return err == ENOENT ? kNoSuchCommand : kNotExecutable;
}

}  // namespace berth::talk
