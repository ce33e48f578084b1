// The claim on a profile's data directory.
#include "registry/claim.h"

#include <cstdlib>

#include "registry/c/border.h"

struct berth_claim {
  berth::registry::Claim claim;
};

namespace {

using namespace berth;
using c::Failure;
using c::Outcome;

Outcome<std::filesystem::path> directory_of(const char* given) {
  const char* chosen = given != nullptr ? given : std::getenv("BERTH_DATA_DIR");
  if (chosen == nullptr || *chosen == '\0')
    return Failure{BERTH_INVALID, "no directory: BERTH_DATA_DIR is not set",
                   "give one, or start the program by berth start"};
  if (*chosen != '/')
    return Failure{BERTH_INVALID,
                   std::string("not an absolute path: ") + chosen};
  return std::filesystem::path(chosen).lexically_normal();
}

}  // namespace

berth_code berth_claim_take(const char* directory, berth_claim** claim,
                            berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (claim == nullptr) return c::missing("claim");
    auto path = directory_of(directory);
    if (!path) return path.error();
    auto taken = registry::Claim::take(*path / "lock");
    if (!taken) return taken.error();
    *claim = new berth_claim{std::move(*taken)};
    return {};
  });
}

void berth_claim_release(berth_claim* claim) { delete claim; }
