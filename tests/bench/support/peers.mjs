// What a user would take instead. A module of peers/ says
//   who         its name in the result
//   missing()   what it lacks on this machine; undefined: nothing
//   version()   as the report tells it
//   list(undo, count)  {command, env}: what lists the `count` entries that it
//               has set up, until `undo` ends them
// and what else a measure asks of it.
const told = new Set()

// Those that are here. Of the others it is said, once, that they are left out.
export function present(peers) {
  return peers.filter(({ who, missing }) => {
    const reason = missing()
    if (reason && !told.has(who)) console.error(`left out: ${who}, because ${reason}`)
    if (reason) told.add(who)
    return !reason
  })
}
