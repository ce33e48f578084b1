// Publishes, changes and withdraws one record, as its stdin says: by one of the
// letters p, c, w. Answers each, once done, with the moment when it began, in
// nanoseconds of CLOCK_MONOTONIC, as 8 bytes. A program of its own, because a
// process dies as slowly as it is large. Usage: bench-notice-owner DIRECTORY NAME
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "registry/own_record.h"
#include "registry/record_publisher.h"

namespace {

using namespace berth;
using registry::PublishedFile;

std::int64_t now() {
  return std::chrono::steady_clock::now().time_since_epoch() /
         std::chrono::nanoseconds(1);
}

Result<void> act(char command, const char* directory, registry::Record& record,
                 std::optional<PublishedFile>& file) {
  if (command == 'p') {
    auto published =
        PublishedFile::publish(directory, record, std::chrono::seconds(1));
    if (!published) return published.error();
    file = std::move(*published);
    return {};
  }
  if (command == 'w') return file->withdraw();
  record.chain_id = "0xaa36a7";
  return file->change(record);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto record = registry::own_record(argv[2]);
  record.endpoint.port = 8766;
  std::optional<PublishedFile> file;
  for (char command = 0; ::read(0, &command, 1) == 1;) {
    const std::int64_t began = now();
    if (auto ok = act(command, argv[1], record, file); !ok) {
      std::fprintf(stderr, "%s\n", ok.error().message.c_str());
      return 1;
    }
    if (::write(1, &began, sizeof began) != sizeof began) return 1;
  }
}
