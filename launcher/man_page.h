// The manual pages of the programs, made of what their --help prints.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "registry/base/result.h"

namespace berth::launcher {

// berth(1), with every command of `app`.
[[nodiscard]] std::string man_page_of(const CLI::App& app);

// Of another program of the house, which is run for its help.
[[nodiscard]] Result<std::string> man_page_of(const std::string& program);

}  // namespace berth::launcher
