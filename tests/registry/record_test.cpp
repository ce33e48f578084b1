#include "registry/record.h"

#include <nlohmann/json.hpp>
#include <set>

#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using berth::test::read_text;
using berth::test::sample_record;
using nlohmann::json;

namespace {

const std::string& example() {
  static const std::string text =
      read_text(BERTH_SOURCE_DIR "/registry/example-record.json");
  return text;
}

// The example with one key set to a JSON text; "endpoint.port" reaches in.
std::string example_with(const std::string& key, const std::string& value) {
  json record = json::parse(example());
  std::string pointer = "/" + key;
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  record[json::json_pointer(pointer)] = json::parse(value);
  return record.dump();
}

std::string nested(int depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

void check_refused(const std::string& text, const std::string& reason) {
  CAPTURE(text.substr(0, 400));
  auto record = parse_record(text);
  REQUIRE(!record);
  CHECK(record.error().code == Errc::invalid);
  CHECK_THAT(record.error().message, Catch::Contains(reason));
}

}  // namespace

TEST_CASE("the record of the README reads as what the README says",
          "[record]") {
  auto record = parse_record(example());
  REQUIRE(record);
  CHECK(record->name == "alice");
  CHECK(record->kind == Kind::wallet);
  CHECK(record->pid == 48213);
  CHECK(record->pid_namespace == 4026531836);
  CHECK(record->start_ticks == 1234567);
  CHECK(record->uid == 1000);
  CHECK(record->endpoint == Endpoint{"127.0.0.1", 8766});
  CHECK(record->level == 2);
  CHECK(record->approvals == Approvals::berth);
  CHECK(record->state == State::ready);
  CHECK(record->started_by == StartedBy::start);
  CHECK(record->label == "k3jv5x2mqw7rt4ya");
  CHECK(record->chain_id == "0xaa36a7");
  CHECK(record->software == Software{"berth-instance", "0.1.0"});
  CHECK(record->extra == R"({"desk":"left"})");
  CHECK(to_json(*record) == example());
  const auto readme = read_text(BERTH_SOURCE_DIR "/registry/README.md");
  CHECK_THAT(readme, Catch::Contains("```json\n" + example() + "```"));
}

TEST_CASE("a record comes back as it was written", "[record]") {
  Record record = sample_record("alice");
  record.kind = Kind::manager;
  record.approvals = Approvals::own;
  record.state = State::locked;
  record.started_by = StartedBy::berthd;
  record.label = random_label();
  record.title = "\xe2\x82\xac \"quoted\"\n\x01";
  record.color = "#A0b1c2";
  record.icon = "data:image/png;base64,AAAA";
  record.chain_id = "0x0";
  record.software = {"x", "1"};
  record.extra = R"({"deep":[1,2.5,{"a":null}]})";
  record.endpoint = {"::1", 65535};
  REQUIRE(check(record));
  auto back = parse_record(to_json(record));
  REQUIRE(back);
  CHECK(*back == record);
}

TEST_CASE("only the required keys are required", "[record]") {
  const json full = json::parse(example());
  const std::set<std::string> required{"format",     "name",     "id",
                                       "kind",       "pid",      "uid",
                                       "started_at", "endpoint", "level"};
  json least;
  for (const auto& key : required) least[key] = full[key];
  least["level"] = 0;
  CHECK(parse_record(least.dump()));
  for (const auto& key : required) {
    json without = full;
    without.erase(key);
    check_refused(without.dump(), key + " is missing");
  }
  check_refused(example_with("endpoint", "{}"), "endpoint.host");
  check_refused(example_with("endpoint", R"({"host":"127.0.0.1"})"),
                "endpoint.port");
}

TEST_CASE("a value of a wrong type names its key", "[record]") {
  const json full = json::parse(example());
  const std::vector<std::string> values{"null", "true", "-1", "1.5",
                                        "7",    "[]",   "{}", "\"x\""};
  const std::set<std::string> free_text{"name", "boot_id", "title",
                                        "software.name", "software.version"};
  const auto refuse_all_but = [&](const std::string& key, const json& good) {
    for (const auto& value : values) {
      const json wrong = json::parse(value);
      if (wrong.type() == good.type() && !good.is_string()) continue;
      if (wrong.is_string() && free_text.contains(key)) continue;
      check_refused(example_with(key, value), key);
    }
  };
  for (const auto& [key, good] : full.items()) {
    if (key == "endpoint" || key == "software") {
      for (const auto& [inner, value] : good.items())
        refuse_all_but(key + "." + inner, value);
    }
    refuse_all_but(key, good);
  }
}

TEST_CASE("row 31: a value out of its limits names its key", "[record]") {
  struct Row {
    std::string key, value;
  };
  const std::string long_text(40000, 'a');
  const auto row = GENERATE_COPY(values<Row>({
      {"format", "0"},
      {"name", "\"Alice\""},
      {"name", "\"../alice\""},
      {"name", "\"\""},
      {"name", "\"@\""},
      {"id", "\"7F9C24E8-3B12-4FEF-91E0-5D2B6A7C8E90\""},
      {"id", "\"7f9c24e8-3b12-1fef-91e0-5d2b6a7c8e90\""},
      {"id", "\"7f9c24e8-3b12-4fef-c1e0-5d2b6a7c8e90\""},
      {"id", "\"7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e9\""},
      {"id", "\"7f9c24e803b12-4fef-91e0-5d2b6a7c8e90\""},
      {"kind", "\"Wallet\""},
      {"pid", "0"},
      {"pid", "2147483648"},
      {"uid", "4294967296"},
      {"boot_id", '"' + std::string(65, 'a') + '"'},
      {"started_at", "\"2026-01-02 03:04:05.678Z\""},
      {"started_at", "\"2026-13-02T03:04:05.678Z\""},
      {"started_at", "\"2026-01-02T03:04:05Z\""},
      {"started_at", "\"2026-01-02T 3:04:05.678Z\""},
      {"endpoint.host", "\"localhost\""},
      {"endpoint.host", "\"127.0.0.1.\""},
      {"endpoint.host", "\"127.0.1\""},
      {"endpoint.host", "\"127.0.0.256\""},
      {"endpoint.host", "\"127.0.0.01\""},
      {"endpoint.host", "\"127.0..1\""},
      {"endpoint.host", "\"0.0.0.0\""},
      {"endpoint.host", "\"10.0.0.1\""},
      {"endpoint.host", "\"::\""},
      {"endpoint.port", "0"},
      {"endpoint.port", "65536"},
      {"endpoint.port", "-1"},
      {"endpoint.port", "\"80\""},
      {"token", "\"AAEC\""},
      {"token", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\""},
      {"token", "\"\""},
      {"level", "3"},
      {"level", "18446744073709551615"},
      {"approvals", "\"nobody\""},
      {"state", "\"starting\""},
      {"started_by", "\"hand\""},
      {"label", "\"short\""},
      {"label", "\"23jv5x2mqw7rt4ya\""},
      {"label", "\"k3jv5x2mqw7rt4y1\""},
      {"title", '"' + std::string(257, 'a') + '"'},
      {"color", "\"red\""},
      {"color", "\"#12345g\""},
      {"icon", "\"https://example.org/x.png\""},
      {"icon", "\"data:image/png,a b\""},
      {"icon", "\"data:image/" + long_text + '"'},
      {"chain_id", "\"1\""},
      {"chain_id", "\"0x01\""},
      {"chain_id", "\"0x\""},
      {"chain_id", "\"0xAB\""},
      {"chain_id", "\"0x12345678901234567\""},
      {"software.name", '"' + std::string(65, 'a') + '"'},
      {"software.version", '"' + std::string(65, 'a') + '"'},
      {"extra", "{\"a\":\"" + long_text + "\"}"},
  }));
  check_refused(example_with(row.key, row.value), row.key);
}

TEST_CASE("the longest allowed values are allowed", "[record]") {
  Record record = sample_record(std::string(63, 'a'));
  record.boot_id = std::string(64, 'b');
  record.title = std::string(256, 't');
  record.icon = "data:image/" + std::string(32768 - 11, 'i');
  record.extra = "{\"a\":\"" + std::string(16384 - 8, 'e') + "\"}";
  record.software = {std::string(64, 'n'), std::string(64, 'v')};
  record.chain_id = "0x1234567890abcdef";
  record.endpoint.host = "127.255.255.255";
  CHECK(check(record));
  const auto text = to_json(record);
  CHECK(text.size() < kMaxRecordBytes);
  CHECK(parse_record(text));
}

TEST_CASE("a record that could not be written as JSON is refused", "[record]") {
  const auto refused = [](auto&& spoil) {
    Record record = sample_record("alice");
    spoil(record);
    auto ok = check(record);
    REQUIRE(!ok);
    CHECK(ok.error().code == Errc::invalid);
    return ok.error().message;
  };
  const std::string bad = "\xff";
  CHECK(refused([&](Record& r) { r.title = bad; }) == "title must be UTF-8");
  CHECK(refused([&](Record& r) { r.boot_id = bad; }) ==
        "boot_id must be UTF-8");
  CHECK(refused([&](Record& r) { r.software.name = bad; }) ==
        "software.name must be UTF-8");
  CHECK(refused([&](Record& r) { r.software.version = bad; }) ==
        "software.version must be UTF-8");
  CHECK(refused([&](Record& r) {
          r.icon = "data:image/" + bad;
        }).starts_with("icon "));
  for (const std::string extra :
       {"[]", "{", "7", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", "{}{}"}) {
    CAPTURE(extra);
    CHECK(refused([&](Record& r) { r.extra = extra; }).starts_with("extra "));
  }
  CHECK(refused([&](Record& r) {
          r.extra = "{\"a\":" + nested(7) + "}";
        }).starts_with("extra "));
}

TEST_CASE("row 31: a duplicate key is refused at every level", "[record]") {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = example();
    return text.replace(text.find(from), from.size(), to);
  };
  check_refused(with("\"pid\": 48213", "\"pid\": 48213, \"pid\": 1"),
                "duplicate key \"pid\"");
  check_refused(with("\"port\": 8766", "\"port\": 8766, \"port\": 1"),
                "duplicate key \"endpoint.port\"");
  check_refused(with("\"desk\": \"left\"", "\"desk\": 1, \"desk\": 2"),
                "duplicate key \"desk\"");
  check_refused(with("\"level\": 2", "\"level\": 2, \"new\": 1, \"new\": 2"),
                "duplicate key \"new\"");
  check_refused(with("\"level\": 2",
                     "\"level\": 2, \"new\": [{\"a\":1,"
                     "\"a\":2}]"),
                "duplicate key \"a\"");
  check_refused(with("\"port\": 8766", "\"port\": 8766, \"x\": 1, \"x\": 2"),
                "duplicate key \"endpoint.x\"");
}

TEST_CASE("a refusal quotes little of a key, and nothing unseen", "[record]") {
  const std::string key = R"("\u001b[2J)" + std::string(1000, 'k') + "\"";
  const auto record = parse_record("{" + key + ":1," + key + ":2}");
  REQUIRE(!record);
  CHECK(record.error().message.starts_with(R"(duplicate key "\x1b[2Jkkk)"));
  CHECK(record.error().message.size() < 300);
}

TEST_CASE("unknown keys are ignored whatever they hold", "[record]") {
  const auto value =
      GENERATE("null", "true", "-1", "1.5", "7", "\"x\"", "[1,[2]]",
               R"({"name":"bob","endpoint":{"port":1}})");
  const auto expected = parse_record(example());
  for (const std::string key : {"new", "endpoint.new", "software.new"}) {
    auto record = parse_record(example_with(key, value));
    REQUIRE(record);
    CHECK(*record == *expected);
  }
  json crowded = json::parse(example());
  for (int i = 0; i < 64; ++i) crowded["new" + std::to_string(i)] = i;
  CHECK(parse_record(crowded.dump()));
  crowded["one more"] = 1;
  check_refused(crowded.dump(), "one unknown key too many");
}

TEST_CASE("a depth of 8 is read and one of 9 is refused", "[record]") {
  CHECK(parse_record(example_with("new", nested(7))));
  check_refused(example_with("new", nested(8)), "nested deeper");
  CHECK(parse_record(example_with("extra", "{\"a\":" + nested(6) + "}")));
  check_refused(example_with("extra", "{\"a\":" + nested(7) + "}"),
                "nested deeper");
  CHECK(parse_record(example_with("endpoint.new", nested(6))));
  check_refused(example_with("endpoint.new", nested(7)), "nested deeper");
}

TEST_CASE("a record of a newer format is told apart from a damaged one",
          "[record]") {
  check_refused(example_with("format", "2"), "newer than this program");
  check_refused(R"({"format":2,"endpoint":"unix:/x"})",
                "format 2 is newer than this program");
}

TEST_CASE("text that is no whole JSON object is refused", "[record]") {
  check_refused("", "not valid JSON");
  check_refused("[]", "is no object");
  check_refused("7", "is no object");
  check_refused("\"x\"", "is no object");
  check_refused("null", "is no object");
  check_refused(example().substr(0, example().size() / 2), "not valid JSON");
  check_refused(example() + "x", "not valid JSON");
  check_refused(example() + std::string(1, '\0'), "not valid JSON");
  check_refused(example() + std::string(1, '\0') + "{\"pid\":1}",
                "not valid JSON");
  check_refused(std::string(100, '\0'), "not valid JSON");
  check_refused("{\"title\":\"\xff\"}", "not valid JSON");
}

TEST_CASE("names of Berth's own begin with an at sign", "[record]") {
  CHECK(is_record_name("alice"));
  CHECK(is_record_name("@berthd"));
  CHECK(is_record_name(std::string(63, 'a')));
  CHECK(!is_record_name("@"));
  CHECK(!is_record_name("@@a"));
  CHECK(!is_record_name(""));
  CHECK(!is_record_name("a/b"));
  CHECK(!is_record_name(std::string(64, 'a')));
}
