// Which requests are looked at at all. Pure functions over bytes and plain
// structs; they run before routing, in the order raw header, head, upgrade.
// RFC 9112 (HTTP/1.1), RFC 6455 section 4.2.1 (WebSocket handshake), W3C Fetch
// Metadata (Sec-Fetch-*).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace berth::http {

// Why a request is refused; `text` goes to the client.
struct Rejection {
  int status;
  std::string_view text;
};

// What pages of another origin may do at a host that serves pages. Besides
// this they may ask for a WebSocket, whose handler looks at Origin.
struct OtherSites {
  // Paths that a tab may be sent to; no frame, which would let a page lay its
  // own picture over ours.
  std::vector<std::string> pages;
  // Paths open to everything; their handlers look at Origin.
  std::vector<std::string> open;
};

struct Policy {
  // The port that Host must name, as 127.0.0.1:PORT or localhost:PORT.
  std::uint16_t port = 0;
  // One more name that may stand before :PORT; empty: none.
  std::string extra_host;
  // Paths that are served at every other *.localhost name too, all of which
  // browsers resolve to this machine (RFC 6761 section 6.3): for what only
  // leads on to one of the names above, from a name that was never used before.
  // A service worker may be asked for there as well, see below.
  std::vector<std::string> any_localhost;
  // Refuse every request whose Origin is http:, https: or null: what a page
  // sends. For a host that no page may speak to.
  bool refuse_pages = false;
  // Refuse what another origin's page asks for beyond this (403), as its
  // browser tells by Sec-Fetch-Site. nullopt: Sec-Fetch-* is not looked at.
  std::optional<OtherSites> other_sites;
  // Answers every request for the script of a service worker, whatever its
  // path. For one that unregisters itself: it takes the place of those that
  // somebody left in the browser who had this port before.
  std::optional<Response> service_worker;
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

// Whether a browser asks for the script of a service worker, to install it or
// to see whether it has changed (Service Workers, "Service-Worker" header).
[[nodiscard]] bool wants_service_worker(const RequestHead& head);

// Whether the client asks for a WebSocket, rightly or not.
[[nodiscard]] bool wants_websocket(const RequestHead& head);

// The handshake of a request that wants_websocket(). 426: another version.
[[nodiscard]] std::optional<Rejection> check_upgrade(const RequestHead& head);

}  // namespace berth::http
