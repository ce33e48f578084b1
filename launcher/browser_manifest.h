// The native messaging manifest: the file by which a browser finds
// berth-native-host. What is in it, what a browser makes of it, writing it and
// removing it. Blocking; any thread.
#pragma once

#include <filesystem>
#include <string>

#include "launcher/browsers.h"

namespace berth::launcher {

[[nodiscard]] std::string manifest_text(const Browser& browser,
                                        const std::filesystem::path& host);

struct Registration {
  enum class State {
    missing,  // no manifest
    ready,
    another,  // a good one, that leads to the berth-native-host of another
              // Berth
    wrong,    // the browser starts nothing by it
  };
  std::filesystem::path file;
  State state = State::missing;
  std::string problem;       // of another and wrong
  std::string browser_says;  // to the extension; empty where it finds no fault
};
// `host`: the berth-native-host of this Berth; empty where it has none.
[[nodiscard]] Registration examine_manifest(const Browser& browser,
                                            const std::filesystem::path& file,
                                            const std::filesystem::path& host);

// Whole or not at all, in place of whatever was there; makes the directories.
[[nodiscard]] Result<void> write_manifest(const Browser& browser, Scope scope,
                                          const std::filesystem::path& file,
                                          const std::filesystem::path& host);

// False: there was none. Errc::invalid: it is none of Berth's, and stays.
[[nodiscard]] Result<bool> remove_manifest(const std::filesystem::path& file);

}  // namespace berth::launcher
