// All profiles, as a person chooses one for a page. One thread.
#pragma once

#include "provider/native_host/acts.h"
#include "provider/native_host/instances.h"

namespace berth::native_host {

// Answers `profiles`, from `berth list --all`. `instances` must outlive it.
asio::awaitable<Answer> profiles(ActContext context, const Instances& instances,
                                 nlohmann::json message);

}  // namespace berth::native_host
