#include "registry/base/resident.h"

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "registry/base/strict_json.h"
#include "tests/support/catch.h"

using namespace berth;

namespace {

// Pages of files that are mapped (proc(5), statm).
long resident_file_pages() {
  long size = 0, resident = 0, shared = 0;
  std::ifstream("/proc/self/statm") >> size >> resident >> shared;
  return shared;
}

}  // namespace

TEST_CASE("what only the start has read is not kept", "[resident]") {
  const long before = resident_file_pages();
  give_back_start_pages();
  CHECK(resident_file_pages() < before / 2);
  // What is needed again is there, and so is what was written to.
  CHECK(parse_json(R"({"a":[1,2]})"));
  CHECK_FALSE(parse_json("{"));
}
