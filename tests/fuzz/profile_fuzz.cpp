// Any bytes in a profile's file. What is read can be written, read again and
// typed again; what is refused says why.
#include "launcher/profile.h"
#include "registry/base/strict_json.h"
#include "tests/fuzz/json_keys.h"

namespace {

using namespace berth;
using namespace berth::launcher;
using berth::fuzz::require;

void require_comes_back(const Profile& profile) {
  require(check(profile).has_value());
  const auto text = to_json(profile);
  require(text.size() <= kMaxProfileBytes);
  const auto again = parse_profile(text);
  require(again && *again == profile);
}

// As `berth profile set` would, from what `berth profile show` prints.
void require_can_be_typed(const Profile& profile) {
  Profile typed;
  typed.label = profile.label;
  for (const auto& [key, value] : fields_of(profile))
    require(set_field(typed, key, value).has_value());
  require(fields_of(typed) == fields_of(profile));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto text = berth::fuzz::text_of(data, size);
  const auto profile = parse_profile(text);
  if (!profile) {
    berth::fuzz::require_refusal(profile.error());
    return 0;
  }
  const auto json = parse_json(text);
  require(json.has_value());
  berth::fuzz::require_no_key_twice(text, *json);
  require_comes_back(*profile);
  require_can_be_typed(*profile);
  return 0;
}
