// Publishing through berth.h: what is in the record, and that it stays there.
#include <sys/wait.h>

#include "tests/registry/c/support.h"

using namespace berth::test;
using namespace berth::test::c;

namespace {

struct Fixture {
  TempDir home;
  std::filesystem::path directory = home / "run";
  Registry registry = open(directory);

  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return directory / (name + ".json");
  }
  [[nodiscard]] berth_code find_code(const char* name) const {
    berth_record* record = nullptr;
    const berth_code code = berth_find(registry.get(), name, &record, nullptr);
    berth_record_free(record);
    return code;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what was set is what a reader finds", "[c]") {
  const auto record = make_record("alice", 8801);
  const std::pair<berth_key, const char*> texts[] = {
      {BERTH_KEY_HOST, "127.0.0.2"},
      {BERTH_KEY_TITLE, "Ålice's savings"},
      {BERTH_KEY_COLOR, "#1a7f5a"},
      {BERTH_KEY_ICON, "data:image/png;base64,AAAA"},
      {BERTH_KEY_CHAIN_ID, "0xaa36a7"},
      {BERTH_KEY_STATE, "locked"},
      {BERTH_KEY_APPROVALS, "own"},
      {BERTH_KEY_STARTED_BY, "berthd"},
      {BERTH_KEY_LABEL, "k3jv5x2mqw7rt4ya"},
      {BERTH_KEY_SOFTWARE_NAME, "vaughan"},
      {BERTH_KEY_SOFTWARE_VERSION, "1.2"},
      {BERTH_KEY_EXTRA, R"({"desk":"left"})"}};
  for (const auto& [key, value] : texts) set(record, key, value);
  set(record, BERTH_KEY_LEVEL, 2);
  const auto publication = publish(registry, record);

  const auto found = find(registry, "alice");
  for (const auto& [key, value] : texts) CHECK(text(found, key) == value);
  CHECK(number(found, BERTH_KEY_PORT) == 8801);
  CHECK(number(found, BERTH_KEY_LEVEL) == 2);
  CHECK(text(found, BERTH_KEY_KIND) == "wallet");
  CHECK(berth_record_liveness(found.get()) == BERTH_ALIVE);
  CHECK(std::string(berth_record_problem(found.get())).empty());
}

TEST_CASE_METHOD(Fixture, "the publisher's record becomes what was published",
                 "[c]") {
  const auto record = make_record("alice");
  set(record, BERTH_KEY_LEVEL, 1);
  const auto publication = publish(registry, record);

  const auto found = find(registry, "alice");
  for (const auto key : {BERTH_KEY_ID, BERTH_KEY_TOKEN, BERTH_KEY_STARTED_AT,
                         BERTH_KEY_BOOT_ID}) {
    CHECK(text(found, key) == text(record, key));
    CHECK_FALSE(text(found, key).empty());
  }
  CHECK(text(record, BERTH_KEY_TOKEN).size() == 43);
  CHECK(number(record, BERTH_KEY_PID) == ::getpid());
  CHECK(number(found, BERTH_KEY_PID) == ::getpid());
  CHECK(number(found, BERTH_KEY_UID) == ::geteuid());
  CHECK(number(found, BERTH_KEY_START_TICKS) > 0);
  CHECK(number(found, BERTH_KEY_PID_NAMESPACE) > 0);
}

TEST_CASE_METHOD(Fixture, "a level 0 record shows no token until it is raised",
                 "[c]") {
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  CHECK(read_text(file("alice")).find("token") == std::string::npos);

  set(record, BERTH_KEY_LEVEL, 1);
  CHECK(berth_change(publication.get(), record.get(), nullptr) == BERTH_OK);
  CHECK(text(find(registry, "alice"), BERTH_KEY_TOKEN) ==
        text(record, BERTH_KEY_TOKEN));
}

TEST_CASE_METHOD(Fixture, "a change keeps who it is, from whatever record",
                 "[c]") {
  const auto first = make_record("alice");
  set(first, BERTH_KEY_LEVEL, 1);
  const auto publication = publish(registry, first);

  const auto other = make_record("alice", 8802);
  set(other, BERTH_KEY_LEVEL, 1);
  set(other, BERTH_KEY_TITLE, "new");
  CHECK(berth_change(publication.get(), other.get(), nullptr) == BERTH_OK);

  const auto found = find(registry, "alice");
  CHECK(text(found, BERTH_KEY_TITLE) == "new");
  CHECK(number(found, BERTH_KEY_PORT) == 8802);
  for (const auto key : {BERTH_KEY_ID, BERTH_KEY_TOKEN, BERTH_KEY_STARTED_AT}) {
    CHECK(text(found, key) == text(first, key));
    CHECK(text(other, key) == text(first, key));
  }
}

TEST_CASE_METHOD(Fixture, "a change that fails leaves the old record", "[c]") {
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  set(record, BERTH_KEY_COLOR, "blue");
  berth_error error;
  CHECK(berth_change(publication.get(), record.get(), &error) == BERTH_INVALID);
  CHECK(std::string(error.message) == "color must be like #1a2b3c");
  CHECK(text(find(registry, "alice"), BERTH_KEY_COLOR).empty());

  const auto other = make_record("bob");
  CHECK(berth_change(publication.get(), other.get(), nullptr) == BERTH_INVALID);
}

TEST_CASE_METHOD(Fixture, "published twice it is two instances", "[c]") {
  const auto record = make_record("alice");
  auto publication = publish(registry, record);
  const auto first = text(record, BERTH_KEY_ID);
  CHECK(berth_withdraw(publication.release(), nullptr) == BERTH_OK);
  CHECK(find_code("alice") == BERTH_NOT_FOUND);
  publication = publish(registry, record);
  CHECK(text(record, BERTH_KEY_ID) != first);
}

TEST_CASE_METHOD(Fixture, "the second owner of a name is told of the first",
                 "[c]") {
  OwnerProcess owner(directory, "alice", 8801);
  const auto record = make_record("alice");
  berth_error error;
  berth_publication* none = nullptr;
  CHECK(berth_publish(registry.get(), record.get(), &none, &error) ==
        BERTH_ALREADY_RUNNING);
  CHECK(error.code == BERTH_ALREADY_RUNNING);
  CHECK(std::string(error.message)
            .starts_with("already running: alice (pid " +
                         std::to_string(owner.pid()) + ", port 8801, since "));
  CHECK(none == nullptr);
}

TEST_CASE_METHOD(Fixture, "a kill is a crash, which the next owner takes over",
                 "[c]") {
  OwnerProcess owner(directory, "alice", 8801);
  owner.kill_hard();
  berth_error error;
  berth_record* none = nullptr;
  CHECK(berth_find(registry.get(), "alice", &none, &error) == BERTH_NOT_FOUND);
  CHECK(std::string(error.message) ==
        "no such running instance, it crashed: alice");

  OwnerProcess next(directory, "alice", 8802);
  CHECK(number(find(registry, "alice"), BERTH_KEY_PORT) == 8802);
  CHECK(next.ask("withdraw") == "done");
  CHECK(find_code("alice") == BERTH_NOT_FOUND);
  CHECK_FALSE(std::filesystem::exists(file("alice")));
}

TEST_CASE_METHOD(Fixture, "an exit without a withdrawal is a crash", "[c]") {
  OwnerProcess owner(directory, "alice");
  CHECK(owner.ask("exit").empty());
  CHECK(owner.finish() == 0);
  berth_records* records = nullptr;
  REQUIRE(berth_list(registry.get(), &records, nullptr) == BERTH_OK);
  const Records all(records);
  REQUIRE(berth_records_count(all.get()) == 1);
  CHECK(berth_record_liveness(berth_records_at(all.get(), 0)) == BERTH_CRASHED);
}

TEST_CASE_METHOD(Fixture, "an owner that sleeps heals its record", "[c]") {
  OwnerProcess owner(directory, "alice");
  std::filesystem::remove(file("alice"));
  // It reads its stdin, and nothing wakes it there.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (find_code("alice") != BERTH_OK &&
         std::chrono::steady_clock::now() < end)
    ::poll(nullptr, 0, 1);
  CHECK(find_code("alice") == BERTH_OK);

