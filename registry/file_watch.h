// Watches a registry directory: kernel notices are hints, the truth is read.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>

#include "registry/base/timers.h"
#include "registry/registry.h"

namespace berth::registry {

// Makes the directory where it does not exist. `timers` must outlive it.
// A death is told within about a millisecond; where the user has no inotify
// instance left, within a second. Errors: those of make_directory().
[[nodiscard]] Result<std::unique_ptr<Watch>> watch_directory(
    const std::filesystem::path& directory,
    boost::asio::any_io_executor executor, Timers& timers, OnEvent on_event);

}  // namespace berth::registry
