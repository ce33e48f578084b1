// A table for people: columns as wide as their widest cell, measured as a
// terminal shows it. Cells must be made visible() before.
#pragma once

#include <string>
#include <vector>

#include "launcher/console.h"

namespace berth::launcher {

struct Cell {
  std::string text;
  Paint paint = Paint::none;
};

struct Column {
  std::string header;
  std::size_t least_width = 0;
};

// Two blanks between columns, none at the end of a line.
[[nodiscard]] std::string render_table(
    const std::vector<Column>& columns,
    const std::vector<std::vector<Cell>>& rows, const Console& console);

}  // namespace berth::launcher
