#include "provider/demo/recover.h"
#include "tests/provider/client/world.h"
#include "tests/support/catch.h"
#include "tests/support/program.h"

using namespace berth;
using namespace berth::test;
using nlohmann::json;
using provider::demo::recover_signer;

namespace {

// web3.js documentation, eth.accounts.sign("Some data", 0x4c0883a6...).
const std::string kMessage = "Some data";
const std::string kSigner = "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23";
const std::string kSignature =
    "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
    "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";

ProgramEnd run_demo(World& world, const std::string& name) {
  return run_program(
      world.io, {BERTH_DEMO, name},
      {"BERTH_REGISTRY=" + (world.home / "instances").string(), "HOME=/"});
}

void answer(FakeInstance& self, const json& request, const json& result) {
  self.send(json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}
                .dump());
}

}  // namespace

TEST_CASE("a personal_sign signature recovers to its signer", "[provider]") {
  CHECK(recover_signer(kMessage, kSignature) == kSigner);
  CHECK(recover_signer("Other data", kSignature) != kSigner);
}

TEST_CASE("what is no signature recovers to nobody", "[provider]") {
  auto bad = GENERATE_COPY(
      std::string(), std::string("0x"), kSignature.substr(2), kSignature + "00",
      kSignature.substr(0, 130) + "00", "0x" + std::string(128, 'f') + "1b");
  CAPTURE(bad);
  CHECK(!recover_signer(kMessage, bad));
}

TEST_CASE("the demo does not believe a signature of something else",
          "[provider]") {
  World world;
  FakeInstance bob(world.io, world.registry, "bob");
  bob.on_message([](FakeInstance& self, const json& request) {
    const bool accounts = request["method"] == "eth_requestAccounts";
    answer(self, request, accounts ? json::array({kSigner}) : json(kSignature));
  });
  const auto end = run_demo(world, "bob");
  CHECK(end.code == 1);
  CHECK(end.err.find("the signature is by 0x") != std::string::npos);
  CHECK(end.err.find("not by the account: " + kSigner) != std::string::npos);
}

TEST_CASE("the demo says what a wallet has refused", "[provider]") {
  World world;
  FakeInstance bob(world.io, world.registry, "bob");
  bob.on_message([](FakeInstance& self, const json& request) {
    self.send(json{{"jsonrpc", "2.0"},
                   {"id", request["id"]},
                   {"error", {{"code", 4001}, {"message", "rejected"}}}}
                  .dump());
  });
  const auto end = run_demo(world, "bob");
  CHECK(end.code == 1);
  CHECK(end.err ==
        "berth-demo: the wallet answered 4001 rejected: eth_requestAccounts\n");
}

TEST_CASE("the demo says how to start an instance that does not run",
          "[provider]") {
  World world;
  const auto end = run_demo(world, "bob");
  CHECK(end.code == 1);
  CHECK(end.err ==
        "berth-demo: no such running instance: bob\n"
        "start it: berth start bob\n");
}
