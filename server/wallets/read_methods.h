// The methods that need no key and no question: an upstream answers them.
#pragma once

#include <string_view>

namespace berth::server {

// Sorted names, in read_methods.cpp. eth_sendRawTransaction is one: whoever
// calls it has signed already.
[[nodiscard]] bool is_read_method(std::string_view method);

}  // namespace berth::server
