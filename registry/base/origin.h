// Web origins, as a browser writes them. Pure; any thread.
#pragma once

#include <string_view>

namespace berth {

// Whether `text` is the ASCII serialization of an http(s) origin (HTML,
// "serialization of an origin"): "https://app.example", "http://[::1]:3000".
// Lower case, no default port, no path, no user; "null" is none. Two texts are
// the same origin when they are equal.
[[nodiscard]] bool is_origin(std::string_view text);

// Whether this origin is a program on this computer: localhost, *.localhost,
// 127.0.0.0/8 or [::1]. Such an address is every project's in its turn, so
// nothing may be remembered for it. `origin` must pass is_origin().
[[nodiscard]] bool is_loopback_origin(std::string_view origin);

}  // namespace berth
