#include "registry/base/encoding.h"
#include "registry/base/random.h"
#include "server/access/hello.h"
#include "server/access/tokens.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;

namespace {

const ProofSubject kSubject{"6f1e2c9a-3b5d-4e7f-8a90-1b2c3d4e5f60",
                            "127.0.0.1", 8766};

std::string origin_protocol(const std::string& origin) {
  return "berth.origin." +
         base64url_encode(Bytes(origin.begin(), origin.end()));
}

}  // namespace

TEST_CASE("only living tokens are known, each with its scope", "[access]") {
  const std::string admin = random_token();
  Tokens tokens(admin);
  auto connect = tokens.issue();
  REQUIRE(connect);
  CHECK(tokens.scope_of(admin) == Scope::admin);
  CHECK(tokens.scope_of(*connect) == Scope::connect);
  CHECK(!tokens.scope_of(random_token()));
  CHECK(!tokens.scope_of(""));
  CHECK(!tokens.scope_of(admin.substr(1)));
}

TEST_CASE("the number of tokens is bounded", "[access]") {
  Tokens tokens(random_token());
  for (std::size_t i = 1; i < Tokens::kMaxTokens; ++i) CHECK(tokens.issue());
  CHECK(!tokens.issue());
}

TEST_CASE("a hello is answered by the token it was made with", "[access]") {
  const std::string admin = random_token();
  Tokens tokens(admin);
  auto connect = tokens.issue();
  REQUIRE(connect);
  const std::string nonce = random_token();
  const auto proof =
      make_proof(ProofRole::client, kSubject, *connect, nonce).value();
  auto hello = tokens.answer_hello(kSubject, nonce, proof);
  REQUIRE(hello);
  CHECK(hello->scope == Scope::connect);
  CHECK(hello->proof ==
        make_proof(ProofRole::server, kSubject, *connect, nonce));

  SECTION("not with another nonce, subject or role") {
    CHECK(!tokens.answer_hello(kSubject, random_token(), proof));
    auto other = kSubject;
    other.port = 8767;
    CHECK(!tokens.answer_hello(other, nonce, proof));
    CHECK(!tokens.answer_hello(kSubject, nonce, hello->proof));
    CHECK(!tokens.answer_hello(kSubject, nonce, ""));
  }
}

TEST_CASE("a handshake offers the version and one hello", "[access]") {
  auto hello = parse_hello({"berth.v1", "berth.hello.abc.def"});
  REQUIRE(hello);
  CHECK(hello->nonce == "abc");
  CHECK(hello->proof == "def");
  CHECK(!hello->origin);

  const auto origin = origin_protocol("https://app.example");
  hello = parse_hello({"berth.v1", "berth.hello.abc.def", origin});
  REQUIRE(hello);
  CHECK(hello->origin == "https://app.example");
}

TEST_CASE("any other handshake is refused", "[access]") {
  const auto origin = origin_protocol("https://app.example");
  const std::vector<std::vector<std::string_view>> bad{
      {},
      {"berth.v1"},
      {"berth.hello.abc.def"},
      {"berth.v1", "berth.v1", "berth.hello.abc.def"},
      {"berth.v1", "berth.hello.abc.def", "berth.hello.ghi.jkl"},
      {"berth.v1", "berth.hello.abc"},
      {"berth.v1", "berth.hello.abc."},
      {"berth.v1", "berth.hello..def"},
      {"berth.v1", "berth.hello.abc.def", "chat"},
      {"berth.v1", "berth.hello.abc.def", "berth.origin."},
      {"berth.v1", "berth.hello.abc.def", "berth.origin.!"},
      {"berth.v1", "berth.hello.abc.def", origin, origin},
  };
  for (const auto& offered : bad) CHECK(!parse_hello(offered));
}
