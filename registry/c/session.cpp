#include "registry/c/session.h"

#include <unistd.h>

namespace berth::c {

Session::Session(std::filesystem::path directory)
    : directory_(std::move(directory)), opener_(::getpid()) {}

Outcome<void> Session::check_process() const {
  if (::getpid() == opener_) return {};
  return Failure{BERTH_FORKED,
                 "opened by process " + std::to_string(opener_) +
                     " before a fork: " + directory_.string(),
                 "open the registry after the fork"};
}

Failure Session::closed() {
  return {BERTH_CLOSED, "the registry is closed", ""};
}

void Session::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  if (!thread_) return;
  thread_->run([this](registry::Registry&) {
    for (Guest* guest : std::exchange(guests_, {})) guest->end();
  });
  thread_.reset();
}

}  // namespace berth::c
