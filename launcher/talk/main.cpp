// berth-talk: run by `berth`, for what takes a connection.
#include <charconv>
#include <iostream>
#include <optional>
#include <string_view>

#include "launcher/talk/help.h"
#include "launcher/talk/talk.h"

namespace {

using namespace berth;
using Arguments = std::vector<std::string>;

int usage() {
  std::cerr << "berth: wrong usage: berth-talk\nsee: berth-talk --help\n";
  return talk::kUsage;
}

int tell(std::string_view text) {
  std::cout << text;
  return 0;
}

// Seconds, with or without an "s", as in "--timeout 2.5s".
std::optional<std::chrono::milliseconds> parse_limit(std::string_view text) {
  if (text.ends_with('s')) text.remove_suffix(1);
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || rest != end || !(seconds > 0 && seconds < 1e6))
    return std::nullopt;
  return std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

int call(Arguments arguments) {
  talk::CallArguments call;
  if (arguments.size() >= 2 && arguments[0] == "--timeout") {
    const auto limit = parse_limit(arguments[1]);
    if (!limit) return usage();
    call.limit = *limit;
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  }
  if (arguments.size() < 2 || arguments.size() > 3) return usage();
  call.name = arguments[0];
  call.method = arguments[1];
  if (arguments.size() == 3) call.params = arguments[2];
  return talk::call(std::move(call));
}

int exec(const Arguments& arguments) {
  if (arguments.size() < 3 || arguments[1] != "--") {
    usage();
    return talk::kExecFailed;
  }
  return talk::exec(arguments[0], {arguments.begin() + 2, arguments.end()});
}

int health(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] != "--json") return usage();
  return talk::health({arguments.begin() + 1, arguments.end()});
}

int request(const Arguments& arguments) {
  if (arguments.size() < 4) return usage();
  return talk::request({arguments[0],
                        arguments[1],
                        arguments[2],
                        {arguments.begin() + 3, arguments.end()}});
}

int mdns(const Arguments& arguments) {
  return arguments == Arguments{"--json"} ? talk::mdns() : usage();
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments all(argv + 1, argv + argc);
  if (all.empty()) return usage();
  const Arguments rest(all.begin() + 1, all.end());
  if (all[0] == "--help" || all[0] == "-h") return tell(talk::kHelp);
  if (all[0] == "--version") return tell("berth-talk " BERTH_VERSION "\n");
  if (all[0] == "call") return call(rest);
  if (all[0] == "exec") return exec(rest);
  if (all[0] == "health") return health(rest);
  if (all[0] == "mdns") return mdns(rest);
  if (all[0] == "request") return request(rest);
  return usage();
}
