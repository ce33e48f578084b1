// What berthd tells in its own record.
#include "launcher/manager_record.h"

#include "registry/own_record.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::launcher;

namespace {

registry::Entry entry_of(const ManagerNews& news) {
  auto record = registry::own_record(kManagerName);
  record.kind = registry::Kind::manager;
  record.endpoint.port = 18765;
  record.extra = to_json(news);
  return {kManagerName, registry::Liveness::alive, record, ""};
}

}  // namespace

TEST_CASE("news come back from the record as they were told", "[manager]") {
  ManagerNews news;
  news.told["alice"] = {"an id", "unresponsive"};
  news.revision = 7;
  auto entry = entry_of(news);
  CHECK(news_of(entry) == news);
  entry.liveness = registry::Liveness::dead;
  CHECK(news_of(entry) == ManagerNews{});
}

TEST_CASE("the news of any number of instances fit a record", "[manager]") {
  ManagerNews news;
  for (int i = 100; i < 400; ++i)
    news.told[std::string(60, 'x') + std::to_string(i)] = {
        registry::own_record("x").id, "unresponsive"};
  const auto entry = entry_of(news);
  REQUIRE(registry::check(*entry.record));
  CHECK(news_of(entry).told.size() == ManagerNews::kMaxTold);
}

TEST_CASE("news of another shape say nothing", "[manager]") {
  auto entry = entry_of({});
  entry.record->extra =
      GENERATE("{}", R"({"revision":"7","health":{}})", "[]",
               R"({"revision":1,"health":{"alice":"unresponsive"}})");
  CHECK(news_of(entry) == ManagerNews{});
}
