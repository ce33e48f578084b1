#include "registry/proof/proof.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "registry/base/files.h"
#include "registry/base/random.h"
#include "registry/base/strict_json.h"
#include "tests/support/catch.h"

using namespace berth;

namespace {

nlohmann::json vector() {
  const auto text = read_file(BERTH_HELLO_VECTOR, 4096);
  return parse_json(text.value()).value();
}

struct Hello {
  ProofRole role = ProofRole::client;
  ProofSubject subject{"3f2b8c1e-7d4a-4e6b-9a51-c0ffee123456", "127.0.0.1",
                       8766};
  std::string token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  std::string nonce = "__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA";

  [[nodiscard]] std::optional<std::string> proof() const {
    return make_proof(role, subject, token, nonce);
  }
};

}  // namespace

TEST_CASE("the published hello vector holds", "[proof]") {
  const auto v = vector();
  const ProofSubject subject{v["id"], v["host"], v["port"]};
  const std::string token = v["token"];
  const std::string nonce = v["nonce"];
  CHECK(make_proof(ProofRole::client, subject, token, nonce) ==
        v["client_proof"].get<std::string>());
  CHECK(make_proof(ProofRole::server, subject, token, nonce) ==
        v["server_proof"].get<std::string>());
}

TEST_CASE("a proof fits one role, instance, endpoint, token and nonce only",
          "[proof]") {
  Hello role, id, host, port, token, nonce;
  role.role = ProofRole::server;
  id.subject.id.back() = '7';
  host.subject.host = "127.0.0.2";
  port.subject.port = 8767;
  token.token = random_token();
  nonce.nonce = random_token();
  const std::set<std::string> proofs = {
      Hello().proof().value(), role.proof().value(), id.proof().value(),
      host.proof().value(),    port.proof().value(), token.proof().value(),
      nonce.proof().value()};
  CHECK(proofs.size() == 7);
}

TEST_CASE("there is no proof without 32 bytes of token and nonce", "[proof]") {
  auto text = GENERATE(as<std::string>(), "", "AAECAwQF",
                       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
                       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ",
                       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd/h8");
  CAPTURE(text);
  Hello token, nonce;
  token.token = text;
  nonce.nonce = text;
  CHECK_FALSE(token.proof());
  CHECK_FALSE(nonce.proof());
  CHECK_FALSE(is_nonce(text));
}

TEST_CASE("there is no proof for what no record can hold", "[proof]") {
  auto subject = GENERATE(
      ProofSubject{"", "127.0.0.1", 1}, ProofSubject{"a", "", 1},
      ProofSubject{"a", "127.0.0.1", 0}, ProofSubject{"A", "127.0.0.1", 1},
      ProofSubject{std::string("a\0b", 3), "127.0.0.1", 1},
      ProofSubject{"a", std::string("127.0.0.1\0b", 11), 1});
  CAPTURE(subject.id, subject.host, subject.port);
  Hello hello;
  hello.subject = subject;
  CHECK_FALSE(hello.proof());
}

TEST_CASE("a random token is a nonce", "[proof]") {
  CHECK(is_nonce(random_token()));
}

TEST_CASE("proofs are equal when they are the same and not empty", "[proof]") {
  const auto proof = Hello().proof().value();
  CHECK(proof.size() == 43);
  CHECK(proofs_equal(proof, std::string(proof)));
  CHECK_FALSE(
      proofs_equal(proof, Hello{.nonce = random_token()}.proof().value()));
  CHECK_FALSE(proofs_equal(proof, proof.substr(0, 42)));
  CHECK_FALSE(proofs_equal("", ""));
}
