// What berth.h answers to calls that are wrong.
#include "tests/registry/c/support.h"

using namespace berth::test;
using namespace berth::test::c;

namespace {

struct Fixture {
  TempDir home;
  Registry registry = open(home / "run");

  std::string publish_error(const Record& record) {
    berth_error error;
    berth_publication* none = nullptr;
    CHECK(berth_publish(registry.get(), record.get(), &none, &error) ==
          BERTH_INVALID);
    CHECK(none == nullptr);
    CHECK_FALSE(std::filesystem::exists(home / "run/alice.json"));
    return error.message;
  }
};

std::string set_error(const Record& record, berth_key key, const char* text) {
  berth_error error;
  CHECK(berth_record_set_text(record.get(), key, text, &error) ==
        BERTH_INVALID);
  return error.message;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "NULL is refused, and harmless where it frees",
                 "[c]") {
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  const auto seen = watch(registry);
  berth_registry* a_registry = nullptr;
  berth_record* a_record = nullptr;
  berth_records* some = nullptr;
  berth_publication* a_publication = nullptr;
  berth_watch* a_watch = nullptr;
  berth_event event = BERTH_NOTHING;
  char text[BERTH_ANSWER_SIZE];
  const auto r = registry.get();
  const auto rec = record.get();
  const berth_code codes[] = {
      berth_open("/tmp", nullptr, nullptr),
      berth_record_new("alice", nullptr, nullptr),
      berth_record_set_text(nullptr, BERTH_KEY_TITLE, "", nullptr),
      berth_record_set_number(nullptr, BERTH_KEY_PORT, 1, nullptr),
      berth_find(nullptr, "alice", &a_record, nullptr),
      berth_find(r, nullptr, &a_record, nullptr),
      berth_find(r, "alice", nullptr, nullptr),
      berth_list(nullptr, &some, nullptr),
      berth_list(r, nullptr, nullptr),
      berth_publish(nullptr, rec, &a_publication, nullptr),
      berth_publish(r, nullptr, &a_publication, nullptr),
      berth_publish(r, rec, nullptr, nullptr),
      berth_change(nullptr, rec, nullptr),
      berth_change(publication.get(), nullptr, nullptr),
      berth_watch_open(nullptr, &a_watch, nullptr),
      berth_watch_open(r, nullptr, nullptr),
      berth_watch_next(nullptr, &event, nullptr, nullptr),
      berth_watch_next(seen.get(), nullptr, nullptr, nullptr),
      berth_claim_take("/tmp", nullptr, nullptr),
      berth_proof(nullptr, BERTH_CLIENT, "", text, nullptr),
      berth_proof(rec, BERTH_CLIENT, nullptr, text, nullptr),
      berth_proof(rec, BERTH_CLIENT, "", nullptr, nullptr),
      berth_proof_verify(nullptr, BERTH_CLIENT, "", "", nullptr),
      berth_proof_verify(rec, BERTH_CLIENT, "", nullptr, nullptr),
      berth_hello_answer(nullptr, "{}", 2, text, nullptr),
      berth_hello_answer(rec, nullptr, 0, text, nullptr),
      berth_hello_answer(rec, "{}", 2, nullptr, nullptr)};
  for (const auto code : codes) CHECK(code == BERTH_INVALID);
  CHECK(a_registry == nullptr);

  CHECK(berth_publication_fd(nullptr) == -1);
  CHECK(berth_watch_fd(nullptr) == -1);
  CHECK(berth_publication_standing(nullptr, nullptr) == BERTH_LOST);
  CHECK(berth_records_count(nullptr) == 0);
  CHECK(berth_records_at(nullptr, 0) == nullptr);
  CHECK(std::string(berth_record_text(nullptr, BERTH_KEY_NAME)).empty());
  CHECK(berth_record_number(nullptr, BERTH_KEY_PORT) == 0);
  CHECK(berth_record_liveness(nullptr) == BERTH_UNKNOWN);
  CHECK(std::string(berth_record_problem(nullptr)).empty());
  CHECK(berth_withdraw(nullptr, nullptr) == BERTH_OK);
  berth_record_free(nullptr);
  berth_records_free(nullptr);
  berth_watch_close(nullptr);
  berth_claim_release(nullptr);
  berth_close(nullptr);
  berth_nonce(nullptr);
}

TEST_CASE_METHOD(Fixture, "what cannot be published names its key", "[c]") {
  const auto record = make_record("alice");
  set(record, BERTH_KEY_TITLE, std::string(257, 'x').c_str());
  CHECK(publish_error(record) == "title is over 256 bytes");
  set(record, BERTH_KEY_TITLE, nullptr);
  set(record, BERTH_KEY_HOST, "localhost");
  CHECK(publish_error(record) ==
        "endpoint.host must be a literal loopback address");
  set(record, BERTH_KEY_HOST, nullptr);
  CHECK(text(record, BERTH_KEY_HOST) == "127.0.0.1");
  set(record, BERTH_KEY_PORT, 0);
  CHECK(publish_error(record) == "endpoint.port must be 1 to 65535");
  set(record, BERTH_KEY_PORT, 8766);
  set(record, BERTH_KEY_EXTRA, "[1]");
  CHECK(publish_error(record) == "extra must be a JSON object, at most 7 deep");
  set(record, BERTH_KEY_EXTRA, "");
  set(record, BERTH_KEY_LEVEL, 3);
  CHECK(publish_error(record) == "level must be 0, 1 or 2");
  set(record, BERTH_KEY_LEVEL, 0);
  CHECK(publish(registry, record));
}

TEST_CASE("a field takes only what it may have", "[c]") {
  const auto record = make_record("alice");
  CHECK(set_error(record, BERTH_KEY_STATE, "open") ==
        "not one of ready, locked: open");
  CHECK(set_error(record, BERTH_KEY_STARTED_BY, "me\x1b") ==
        "not one of run, start, berthd: me\\x1b");
  CHECK(set_error(record, BERTH_KEY_TITLE, "a\xff") == "not UTF-8: a\\xff");
  CHECK(set_error(record, BERTH_KEY_PORT, "80")
            .starts_with("not a key that takes text"));
  CHECK(set_error(record, BERTH_KEY_NAME, "bob")
            .starts_with("not a key that takes text"));
  CHECK(set_error(record, static_cast<berth_key>(-1), "x")
            .starts_with("not a key that takes text"));
  berth_error error;
  for (const std::int64_t port :
       {std::int64_t{-1}, std::int64_t{65536}, INT64_MAX, INT64_MIN})
    CHECK(berth_record_set_number(record.get(), BERTH_KEY_PORT, port, &error) ==
          BERTH_INVALID);
  CHECK(berth_record_set_number(record.get(), BERTH_KEY_PID, 1, &error) ==
        BERTH_INVALID);
  CHECK(number(record, BERTH_KEY_PORT) == 8766);
  CHECK(text(record, BERTH_KEY_STATE) == "ready");
  CHECK(text(record, BERTH_KEY_PORT).empty());
  CHECK(number(record, BERTH_KEY_TITLE) == 0);
}

TEST_CASE("a name that is none is refused with the rule", "[c]") {
  const auto name = GENERATE(as<std::string>(), "", "Alice", "../alice",
                             "@berthd", "a\xff", std::string(64, 'a'));
  berth_error error;
  berth_record* none = nullptr;
  CHECK(berth_record_new(name.c_str(), &none, &error) == BERTH_INVALID);
  CHECK(std::string(error.message).starts_with("no name of a profile: "));
  CHECK(std::string(error.hint).starts_with("a name is 1 to 63 of"));
  CHECK(none == nullptr);
}

TEST_CASE_METHOD(Fixture, "only what can be a name is looked up", "[c]") {
  berth_record* none = nullptr;
  for (const char* name : {"", "../x", "A", "a/b"})
    CHECK(berth_find(registry.get(), name, &none, nullptr) == BERTH_INVALID);
  CHECK(berth_find(registry.get(), "@berthd", &none, nullptr) ==
        BERTH_NOT_FOUND);
}

TEST_CASE("a message that is too long ends between two characters", "[c]") {
  std::string path = "/";
  while (path.size() < 3000) path += "\u00e4";
  berth_error error;
  berth_registry* opened = nullptr;
  REQUIRE(berth_open(path.c_str(), &opened, &error) == BERTH_OK);
  const Registry registry(opened);
  const auto record = make_record("alice");
  berth_publication* none = nullptr;
  CHECK(berth_publish(opened, record.get(), &none, &error) != BERTH_OK);
  const std::string message = error.message;
  CHECK(message.size() >= BERTH_MESSAGE_SIZE - 2);
  CHECK(message.size() < BERTH_MESSAGE_SIZE);
  CHECK(message.ends_with("\u00e4"));
}

TEST_CASE("a relative directory is refused", "[c]") {
  berth_error error;
  berth_registry* registry = nullptr;
  berth_claim* claim = nullptr;
  CHECK(berth_open("run", &registry, &error) == BERTH_INVALID);
  CHECK(std::string(error.message) == "not an absolute path: run");
  CHECK(berth_claim_take("data", &claim, &error) == BERTH_INVALID);
}

TEST_CASE_METHOD(Fixture, "a directory that others can read is refused",
                 "[c]") {
  std::filesystem::create_directory(home / "run");
  std::filesystem::permissions(home / "run", std::filesystem::perms(0755));
  berth_error error;
  berth_records* none = nullptr;
  CHECK(berth_list(registry.get(), &none, &error) == BERTH_DENIED);
  CHECK(std::string(error.message).find((home / "run").string()) !=
        std::string::npos);
  CHECK_FALSE(std::string(error.hint).empty());
}

TEST_CASE_METHOD(Fixture, "of a damaged record the name is shown, and why",
                 "[c]") {
  std::filesystem::create_directory(home / "run");
  std::filesystem::permissions(home / "run", std::filesystem::perms(0700));
  write_text(home / "run/bob.json", "{");
  std::filesystem::permissions(home / "run/bob.json",
                               std::filesystem::perms(0600));
  berth_records* records = nullptr;
  REQUIRE(berth_list(registry.get(), &records, nullptr) == BERTH_OK);
  const Records all(records);
  REQUIRE(berth_records_count(all.get()) == 1);
  const berth_record* record = berth_records_at(all.get(), 0);
  CHECK(std::string(berth_record_text(record, BERTH_KEY_NAME)) == "bob");
  CHECK(std::string(berth_record_text(record, BERTH_KEY_STATE)).empty());
  CHECK(berth_record_number(record, BERTH_KEY_PORT) == 0);
  CHECK(std::string(berth_record_problem(record)).find("JSON") !=
        std::string::npos);
  CHECK(berth_records_at(all.get(), 1) == nullptr);

  // C lets a program drop the const.
  berth_error error;
  CHECK(berth_record_set_text(const_cast<berth_record*>(record),
                              BERTH_KEY_TITLE, "x", &error) == BERTH_INVALID);
  CHECK(std::string(error.message) ==
        "nothing but its name could be read: bob");
}

TEST_CASE("every code has its name", "[c]") {
  CHECK(std::string(berth_code_name(BERTH_OK)) == "ok");
  CHECK(std::string(berth_code_name(BERTH_FORKED)) == "forked");
  CHECK(std::string(berth_code_name(static_cast<berth_code>(99))) == "unknown");
  CHECK(std::string(berth_version()).starts_with("0."));
}
