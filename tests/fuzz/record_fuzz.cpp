// Any bytes in a record's file. What is read keeps every limit and, written
// back, reads the same; what is refused says why.
#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "registry/record.h"
#include "tests/fuzz/json_keys.h"

namespace {

using namespace berth;
using namespace berth::registry;
using berth::fuzz::require;
using berth::fuzz::require_refusal;

// The limits of the format, said another way.
void require_harmless(const Record& record) {
  require(record.name.size() <= 64 &&
          record.name.find('/') == record.name.npos);
  require(record.endpoint.host == "::1" ||
          record.endpoint.host.starts_with("127."));
  require(record.endpoint.port > 0 && record.pid > 0);
  require(record.token.empty() == (record.level == 0));
  require(record.token.empty() || record.token.size() == 43);
  for (const auto* text : {&record.title, &record.boot_id, &record.icon})
    require(is_utf8(*text));
  require(record.title.size() <= 256 && record.icon.size() <= 32768 &&
          record.extra.size() <= 16384);
}

void require_comes_back(const Record& record) {
  require(check(record).has_value());
  const auto text = to_json(record);
  const auto again = parse_record(text);
  require(again && *again == record);
  require(to_json(*again) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto text = berth::fuzz::text_of(data, size);
  const auto json = parse_json(text, kMaxRecordDepth);
  if (json)
    berth::fuzz::require_no_key_twice(text, *json);
  else
    require_refusal(json.error());
  const auto record = parse_record(text);
  if (!record) {
    require_refusal(record.error());
    return 0;
  }
  require(json.has_value());
  require(record->name == json->at("name"));
  require_harmless(*record);
  require_comes_back(*record);
  return 0;
}
