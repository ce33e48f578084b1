#include "launcher/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace berth::launcher {
namespace {

bool wants_color(Color color, bool terminal) {
  if (color != Color::automatic) return color == Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const char* term = std::getenv("TERM");
  return terminal && !refused && term != nullptr &&
         std::string_view(term) != "dumb";
}

// ECMA-48 SGR parameters.
const char* sgr(Paint paint) {
  switch (paint) {
    case Paint::green:
      return "32";
    case Paint::yellow:
      return "33";
    case Paint::red:
      return "31";
    case Paint::dim:
      return "2";
    case Paint::bold:
      return "1";
    case Paint::none:
      break;
  }
  return "0";
}

void put(std::FILE* out, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out);
}

}  // namespace

Console::Console(Color color)
    : terminal_(::isatty(STDOUT_FILENO) == 1),
      asks_(::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1),
      color_(wants_color(color, terminal_)) {}

void Console::line(std::string_view text) const {
  write(text);
  write("\n");
}

void Console::write(std::string_view text) const { put(stdout, text); }

int Console::fail(const Failure& failure) const {
  std::fflush(stdout);  // in the order of events, where both are one terminal
  put(stderr, "berth: " + failure.error.message + "\n");
  if (!failure.error.hint.empty()) put(stderr, failure.error.hint + "\n");
  return static_cast<int>(failure.exit);
}

void Console::note(std::string_view text) const {
  std::fflush(stdout);
  put(stderr, std::string(text) + "\n");
}

void Console::progress(std::string_view text) const {
  if (::isatty(STDERR_FILENO) == 1) note(text);
}

void Console::status(std::string_view text) const {
  winsize size{};
  if (::isatty(STDERR_FILENO) != 1) return;
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
  // One that wraps could not be taken back.
  const std::size_t columns = known && size.ws_col > 1 ? size.ws_col - 1u : 79u;
  std::fflush(stdout);
  // ECMA-48: to the line's beginning, then erase what follows.
  put(stderr, "\r\x1b[K" + std::string(text.substr(0, columns)));
}

bool Console::confirm(std::string_view question) const {
  if (!asks_) return false;
  put(stderr, std::string(question) + " [y/N] ");
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string Console::painted(Paint paint, std::string_view text) const {
  if (!color_ || paint == Paint::none) return std::string(text);
  return std::string("\x1b[") + sgr(paint) + "m" + std::string(text) +
         "\x1b[0m";
}

int Console::finish(int code) const {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return fail(errno_error(errno, "write standard output"));
}

}  // namespace berth::launcher
