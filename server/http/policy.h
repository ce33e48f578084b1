// Which requests are looked at at all. Pure functions over bytes and plain
// structs; they run before routing, in the order raw header, head, upgrade.
// RFC 9112 (HTTP/1.1), RFC 6455 section 4.2.1 (WebSocket handshake).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace berth::http {

// Why a request is refused; `text` goes to the client.
struct Rejection {
  int status;
  std::string_view text;
};

struct Policy {
  // The port that Host must name, as 127.0.0.1:PORT or localhost:PORT.
  std::uint16_t port = 0;
  // One more name that may stand before :PORT; empty: none.
  std::string extra_host;
  // Refuse every request whose Origin is http:, https: or null: what a page
  // sends. For a host that no page may speak to.
  bool refuse_pages = false;
};

struct HeaderScan {
  // Bytes up to and with the empty line; 0: not all of it is there yet.
  std::size_t size = 0;
  std::optional<Rejection> rejection;
};

// Looks at a header before any parser does, because parsers forgive: folded
// lines (RFC 9112 5.2), LF without CR and control characters are 400, more
// than `limit` bytes 431.
[[nodiscard]] HeaderScan scan_header(std::string_view bytes, std::size_t limit);

[[nodiscard]] std::optional<Rejection> check_head(const RequestHead& head,
                                                  const Policy& policy);

// Whether the client asks for a WebSocket, rightly or not.
[[nodiscard]] bool wants_websocket(const RequestHead& head);

// The handshake of a request that wants_websocket(). 426: another version.
[[nodiscard]] std::optional<Rejection> check_upgrade(const RequestHead& head);

}  // namespace berth::http
