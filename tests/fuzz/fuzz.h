// What the fuzz targets share. libFuzzer calls LLVMFuzzerTestOneInput().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "registry/base/result.h"
#include "registry/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace berth::fuzz {

// Ends the program where a property does not hold, so that the input is kept.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

// People read it, in a terminal and in a log.
inline void require_refusal(const Error& error) {
  require(error.code == Errc::invalid);
  require(!error.message.empty() && error.message.size() < 512);
  require(visible(error.message) == error.message);
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace berth::fuzz
