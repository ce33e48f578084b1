#include "launcher/table.h"

#include <algorithm>
#include <clocale>

#include "registry/base/text.h"

namespace berth::launcher {
namespace {

// The C library knows widths of characters only in a UTF-8 locale; loading one
// takes longer than a whole `berth list`, so only for text that needs it.
std::size_t width_of(const std::string& text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
  if (ascii) return text.size();
  static const char* locale = std::setlocale(LC_CTYPE, "C.UTF-8");
  (void)locale;  // without it every character counts as one column
  return display_width(text);
}

}  // namespace

std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         const Console& console) {
  std::vector<std::size_t> widths;
  std::vector<Cell> header;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t width =
        std::max(columns[i].least_width, columns[i].header.size());
    for (const auto& row : rows) width = std::max(width, width_of(row[i].text));
    widths.push_back(width);
    header.push_back({columns[i].header, Paint::bold});
  }
  std::string out;
  const auto add = [&](const std::vector<Cell>& row) {
    std::string gap;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].text.empty()) {
        gap.append(widths[i] + 2, ' ');
        continue;
      }
      out += gap + console.painted(row[i].paint, row[i].text);
      gap.assign(widths[i] - width_of(row[i].text) + 2, ' ');
    }
    out += '\n';
  };
  add(header);
  for (const auto& row : rows) add(row);
  return out;
}

}  // namespace berth::launcher
