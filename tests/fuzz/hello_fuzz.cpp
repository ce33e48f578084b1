// Any list of subprotocols that a client offers, and any text as an origin. Of
// all that may stand there only one spelling opens an instance.
#include <algorithm>

#include "registry/base/encoding.h"
#include "registry/base/origin.h"
#include "server/access/hello.h"
#include "server/access/tokens.h"
#include "server/http/message.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace berth;
using namespace berth::server;
using berth::fuzz::require;

const std::string kToken = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const ProofSubject kSubject{"7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90", "127.0.0.1",
                            8766};

// Two texts are one origin only where they are equal, so there is no second way
// to write one.
void require_canonical(std::string_view origin) {
  require(origin.starts_with("http://") || origin.starts_with("https://"));
  const auto rest = origin.substr(origin.find("//") + 2);
  require(!rest.empty() && rest.size() <= 253 + 6);
  require(
      std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7f; }));
  require(rest.find_first_of("/\\?#@%,ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
          rest.npos);
  require(!rest.ends_with(origin[4] == 's' ? ":443" : ":80"));
  // It goes into the files of a browser's user and into a command line.
  require(visible(origin) == origin);
  (void)is_loopback_origin(origin);
}

void require_only_the_owner(const ClientHello& hello) {
  const Tokens tokens(kToken);
  const auto answer = tokens.answer_hello(kSubject, hello.nonce, hello.proof);
  const auto right =
      make_proof(ProofRole::client, kSubject, kToken, hello.nonce);
  require(answer.has_value() == (right && *right == hello.proof));
  require(!answer || answer->proof != hello.proof);
  require(!right || is_nonce(hello.nonce));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(berth::fuzz::text_of(data, size));
  if (is_origin(text)) require_canonical(text);
  http::RequestHead head;
  head.headers = {{"Sec-WebSocket-Protocol", text}};
  const auto offered = head.list("sec-websocket-protocol");
  const auto hello = parse_hello(offered);
  if (!hello) return 0;
  require(std::ranges::count(offered, kSubprotocol) == 1);
  require(!hello->nonce.empty() && !hello->proof.empty());
  require(offered.size() == (hello->origin ? 3 : 2));
  if (hello->origin) {
    require(is_origin(*hello->origin));
    require_canonical(*hello->origin);
  }
  require_only_the_owner(*hello);
  return 0;
}
