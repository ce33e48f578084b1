// Records and record files for tests.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "registry/base/process.h"
#include "registry/base/random.h"
#include "registry/record.h"
#include "registry/record_reader.h"
#include "tests/support/temp_dir.h"

namespace berth::test {

inline registry::Record sample_record(const std::string& name,
                                      std::uint16_t port = 8766) {
  registry::Record record;
  record.name = name;
  record.id = random_uuid();
  record.pid = ::getpid();
  record.boot_id = registry::current_boot_id();
  record.pid_namespace = own_pid_namespace();
  record.start_ticks = start_ticks_of(::getpid()).value_or(0);
  record.uid = ::geteuid();
  record.started_at = "2026-01-02T03:04:05.678Z";
  record.endpoint.port = port;
  record.token = random_token();
  record.level = 2;
  return record;
}

// What a crashed owner of `name` would have left behind.
inline void write_dead_record(const std::filesystem::path& directory,
                              const std::string& name) {
  const auto file = directory / (name + ".json");
  write_text(file, registry::to_json(sample_record(name)));
  ::chmod(file.c_str(), 0600);
}

inline std::vector<std::string> files_in(
    const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& item : std::filesystem::directory_iterator(directory))
    names.push_back(item.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace berth::test
