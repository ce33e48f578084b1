// What the user sees: stdout for facts, stderr for errors and progress, colour
// and questions only on a terminal. One thread.
#pragma once

#include <string>
#include <string_view>

#include "launcher/failure.h"

namespace berth::launcher {

enum class Color { automatic, always, never };
enum class Paint { none, green, yellow, red, dim, bold };

class Console {
 public:
  // Decides by the terminal and NO_COLOR (no-color.org) where automatic.
  explicit Console(Color color);

  // One line on stdout.
  void line(std::string_view text) const;
  // Text as it is on stdout.
  void write(std::string_view text) const;
  // "berth: <what happened>: <subject>" and the hint; gives the exit code.
  int fail(const Failure& failure) const;
  // A note on stderr that is no error.
  void note(std::string_view text) const;
  // The same, only where somebody watches.
  void progress(std::string_view text) const;
  // The same as a line that stays until the next status; the empty one clears
  // it, which must come before any other output. `text` is ASCII.
  void status(std::string_view text) const;

  // Asks on the terminal; false where there is none, and for anything but yes.
  [[nodiscard]] bool confirm(std::string_view question) const;
  // Both stdin and stderr lead to a person.
  [[nodiscard]] bool can_ask() const { return asks_; }
  [[nodiscard]] bool is_terminal() const { return terminal_; }

  // `text` in a colour, for stdout.
  [[nodiscard]] std::string painted(Paint paint, std::string_view text) const;

  // Whether everything reached stdout (a full disk); says so, and gives the
  // exit code that is to be returned instead of `code`.
  [[nodiscard]] int finish(int code) const;

 private:
  bool terminal_;
  bool asks_;
  bool color_;
};

}  // namespace berth::launcher
