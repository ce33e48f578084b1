// What a fuzz target is and what it may use. The entry point is libFuzzer's;
// without libFuzzer replay.cpp calls it.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace berth::fuzz {

// Ends the program where a property does not hold, so that the input is kept.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace berth::fuzz
