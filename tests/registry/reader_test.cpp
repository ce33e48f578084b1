#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>

#include "registry/record_reader.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using berth::test::OwnerProcess;
using berth::test::TempDir;
using berth::test::write_dead_record;
using berth::test::write_text;

namespace {

constexpr uid_t kNobody = 65534;

void write_private(const std::filesystem::path& file, std::string_view text) {
  write_text(file, text);
  ::chmod(file.c_str(), 0600);
}

void make_socket(const std::filesystem::path& path) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.string().size() < sizeof address.sun_path);
  std::strcpy(address.sun_path, path.c_str());
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address),
                 sizeof address) == 0);
}

std::string dead_text_with(const std::string& from, const std::string& to) {
  std::string text = to_json(test::sample_record("x"));
  return text.replace(text.find(from), from.size(), to);
}

struct Hostile {
  const char* what;
  Liveness liveness;
  const char* problem;
  std::function<void(const std::filesystem::path&)> make;
};

// Each puts something that is no good record at the path it is given.
const std::vector<Hostile>& hostile_entries() {
  namespace fs = std::filesystem;
  static const std::vector<Hostile> all{
      {"FIFO", Liveness::unknown, "not a regular file",
       [](const fs::path& p) { REQUIRE(::mkfifo(p.c_str(), 0600) == 0); }},
      {"symbolic link", Liveness::unknown, "symbolic link",
       [](const fs::path& p) {
         fs::create_symlink(p.parent_path() / "good.json", p);
       }},
      {"dangling link", Liveness::unknown, "symbolic link",
       [](const fs::path& p) { fs::create_symlink("nowhere", p); }},
      {"socket", Liveness::unknown, "not a regular file", make_socket},
      {"directory", Liveness::unknown, "not a regular file",
       [](const fs::path& p) { fs::create_directory(p); }},
      {"1 GB sparse", Liveness::dead, "damaged: larger than 65536 bytes",
       [](const fs::path& p) {
         write_private(p, "");
         REQUIRE(::truncate(p.c_str(), 1 << 30) == 0);
       }},
      {"one byte too many", Liveness::dead, "damaged: larger than 65536 bytes",
       [](const fs::path& p) {
         auto text = dead_text_with("\"x\"", "\"x\"");
         text.resize(kMaxRecordBytes + 1, ' ');
         write_private(p, text);
       }},
      {"0 bytes", Liveness::dead, "damaged: not valid JSON",
       [](const fs::path& p) { write_private(p, ""); }},
      {"half JSON", Liveness::dead, "damaged: not valid JSON",
       [](const fs::path& p) {
         const auto text = dead_text_with("\"x\"", "\"x\"");
         write_private(p, text.substr(0, text.size() / 2));
       }},
      {"NUL bytes", Liveness::dead, "damaged: not valid JSON",
       [](const fs::path& p) { write_private(p, std::string(512, '\0')); }},
      {"mode 0644", Liveness::unknown, "mode is not 0600",
       [](const fs::path& p) {
         write_private(p, dead_text_with("\"x\"", "\"x\""));
         REQUIRE(::chmod(p.c_str(), 0644) == 0);
       }},
      {"set-user-ID", Liveness::unknown, "mode is not 0600",
       [](const fs::path& p) {
         write_private(p, dead_text_with("\"x\"", "\"x\""));
         REQUIRE(::chmod(p.c_str(), 04600) == 0);
       }},
      {"hard link", Liveness::unknown, "more than one link",
       [](const fs::path& p) {
         const auto other = p.string() + ".other";
         write_private(other, dead_text_with("\"x\"", "\"x\""));
         fs::create_hard_link(other, p);
       }},
      {"other name", Liveness::dead, "damaged: holds the record of another",
       [](const fs::path& p) {
         write_private(p, dead_text_with("\"x\"", "\"y\""));
       }},
      {"port 0", Liveness::dead, "damaged: endpoint.port",
       [](const fs::path& p) {
         write_private(p, dead_text_with("8766", "0"));
       }},
      {"port 65536", Liveness::dead, "damaged: endpoint.port",
       [](const fs::path& p) {
         write_private(p, dead_text_with("8766", "65536"));
       }},
      {"port -1", Liveness::dead, "damaged: endpoint.port",
       [](const fs::path& p) {
         write_private(p, dead_text_with("8766", "-1"));
       }},
      {"port text", Liveness::dead, "damaged: endpoint.port",
       [](const fs::path& p) {
         write_private(p, dead_text_with("8766", "\"80\""));
       }},
      {"newer format", Liveness::dead, "newer than this program",
       [](const fs::path& p) {
         write_private(p, dead_text_with("\"format\": 1", "\"format\": 2"));
       }},
  };
  return all;
}

}  // namespace

