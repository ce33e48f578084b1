// How the gateway reads what its pages send, and words what they get. Pure
// functions.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "provider/client/http.h"
#include "registry/base/changes.h"
#include "registry/base/result.h"
#include "server/http/message.h"

namespace berth::launcher {

// The members of a JSON object, all of them strings: exactly `keys`.
// Errc::invalid says what to send.
using Fields = std::map<std::string, std::string>;
using Keys = std::vector<const char*>;
[[nodiscard]] Result<Fields> read_fields(const std::string& body,
                                         const Keys& keys);

[[nodiscard]] http::Response json_response(const nlohmann::json& body);

// What a handler has at once.
[[nodiscard]] asio::awaitable<http::Response> give(http::Response response);

// {"error","hint"}, and "code" where a page may want to act on it.
[[nodiscard]] http::Response failure(int status, const Error& error,
                                     const std::string& code = {});

// 429 to a page that asks for more than its origin may.
[[nodiscard]] http::Response too_often(std::chrono::milliseconds wait);

// What an instance made of a request, for the page behind it; nullopt: it did
// what it was asked. Only 400 and 404 are handed on: what else a status means
// (401: signed out) would be about the gateway.
[[nodiscard]] std::optional<http::Response> refusal(
    const Result<provider::HttpAnswer>& answer);

// Server-sent events (WHATWG HTML section 9.2) without an end: `event: state`
// with what `look` gives, at once and whenever it gives something else after
// `changes`, which must outlive the response.
[[nodiscard]] http::Response state_stream(
    Changes& changes, std::function<nlohmann::json()> look);

}  // namespace berth::launcher
