// What a fault test measured, and how long it goes on.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace berth::test {

// `quick` in tests/run, `full` under `tests/faults/run --long`.
inline int rounds(int quick, int full) {
  return std::getenv("BERTH_FAULTS_LONG") ? full : quick;
}

// One line of the table of tests/README.md: what was done, what was seen. Goes
// to the file of BERTH_FIGURES, which tests/faults/run prints; else to stdout.
inline void figure(std::string_view what, const std::string& seen) {
  if (const char* path = std::getenv("BERTH_FIGURES"))
    std::ofstream(path, std::ios::app) << what << ": " << seen << '\n';
  else
    std::cout << what << ": " << seen << '\n';
}

}  // namespace berth::test
