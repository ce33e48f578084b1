// mDNS as a second source of instances. Any program of the machine can publish
// there whatever it likes, so of what it says only id and port are taken, and
// only as a question to the registry; the way to an instance is the registry's
// record: a literal loopback address, and a token to prove it by. One thread.
#pragma once

#include <vector>

#include "provider/client/directory.h"
#include "registry/base/async.h"
#include "registry/mdns/mdns.h"

namespace berth::provider {

// The instance that `seen` speaks of, which has just proven itself.
// Errc::untrusted: no running wallet instance of this registry has that id at
// that port, and nobody was dialled; or who answered failed the proof.
// Otherwise as connect() in connection.h. `registry` and `timers` are used
// during the call only.
[[nodiscard]] asio::awaitable<Result<Instance>> confirm(
    mdns::Service seen, registry::Registry& registry, Timers& timers,
    Timers::Clock::duration limit);

// All that mDNS tells of and confirm() confirms, in name order; none where
// mDNS cannot be asked. An error where the registry cannot be read. Takes about
// a second for mDNS to say that it knows of no more, `limit` at most, and then
// `limit` at most for all proofs together.
[[nodiscard]] asio::awaitable<Result<std::vector<Instance>>> find_by_mdns(
    mdns::Mdns& mdns, registry::Registry& registry, Timers& timers,
    Timers::Clock::duration limit);

}  // namespace berth::provider
