// Publishes COUNT records in DIRECTORY, as one process may, says "ready", and
// holds them until its stdin ends. Usage: bench-owner DIRECTORY COUNT
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "registry/base/random.h"
#include "registry/own_record.h"
#include "registry/record_publisher.h"

namespace {

using namespace berth;

registry::Record example(const char* name) {
  auto record = registry::own_record(name);
  record.endpoint.port = 8766;
  record.token = random_token();
  record.level = 2;
  record.label = random_label();
  record.title = std::string(name) + " (Sepolia)";
  record.chain_id = "0xaa36a7";
  record.software = {"berth", BERTH_VERSION};
  record.extra = R"({"wallet":"dev"})";
  return record;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<registry::PublishedFile> files;
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "p%05d", i);
    auto file = registry::PublishedFile::publish(argv[1], example(name),
                                                 std::chrono::seconds(1));
    if (!file) {
      std::fprintf(stderr, "%s: %s\n", name, file.error().message.c_str());
      return 1;
    }
    files.push_back(std::move(*file));
  }
  std::puts("ready");
  std::fflush(stdout);
  char byte = 0;
  while (::read(0, &byte, 1) > 0) {
  }
}
