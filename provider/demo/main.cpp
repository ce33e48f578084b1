// berth-demo NAME: a native dApp. Finds the instance in the registry, has it
// prove itself, asks for a signature and checks whose it is.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "provider/client/connection.h"
#include "provider/client/directory.h"
#include "provider/demo/recover.h"
#include "registry/base/encoding.h"
#include "registry/base/random.h"
#include "registry/base/text.h"
#include "registry/file_registry.h"
#include "registry/paths.h"

namespace {

using namespace berth;
using namespace berth::provider;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kConnectLimit = 10s;
constexpr auto kAnswerLimit = 60s;

void say(const std::string& text) { std::cout << visible(text) << '\n'; }

asio::awaitable<Result<json>> ask(Connection& connection, std::string method,
                                  json params, Timers& timers) {
  auto request = connection.request(method, std::move(params));
  auto answer =
      co_await with_deadline(std::move(request), timers, kAnswerLimit);
  if (!answer) co_return Error{Errc::timed_out, "no answer in time: " + method};
  if (!*answer)
    co_return Error{Errc::failed, "the wallet answered " +
                                      std::to_string(answer->error().code) +
                                      " " + answer->error().message + ": " +
                                      method};
  co_return std::move(**answer);
}

// The first account, in lower case.
Result<std::string> first_account(const json& accounts) {
  if (!accounts.is_array() || accounts.empty() || !accounts[0].is_string())
    return Error{Errc::failed, "the wallet named no account"};
  auto account = accounts[0].get<std::string>();
  std::ranges::transform(account, account.begin(),
                         [](unsigned char c) { return std::tolower(c); });
  return account;
}

Result<void> check_signature(const std::string& message, const json& signature,
                             const std::string& account) {
  const auto signer =
      signature.is_string()
          ? demo::recover_signer(message, signature.get<std::string>())
          : std::nullopt;
  if (!signer)
    return Error{Errc::failed, "that is no signature: " + signature.dump()};
  if (*signer != account)
    return Error{Errc::failed, "the signature is by " + *signer +
                                   ", not by the account: " + account};
  say("The signature recovers to " + *signer + ": it is that account's.");
  return {};
}

asio::awaitable<Result<void>> sign_in(registry::Record record, Timers& timers) {
  ConnectOptions options;
  options.instance = std::move(record);
  auto connected =
      co_await provider::connect(std::move(options), timers, kConnectLimit);
  if (!connected) co_return connected.error();
  Connection& connection = **connected;
  say("It has proven that it can read the registry, and so have we.");

  json none = json::array();
  auto accounts =
      co_await ask(connection, "eth_requestAccounts", std::move(none), timers);
  if (!accounts) co_return accounts.error();
  auto account = first_account(*accounts);
  if (!account) co_return account.error();
  say("Its account is " + *account + ".");

  const std::string message = "Sign in to berth-demo: " + random_token();
  say("We ask it to sign \"" + message + "\".");
  json params = json::array(
      {"0x" + hex_encode(Bytes(message.begin(), message.end())), *account});
  auto signature =
      co_await ask(connection, "personal_sign", std::move(params), timers);
  if (!signature) co_return signature.error();
  co_return check_signature(message, *signature, *account);
}

Result<registry::Record> pick(Directory& directory, const std::string& name) {
  auto instances = directory.list();
  if (!instances) return instances.error();
  say("Wallet instances that run: " + std::to_string(instances->size()));
  for (const auto& instance : *instances)
    say("  " + instance.name + "  " + instance.url + "  " + instance.title);
  auto record = directory.record(name);
  if (record) say("We pick " + name + ".");
  return record;
}

Result<void> demonstrate(const std::string& name) {
  auto paths = find_paths();
  if (!paths) return paths.error();
  asio::io_context io;
  AsioTimers timers(io.get_executor());
  registry::FileRegistry registry(paths->registry, io.get_executor(), timers);
  Directory directory(registry);
  auto record = pick(directory, name);
  if (!record) return record.error();
  std::optional<Result<void>> ended;
  asio::co_spawn(io, sign_in(std::move(*record), timers),
                 [&ended](const std::exception_ptr& failure, Result<void> end) {
                   if (failure) std::rethrow_exception(failure);
                   ended = std::move(end);
                 });
  while (!ended) io.run_one();
  return *ended;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: berth-demo NAME\n";
    return 2;
  }
  const auto done = demonstrate(argv[1]);
  if (done) return 0;
  std::cerr << "berth-demo: " << visible(done.error().message) << '\n';
  if (!done.error().hint.empty())
    std::cerr << visible(done.error().hint) << '\n';
  return 1;
}
