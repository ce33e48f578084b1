// Answers requests with the dev wallet of the test mnemonic, for a test that
// checks its signatures with other libraries.
//
// stdin: [{"method": ..., "params": ...}, ...]. stdout: an answer each, what
// the method gives, or for eth_sendTransaction the raw transaction; what has no
// answer is {"error": {"code", "message"}}.
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "server/wallets/dev_wallet.h"
#include "tests/server/wallets/fake_upstream.h"

using namespace berth;
using nlohmann::json;

namespace {

std::unique_ptr<server::DevWallet> make_wallet(asio::io_context& io) {
  auto node = std::make_unique<test::FakeUpstream>(io);
  node->answer("eth_chainId", "0x7a69");
  node->answers["eth_sendRawTransaction"] = [](const json& params) {
    return params[0];
  };
  server::DevWalletOptions options;
  options.mnemonic =
      "test test test test test test test test test test test junk";
  options.upstream = std::move(node);
  return server::DevWallet::create(io.get_executor(), std::move(options))
      .value();
}

json answer(asio::io_context& io, server::DevWallet& wallet,
            const json& request) {
  auto result =
      test::run(io, wallet.request(request["method"], request["params"]))
          .value();
  if (result) return *result;
  return {
      {"error",
       {{"code", result.error().code}, {"message", result.error().message}}}};
}

}  // namespace

int main() {
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto requests = parse_json(input, 64).value();
  asio::io_context io;
  const auto wallet = make_wallet(io);
  json answers = json::array();
  for (const json& request : requests)
    answers.push_back(answer(io, *wallet, request));
  std::cout << answers << '\n';
  asio::co_spawn(io, wallet->stop(), [](const std::exception_ptr&) {});
  io.restart();
  io.run();
}
