// What running instances are asked about their pages, through berth-talk.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "launcher/failure.h"
#include "registry/paths.h"

namespace berth::launcher {

// Names of the instances that run, in their order.
[[nodiscard]] Result<std::vector<std::string>> running_names(
    const Paths& paths);

struct InstanceRequest {
  std::string verb;    // "GET", "POST" or "DELETE"
  std::string target;  // "/v1/approvals"
  std::string body;    // JSON or empty
};

// {"NAME": answer}; nothing is run for no names. Blocking.
[[nodiscard]] Result<nlohmann::json> ask_instances(
    const InstanceRequest& request, const std::vector<std::string>& names);

// The body of an answer of `name` out of ask_instances(). Errc::not_found: the
// instance knows no such thing (404). Else what it or the way to it said.
[[nodiscard]] Result<nlohmann::json> body_of(const nlohmann::json& answers,
                                             const std::string& name);

}  // namespace berth::launcher
