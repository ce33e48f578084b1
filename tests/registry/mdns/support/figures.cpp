// How long a backend takes, for people: hidden, nothing is asserted.
//   tests/with_mdns build/dev/bin/mdns_avahi '[.figures]'
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "registry/base/random.h"
#include "tests/registry/mdns/support/link.h"
#include "tests/registry/mdns/support/watcher.h"
#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;
using Clock = std::chrono::steady_clock;

namespace {

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start)
      .count();
}

void print(const char* what, std::vector<double> all) {
  std::sort(all.begin(), all.end());
  std::printf("%-24s min %7.1f  median %7.1f  max %7.1f ms  (%zu)\n", what,
              all.front(), all[all.size() / 2], all.back(), all.size());
}

}  // namespace

TEST_CASE("what publishing, seeing and withdrawing take", "[.figures]") {
  const auto link = test::make_link();
  const auto mdns = link->make_mdns();
  const auto other = link->make_mdns();
  test::Watcher watcher(*other);
  test::run_until(link->io, [&] { return watcher.settled > 0; });
  std::vector<double> published, seen, lost;
  for (int i = 0; i < 20; ++i) {
    const mdns::Service service{
        .id = random_uuid(), .port = 8766, .chain_id = ""};
    const std::string name = mdns::service_name(service.id);
    test::Told told;
    const auto start = Clock::now();
    auto publication = *mdns->publish(service, told.on_status());
    bool is_published = false, is_seen = false;
    test::run_until(link->io, [&] {
      if (!is_published && told.is(mdns::Status::State::published)) {
        published.push_back(ms_since(start));
        is_published = true;
      }
      if (!is_seen && watcher.sees(name)) {
        seen.push_back(ms_since(start));
        is_seen = true;
      }
      return is_published && is_seen;
    });
    const auto end = Clock::now();
    publication.reset();
    test::run_until(link->io, [&] { return !watcher.sees(name); });
    lost.push_back(ms_since(end));
  }
  print("publish to published", published);
  print("publish to seen", seen);
  print("withdraw to lost", lost);
}
