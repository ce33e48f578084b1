#pragma once

namespace berth {

// For a program with keys or tokens in its memory: nobody else may read that,
// no core file may hold it (one would also keep a record alive until it is
// written), and what it makes is its user's alone. Ignores SIGPIPE.
void harden_process();

}  // namespace berth
