// How the command line is shown to people, in --help and in the manual page.
// For cli*.cpp and man_page.cpp only: it includes CLI11, which takes its time
// to compile.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>

namespace berth::launcher {

class HelpFormat : public CLI::Formatter {
 public:
  // "--port-range RANGE". The usage says which ones are required.
  std::string make_option_opts(const CLI::Option* option) const override;
  // With what it does not go together.
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace berth::launcher
