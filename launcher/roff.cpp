#include "launcher/roff.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace berth::launcher {
namespace {

constexpr auto npos = std::string_view::npos;

std::string capitals(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return out;
}

// For the ASCII characters that roff would show as others; else null.
const char* unless_typographic(char c) {
  switch (c) {
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    default:
      return nullptr;
  }
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// One line after the other, each read by its shape and by what came before.
class Text {
 public:
  void add(std::string_view line) {
    const auto indent = indent_of(line);
    const auto words = line.substr(indent);
    const auto gap = words.find("  ");
    if (words.empty()) {
      block_ = Block::none;
    } else if (indent == 0 && words.ends_with(':') && block_ == Block::none) {
      add_heading(words.substr(0, words.size() - 1));
    } else if (gap != npos) {
      const auto meaning = words.substr(words.find_first_not_of(' ', gap));
      out_ += roff_item(words.substr(0, gap), meaning);
      block_ = Block::item;
      after_heading_ = false;
      item_indent_ = indent;
    } else if (block_ == Block::item && indent > item_indent_) {
      out_ += roff_escaped(words) + "\n";
    } else {
      add_prose(words, indent > 0 ? Block::lines : Block::paragraph);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  enum class Block { none, paragraph, lines, item };

  void add_heading(std::string_view title) {
    in_synopsis_ = title == "Usage";
    out_ += roff_heading(in_synopsis_ ? "Synopsis" : title);
    after_heading_ = true;
  }

  void add_prose(std::string_view words, Block block) {
    if (in_synopsis_ && block == Block::paragraph) add_heading("Description");
    if (block_ != block && !after_heading_) out_ += ".PP\n";
    if (block_ == block && block == Block::lines) out_ += ".br\n";
    out_ += roff_escaped(words) + "\n";
    block_ = block;
    after_heading_ = false;
  }

  std::string out_;
  Block block_ = Block::none;
  std::size_t item_indent_ = 0;
  bool in_synopsis_ = false;
  bool after_heading_ = true;  // where a paragraph needs no beginning
};

}  // namespace

std::string roff_escaped(std::string_view text) {
  std::string out;
  if (text.starts_with('.')) out = "\\&";  // else a command of roff's
  for (const char c : text) {
    const char* const plain = unless_typographic(c);
    plain == nullptr ? out.append(1, c) : out.append(plain);
  }
  return out;
}

std::string roff_item(std::string_view tag, std::string_view meaning) {
  return ".TP\n\\fB" + roff_escaped(tag) + "\\fR\n" + roff_escaped(meaning) +
         "\n";
}

std::string roff_of_text(std::string_view text) {
  Text out;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) out.add(line);
  return out.take();
}

std::string roff_title(std::string_view name, int section) {
  return ".TH " + capitals(name) + " " + std::to_string(section) +
         " \"\" \"Berth " BERTH_VERSION "\" \"Berth\"\n";
}

std::string roff_heading(std::string_view title) {
  return ".SH " + capitals(title) + "\n";
}

}  // namespace berth::launcher
