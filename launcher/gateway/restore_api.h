// How a page of this computer finds back to what it was granted, after it was
// loaded anew: the one request that pages send themselves. One thread.
#pragma once

#include "launcher/gateway/context.h"
#include "server/http/router.h"

namespace berth::launcher {

// Adds /v1/restore.
void add_restore_api(http::Router& router, const GatewayContext& context);

}  // namespace berth::launcher
