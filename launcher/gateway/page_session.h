// The WebSocket /page: JSON-RPC between a browser and a page's channel. One
// thread.
#pragma once

#include <memory>

#include "launcher/gateway/page_channel.h"
#include "server/http/rate_limit.h"
#include "server/http/ws_connection.h"

namespace berth::launcher {

// What a page offers and the gateway accepts (README.md, "A page's channel").
inline constexpr const char* kPageProtocol = "berth.page.v1";
inline constexpr const char* kTicketProtocol = "berth.ticket.";

// References must outlive it and the coroutines it puts into `tasks`.
// `messages`: what each origin may send.
[[nodiscard]] std::unique_ptr<http::WsHandler> make_page_session(
    ChannelOptions options, Timers& timers, Changes& registry, TaskGroup& tasks,
    http::RateLimit& messages);

}  // namespace berth::launcher
