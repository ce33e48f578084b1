#include "server/command/invocation.h"

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::server;

namespace {

Settings settings_of(std::vector<std::string> argv) {
  Settings settings;
  settings.name = "alice";
  settings.data = "/data/alice";
  settings.command.emplace();
  settings.command->argv = std::move(argv);
  return settings;
}

}  // namespace

TEST_CASE("what is filled in is not looked at again", "[command]") {
  auto settings =
      settings_of({"x", "{name}{port}{data_dir}", "{{port}}", "{}"});
  settings.data = "/{port}";
  CHECK(arguments_for(settings, 8766) ==
        std::vector<std::string>{"x", "alice8766/{port}", "{8766}", "{}"});
}

TEST_CASE("a record's name of a program is cut between characters",
          "[command]") {
  CHECK(program_name(settings_of({"/opt/wallet"})) == "wallet");
  const std::string longest(64, 'a');
  CHECK(program_name(settings_of({longest + "a"})) == longest);
  const std::string before(63, 'a');  // the next character takes two bytes
  CHECK(program_name(settings_of({before + "\xc3\xa4"})) == before);
}

TEST_CASE("a program is found in the absolute directories of PATH, in order",
          "[command]") {
  test::TempDir home;
  const auto put = [&](const char* folder, mode_t mode) {
    std::filesystem::create_directory(home / folder);
    const auto file = home / folder / "wallet";
    test::write_text(file, "");
    ::chmod(file.c_str(), mode);
    return (home / folder).string();
  };
  const auto plain = put("plain", 0600);
  const auto first = put("first", 0700);
  const auto second = put("second", 0700);
  std::filesystem::create_directories(home / "folder/wallet");
  const auto folder = (home / "folder").string();
  CHECK(program_path("wallet", ".::bin:" + plain + ":" + folder + ":" + first +
                                   ":" + second)
            .value() == first + "/wallet");
  CHECK(program_path("wallet", plain + ":" + folder).error().code ==
        Errc::not_found);
  CHECK(program_path("wallet", "").error().code == Errc::not_found);
  CHECK(program_path("/opt/x", "").value() == "/opt/x");
}
