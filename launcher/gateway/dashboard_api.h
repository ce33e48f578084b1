// What the dashboard shows and has done, and how it signs in. README.md has
// the requests. One thread.
#pragma once

#include "launcher/gateway/context.h"
#include "server/http/router.h"

namespace berth::launcher {

void add_dashboard_api(http::Router& router, const GatewayContext& context);

}  // namespace berth::launcher