  CHECK(owner.ask("standing") == "healed");
  CHECK(owner.ask("change other") == "done");
  CHECK(text(find(registry, "alice"), BERTH_KEY_TITLE) == "other");
}

TEST_CASE_METHOD(Fixture, "an owner whose name another one has is told",
                 "[c]") {
  OwnerProcess owner(directory, "alice");
  owner.signal(SIGSTOP);
  REQUIRE(::waitpid(owner.pid(), nullptr, WUNTRACED) == owner.pid());
  std::filesystem::remove(file("alice"));
  const auto record = make_record("alice", 8809);
  const auto publication = publish(registry, record);
  owner.signal(SIGCONT);
  CHECK(owner.ask("standing") == "lost");
  CHECK(owner.ask("standing") == "lost");
  CHECK(owner.ask("change x").starts_with("error closed already running"));
  CHECK(owner.ask("withdraw") == "done");
  CHECK(number(find(registry, "alice"), BERTH_KEY_PORT) == 8809);
}

TEST_CASE_METHOD(Fixture, "an owner that cannot heal says so, and heals later",
                 "[c]") {
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  const int fd = berth_publication_fd(publication.get());
  CHECK(berth_publication_standing(publication.get(), nullptr) ==
        BERTH_PUBLISHED);
  CHECK_FALSE(readable(fd, 0));

  // Others may write to the directory: nobody may publish there.
  std::filesystem::permissions(directory, std::filesystem::perms(0777));
  std::filesystem::remove(file("alice"));
  REQUIRE(readable(fd, 10000));
  berth_error reason;
  CHECK(berth_publication_standing(publication.get(), &reason) ==
        BERTH_FAILING);
  CHECK(reason.code == BERTH_DENIED);

  std::filesystem::permissions(directory, std::filesystem::perms(0700));
  auto standing = BERTH_FAILING;
  while (standing == BERTH_FAILING && readable(fd, 10000))
    standing = berth_publication_standing(publication.get(), &reason);
  CHECK(standing == BERTH_HEALED);
  CHECK(find_code("alice") == BERTH_OK);
}

TEST_CASE_METHOD(Fixture, "closing the registry withdraws what is published",
                 "[c]") {
  const auto record = make_record("alice");
  const auto publication = publish(registry, record);
  registry.reset();
  CHECK_FALSE(std::filesystem::exists(file("alice")));

  berth_error error;
  CHECK(berth_change(publication.get(), record.get(), &error) == BERTH_CLOSED);
  CHECK(std::string(error.message) == "the registry is closed");
  CHECK(readable(berth_publication_fd(publication.get()), 0));
  CHECK(berth_publication_standing(publication.get(), &error) == BERTH_LOST);
}
