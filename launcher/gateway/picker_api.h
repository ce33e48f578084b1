// What the picker asks for. README.md has the requests. One thread.
#pragma once

#include "launcher/gateway/context.h"
#include "server/http/router.h"

namespace berth::launcher {

// Adds the requests below /v1/picker/.
void add_picker_api(http::Router& router, const GatewayContext& context);

}  // namespace berth::launcher
