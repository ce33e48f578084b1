#include "provider/client/hello.h"

#include <nlohmann/json.hpp>

#include "registry/base/encoding.h"
#include "registry/base/random.h"
#include "registry/base/strict_json.h"

namespace berth::provider {
namespace {

using nlohmann::json;

// A member that is a string; empty, which is no proof, for everything else.
std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

}  // namespace

Result<Hello> Hello::begin(const registry::Record& record) {
  const ProofSubject subject{record.id, record.endpoint.host,
                             record.endpoint.port};
  Hello hello;
  hello.nonce_ = random_token();
  auto client =
      make_proof(ProofRole::client, subject, record.token, hello.nonce_);
  auto server =
      make_proof(ProofRole::server, subject, record.token, hello.nonce_);
  if (record.level < 1 || !client || !server)
    return Error{
        Errc::untrusted,
        "publishes no token, so it cannot prove who it is: " + record.name,
        "only its own program can speak to it; see berth show " + record.name};
  hello.client_proof_ = std::move(*client);
  hello.server_proof_ = std::move(*server);
  return hello;
}

std::vector<std::string> Hello::offer(const std::string& origin) const {
  std::vector<std::string> offered{
      "berth.v1", "berth.hello." + nonce_ + "." + client_proof_};
  if (!origin.empty())
    offered.push_back("berth.origin." +
                      base64url_encode(Bytes(origin.begin(), origin.end())));
  return offered;
}

std::string Hello::subprotocols(const std::string& origin) const {
  std::string list;
  for (const auto& item : offer(origin))
    list += (list.empty() ? "" : ", ") + item;
  return list;
}

bool Hello::accepts(std::string_view server_proof) const {
  return proofs_equal(server_proof, server_proof_);
}

bool Hello::accepts_frame(std::string_view frame) const {
  const auto message = parse_json(frame);
  if (!message || !message->is_object()) return false;
  const auto params = message->find("params");
  return text_of(*message, "jsonrpc") == "2.0" &&
         text_of(*message, "method") == "berth_hello" &&
         params != message->end() && accepts(text_of(*params, "proof"));
}

bool Hello::accepts_body(std::string_view body) const {
  const auto answer = parse_json(body);
  return answer && accepts(text_of(*answer, "proof"));
}

}  // namespace berth::provider
