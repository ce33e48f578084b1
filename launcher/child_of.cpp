#include "launcher/child_of.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"

namespace berth::launcher {

pid_t child_of(const registry::Record& record) {
  const auto extra = parse_json(record.extra);
  if (!extra || !extra->is_object()) return 0;
  const auto child = extra->find("child_pid");
  const bool given = child != extra->end() && child->is_number_unsigned();
  return given ? child->get<pid_t>() : 0;
}

}  // namespace berth::launcher
