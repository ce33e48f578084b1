#include "registry/own_record.h"

#include <unistd.h>

#include <chrono>

#include "registry/base/clock.h"
#include "registry/base/process.h"
#include "registry/base/random.h"
#include "registry/record_reader.h"

namespace berth::registry {

Record own_record(const std::string& name) {
  Record record;
  record.name = name;
  record.id = random_uuid();
  record.pid = ::getpid();
  record.boot_id = current_boot_id();
  record.pid_namespace = own_pid_namespace();
  record.start_ticks = start_ticks_of(record.pid).value_or(0);
  record.uid = ::geteuid();
  record.started_at = to_rfc3339(std::chrono::system_clock::now());
  record.token = random_token();
  record.level = 1;
  record.software = {"berth", BERTH_VERSION};
  return record;
}

}  // namespace berth::registry
