#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/instance_requests.h"
#include "launcher/manager_record.h"
#include "registry/base/files.h"
#include "registry/base/process.h"
#include "registry/base/programs.h"

namespace berth::launcher {
namespace {

// Where the browser is sent: the address with the code in its fragment.
Result<std::string> signed_in_address() {
  const auto answers =
      ask_instances({"POST", "/v1/codes", "{}"}, {kManagerName});
  if (!answers) return answers.error();
  const auto body = body_of(*answers, kManagerName);
  if (!body) return body.error();
  if (!body->contains("url") || !body->contains("code"))
    return Error{Errc::failed, "berthd gave no code",
                 "is it of this version? berth down; berth up"};
  return (*body)["url"].get<std::string>() + "#" +
         (*body)["code"].get<std::string>();
}

// A file that only this user can read leads there: an address in an argument
// could be read by every user of the machine. Each `berth ui` replaces it.
Result<std::filesystem::path> write_redirect(const Paths& paths,
                                             const std::string& address) {
  auto made = make_private_directory(paths.state);
  if (!made) return made.error();
  const auto file = paths.state / "ui.html";
  const std::string text =
      "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Berth</title>\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta http-equiv=\"refresh\" content=\"0; url=" + address + "\">\n"
      "<p>To the <a href=\"" + address + "\">dashboard</a></p>\n";
  auto written = replace_file(file, text);
  if (!written) return written.error();
  return file;
}

// xdg-open(1) asks the desktop for the user's browser, and may stay for as long
// as that runs: whoever has not failed after this time has opened it.
constexpr const char* kOpener = "/usr/bin/xdg-open";
constexpr std::chrono::seconds kOpenLimit{3};

Result<void> open_in_browser(const std::string& url) {
  auto pid = spawn_detached({{kOpener, url}, whole_environment(), {}});
  if (!pid) return pid.error();
  auto process = ProcessHandle::open(*pid);
  if (!process || !process->wait(kOpenLimit)) return {};
  int status = 0;
  if (::waitpid(*pid, &status, WNOHANG) != *pid || status == 0) return {};
  return Error{Errc::failed,
               std::string(kOpener) + " failed, " + describe_end(status)};
}

}  // namespace

int ui(const UiOptions& options, Context& context) {
  const auto& console = context.console;
  auto running = ensure_manager(context);
  if (!running) return console.fail(running.error());
  const auto address = signed_in_address();
  if (!address) return console.fail(address.error());
  const auto file = write_redirect(context.paths, *address);
  if (!file) return console.fail(file.error());
  const std::string url = "file://" + file->string();
  if (options.no_open) return console.line(url), 0;
  const auto opened = open_in_browser(url);
  if (!opened)
    return console.fail(Error{
        Errc::failed, "no browser could be opened: " + opened.error().message,
        "open it by hand, within 30 s: " + url});
  // A browser that may not read the file says so in its own window, at most.
  console.progress("opening the dashboard; should nothing show, open it by "
                   "hand, within 30 s: " + url);
  return 0;
}

}  // namespace berth::launcher
