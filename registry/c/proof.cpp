// The hello, by the record that was published or found.
#include "registry/proof/proof.h"

#include <cstring>

#include "registry/base/random.h"
#include "registry/c/handles.h"
#include "registry/proof/hello_answer.h"

namespace {

using namespace berth;
using c::Failure;
using c::Outcome;

ProofSubject subject_of(const registry::Record& record) {
  return {record.id, record.endpoint.host, record.endpoint.port};
}

// Of what can prove something.
Outcome<const registry::Record*> provable(const berth_record* record) {
  if (record == nullptr) return c::missing("record");
  const auto& data = record->entry.record;
  if (data && !data->token.empty() && data->endpoint.port != 0) return &*data;
  return Failure{BERTH_INVALID,
                 "its record has no token or no port: " + record->entry.name,
                 "publish it at level 1 or 2"};
}

Outcome<std::string> prove(const berth_record* record, berth_role role,
                           const char* nonce) {
  if (nonce == nullptr) return c::missing("nonce");
  if (role != BERTH_CLIENT && role != BERTH_SERVER)
    return Failure{BERTH_INVALID, "role must be BERTH_CLIENT or BERTH_SERVER"};
  auto data = provable(record);
  if (!data) return data.error();
  const auto who = role == BERTH_CLIENT ? ProofRole::client : ProofRole::server;
  auto proof = make_proof(who, subject_of(**data), (*data)->token, nonce);
  if (proof) return *proof;
  return Failure{BERTH_INVALID, "nonce must be 32 bytes as base64url"};
}

// `size` holds what the library writes.
void put(const std::string& text, char* out) {
  std::memcpy(out, text.c_str(), text.size() + 1);
}

}  // namespace

void berth_nonce(char nonce[BERTH_PROOF_SIZE]) {
  if (nonce == nullptr) return;
  (void)c::guarded(nullptr, [&]() -> Outcome<void> {
    put(random_token(), nonce);
    return {};
  });
}

berth_code berth_proof(const berth_record* record, berth_role role,
                       const char* nonce, char proof[BERTH_PROOF_SIZE],
                       berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (proof == nullptr) return c::missing("proof");
    auto made = prove(record, role, nonce);
    if (!made) return made.error();
    put(*made, proof);
    return {};
  });
}

berth_code berth_proof_verify(const berth_record* record, berth_role role,
                              const char* nonce, const char* proof,
                              berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (proof == nullptr) return c::missing("proof");
    auto made = prove(record, role, nonce);
    if (!made) return made.error();
    if (proofs_equal(proof, *made)) return {};
    return Failure{
        BERTH_UNTRUSTED,
        "the other side does not know the record: " + record->entry.name,
        "say nothing more to it"};
  });
}

berth_code berth_hello_answer(const berth_record* record, const char* request,
                              size_t size, char answer[BERTH_ANSWER_SIZE],
                              berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (request == nullptr) return c::missing("request");
    if (answer == nullptr) return c::missing("answer");
    auto data = provable(record);
    if (!data) return data.error();
    auto made =
        answer_hello(subject_of(**data), (*data)->token, {request, size});
    if (!made) return made.error();
    put(*made, answer);
    return {};
  });
}
