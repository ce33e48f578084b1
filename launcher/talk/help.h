// What --help prints; man_page.cpp makes berth-talk(1) of it.
#pragma once

namespace berth::talk {

inline constexpr const char* kHelp =
    R"(berth-talk - the part of berth that speaks to instances

Usage:
  berth-talk call [--timeout SECONDS] NAME METHOD [PARAMS-JSON]
  berth-talk exec NAME -- CMD...
  berth-talk health --json NAME...
  berth-talk mdns --json
  berth-talk request VERB TARGET BODY NAME...

berth runs it for what takes a connection to an instance or to the mDNS daemon,
so that berth itself starts fast. Use berth call, berth exec, berth list --health
and berth list --mdns, which know the default NAME and whose output stays as it
is; this program's may change with any version.

Commands:
  call     one JSON-RPC request, after the instance has proven who it is; prints
           the result, and fails on an error
  exec     becomes CMD, with BERTH_URL, BERTH_WS_URL and a BERTH_TOKEN that may
           connect
  health   how each is, as a JSON object
  mdns     what mDNS says of each instance, as a JSON array
  request  the same HTTP request to each, and the answers as a JSON array; an
           empty BODY is none

Options:
  -h, --help  print this, and end
  --version   print the version, and end

Exit status:
  As that of berth(1).

See also:
  berth(1), berth-instance(1)
)";

}  // namespace berth::talk
