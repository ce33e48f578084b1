// The answer to POST /v1/hello, the same for all that publish a token: an
// instance, and berthd. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "registry/base/result.h"
#include "registry/proof/proof.h"

namespace berth {

// The body of the answer, {"proof"}: that who answers knows `token`, for a
// client that has shown nothing yet. `request`: the body that asked, {"nonce"}.
// Errc::invalid: it is no such body.
[[nodiscard]] Result<std::string> answer_hello(const ProofSubject& subject,
                                               std::string_view token,
                                               std::string_view request);

}  // namespace berth
