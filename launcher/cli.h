// The command line of `berth`: what may be typed, and which command it means.
#pragma once

#include <string>
#include <vector>

namespace berth::launcher {

// Runs one command; gives the exit code. `arguments`: without the program.
int run_command_line(std::vector<std::string> arguments);

}  // namespace berth::launcher
