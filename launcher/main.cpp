#include "launcher/cli.h"

int main(int argc, char** argv) {
  return berth::launcher::run_command_line({argv + 1, argv + argc});
}
