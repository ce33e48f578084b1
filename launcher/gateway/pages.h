// The gateway's pages and what they load. One thread.
#pragma once

#include "launcher/gateway/own_host.h"
#include "registry/base/async.h"
#include "server/http/router.h"

namespace berth::launcher {

// Adds `/`, `/pick` and `/assets/...`. `own_host` must outlive the router.
void add_pages(http::Router& router, const OwnHost& own_host);

}  // namespace berth::launcher
