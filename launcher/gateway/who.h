// Who asks the gateway for something, and whether it may. Pure functions of a
// request. README.md, "Where from".
#pragma once

#include <optional>

#include "launcher/gateway/context.h"
#include "server/http/message.h"

namespace berth::launcher {

// Each gives the refusal, or nullopt where the request may be served.

// The picker's own page. Where the kernel cannot tell whose program connects,
// also a session of the dashboard.
[[nodiscard]] std::optional<http::Response> refuse_picker(
    const GatewayContext& context, const http::Request& request);

// The dashboard's page with its session, or a program with berthd's token.
[[nodiscard]] std::optional<http::Response> refuse_dashboard(
    const GatewayContext& context, const http::Request& request);

// A program with berthd's token, and no page.
[[nodiscard]] std::optional<http::Response> refuse_program(
    const GatewayContext& context, const http::Request& request);

// The gateway's own page, signed in or not.
[[nodiscard]] std::optional<http::Response> refuse_foreign(
    const GatewayContext& context, const http::Request& request);

// What Authorization: Bearer says; empty: nothing.
[[nodiscard]] std::string bearer_of(const http::Request& request);

}  // namespace berth::launcher
