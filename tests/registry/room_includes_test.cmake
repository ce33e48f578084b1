# Who may know whom: fails where a file of one room includes a header of a room
# that it may not know, or awaits inside a condition (which g++ 12 miscompiles).
# Run as: cmake -D SOURCE_DIR=... -P room_includes_test.cmake
cmake_minimum_required(VERSION 3.25)

# Room, then the rooms that it may know. Of two rooms that hold a file the
# longer one counts: server/http is no part of server.
set(ROOMS
    registry/base
    registry
    registry/mdns
    registry/etcd
    server/http
    server
    provider/client
    provider/native_host
    provider/demo
    launcher/daemon
    launcher/gateway
    launcher)
set(MAY_KNOW_registry/base "")
set(MAY_KNOW_registry registry/base)
set(MAY_KNOW_registry/mdns registry/base registry)
set(MAY_KNOW_registry/etcd registry/base registry)
set(MAY_KNOW_server/http registry/base registry)
set(MAY_KNOW_server registry/base registry registry/mdns registry/etcd
                    server/http)
set(MAY_KNOW_provider/client registry/base registry registry/mdns registry/etcd)
set(MAY_KNOW_provider/native_host ${MAY_KNOW_provider/client} provider/client)
set(MAY_KNOW_provider/demo ${MAY_KNOW_provider/client} provider/client)
set(MAY_KNOW_launcher ${MAY_KNOW_provider/client} provider/client
                      provider/native_host server/http launcher/gateway)
set(MAY_KNOW_launcher/gateway ${MAY_KNOW_provider/client} provider/client
                              server/http launcher)
set(MAY_KNOW_launcher/daemon ${MAY_KNOW_launcher/gateway} launcher/gateway)

# The room that holds `path`, or "".
function(room_of path result)
  set(found "")
  foreach(room IN LISTS ROOMS)
    string(FIND "${path}" "${room}/" at)
    string(LENGTH "${room}" length)
    string(LENGTH "${found}" found_length)
    if(at EQUAL 0 AND length GREATER found_length)
      set(found "${room}")
    endif()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

# Up to two pairs of parentheses deep. `if (auto x = co_await f(); x)` is fine.
set(BALANCED "([^;()]|\\(([^;()]|\\([^;()]*\\))*\\))*")
set(AWAITING_INIT "(if|switch) *\\([^;()]*= *co_await${BALANCED};")
set(AWAITING_CONDITION "[^a-z_](if|while|switch) *\\(${BALANCED}co_await")

set(problems "")
file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}"
     "${SOURCE_DIR}/registry/*" "${SOURCE_DIR}/server/*"
     "${SOURCE_DIR}/launcher/*" "${SOURCE_DIR}/provider/*")
list(FILTER files INCLUDE REGEX "\\.(h|cpp)$")
list(FILTER files EXCLUDE REGEX "/node_modules/")
list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "no source files below: ${SOURCE_DIR}")
endif()

foreach(file IN LISTS files)
  room_of("${file}" room)
  if(room STREQUAL "")
    string(APPEND problems "\n${file}: in no room that this test knows")
    continue()
  endif()
  file(STRINGS "${SOURCE_DIR}/${file}" includes REGEX "^ *# *include *\"")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^[^\"]*\"([^\"]*)\".*" "\\1" header "${line}")
    room_of("${header}" known)
    if(known STREQUAL "")
      string(APPEND problems "\n${file}: a path from the root, not \"${header}\"")
    elseif(NOT known STREQUAL room AND NOT known IN_LIST MAY_KNOW_${room})
      string(APPEND problems "\n${file}: ${room} may not know \"${header}\"")
    endif()
  endforeach()
  file(READ "${SOURCE_DIR}/${file}" text)
  string(REGEX REPLACE "${AWAITING_INIT}" "" text "${text}")
  string(REGEX MATCHALL "${AWAITING_CONDITION}" awaits "${text}")
  foreach(await IN LISTS awaits)
    string(APPEND problems "\n${file}: awaits inside a condition: ${await}")
  endforeach()
endforeach()

if(NOT problems STREQUAL "")
  message(FATAL_ERROR "${problems}")
endif()
message(STATUS "${count} files keep to the rooms they may know")