TEST_CASE(
    "rows 30 and 31: a hostile entry is shown with its reason and hides "
    "no other",
    "[reader]") {
  TempDir home;
  OwnerProcess owner(home.path(), "good");
  for (const auto& entry : hostile_entries()) {
    CAPTURE(entry.what);
    const auto path = home / "x.json";
    entry.make(path);
    const auto start = std::chrono::steady_clock::now();
    const auto entries = read_records(home.path()).value();
    CHECK(std::chrono::steady_clock::now() - start <
          std::chrono::milliseconds(100));
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].name == "good");
    CHECK(entries[0].liveness == Liveness::alive);
    CHECK(entries[0].record.has_value());
    CHECK(entries[1].name == "x");
    CHECK(entries[1].liveness == entry.liveness);
    CHECK(!entries[1].record);
    CHECK_THAT(entries[1].problem, Catch::Contains(entry.problem));
    CHECK(read_record(home.path(), "x").value() == entries[1]);
    std::filesystem::remove_all(path);
    std::filesystem::remove(path.string() + ".other");
  }
}

TEST_CASE("row 30: a record of another user is shown as unknown", "[reader]") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to give a file away");
    return;
  }
  TempDir home;
  write_dead_record(home.path(), "alice");
  REQUIRE(::chown((home / "alice.json").c_str(), kNobody, kNobody) == 0);
  const auto entry = read_record(home.path(), "alice").value();
  CHECK(entry.liveness == Liveness::unknown);
  CHECK(entry.problem == "belongs to another user");
}

TEST_CASE("what is not named like a record is no record", "[reader]") {
  TempDir home;
  for (const char* name : {".alice.x.tmp", ".alice.json", "alice.json~",
                           "Alice.json", ".json", "a b.json", "alice.txt"})
    write_private(home / name, "{}");
  CHECK(read_records(home.path()).value().empty());
  CHECK(read_record(home.path(), ".alice").error().code == Errc::not_found);
  CHECK(read_record(home.path(), "../alice").error().code == Errc::not_found);
}

TEST_CASE("a damaged record whose owner lives is alive", "[reader]") {
  TempDir home;
  // Made here, since an owner puts back what is spoiled.
  write_private(home / "alice.json", "{");
  UniqueFd fd(::open((home / "alice.json").c_str(), O_RDWR | O_CLOEXEC));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_start = off_t{1} << 30;
  lock.l_len = 1;
  REQUIRE(::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0);
  const auto entry = read_record(home.path(), "alice").value();
  CHECK(entry.liveness == Liveness::alive);
  CHECK(!entry.record);
  CHECK(!entry.problem.empty());
}

TEST_CASE("a dead record of another boot is stopped and not crashed",
          "[reader]") {
  TempDir home;
  auto record = test::sample_record("alice");
  record.boot_id = "00000000-0000-4000-8000-000000000000";
  write_private(home / "alice.json", to_json(record));
  CHECK(read_record(home.path(), "alice").value().liveness ==
        Liveness::stopped);
  record.boot_id.clear();
  write_private(home / "alice.json", to_json(record));
  CHECK(read_record(home.path(), "alice").value().liveness == Liveness::dead);
  REQUIRE(!current_boot_id().empty());
}

TEST_CASE("a probe takes no lock", "[reader]") {
  TempDir home;
  // One that took it would be in the way of who publishes, and of others that
  // probe.
  OwnerProcess watcher(OwnerProcess::Words{
      "--fail", "fcntl=37", home.path().string(), "--watch"});  // ENOLCK
  CHECK(watcher.line() == "ready");
  OwnerProcess owner(home.path(), "alice");
  CHECK(watcher.line() == "added alice");
  owner.kill_hard();
  CHECK(watcher.line() == "crashed alice");
}

TEST_CASE("a reader beside an owner that changes sees whole records",
          "[reader]") {
  TempDir home;
  OwnerProcess owner(home.path(), "alice");
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) {
      const auto entry = read_record(home.path(), "alice");
      const bool whole =
          entry &&
          (entry->record || entry->problem.find("faster") != std::string::npos);
      if (!whole || entry->liveness == Liveness::dead) ::_exit(1);
    }
  }
  for (int i = 0; i < 500; ++i)
    REQUIRE(owner.ask("change T" + std::to_string(i)) == "done");
  int status = 0;
  CHECK(::waitpid(child, &status, WNOHANG) == 0);  // it still reads
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
}
