// How long it takes to find one record by its name, within a program.
// Usage: bench-find DIRECTORY NAME COUNT. Prints nanoseconds, a line for each.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "registry/record_reader.h"

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  using namespace berth;
  using Clock = std::chrono::steady_clock;
  registry::JudgedDirectory directory(argv[1]);
  std::vector<long> taken;
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    const auto start = Clock::now();
    const auto entry = registry::read_record(directory, argv[2]);
    const auto end = Clock::now();
    if (!entry || entry->liveness != registry::Liveness::alive ||
        !entry->record) {
      std::fprintf(stderr, "no living record: %s\n", argv[2]);
      return 1;
    }
    taken.push_back(
        std::chrono::duration_cast<std::chrono::nanoseconds>(end - start)
            .count());
  }
  for (const long nanoseconds : taken) std::printf("%ld\n", nanoseconds);
}
