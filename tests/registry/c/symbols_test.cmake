# What berth.h declares is what the version script names, what libberth exports
# and what the manual describes: nothing more, nothing less. Run as
#   cmake -D SOURCE_DIR=... -D LIBRARY=libberth.so -D NM=nm -P symbols_test.cmake
cmake_minimum_required(VERSION 3.25)
set(folder ${SOURCE_DIR}/registry/c)

# expect(WHAT NAME...): the NAMEs are those of berth.h.
function(expect what)
  list(SORT ARGN)
  list(REMOVE_DUPLICATES ARGN)
  set(missing ${declared})
  list(REMOVE_ITEM missing ${ARGN})
  set(others ${ARGN})
  list(REMOVE_ITEM others ${declared})
  if(missing OR others)
    message(SEND_ERROR "${what}: without [${missing}], but with [${others}]")
  endif()
endfunction()

file(READ ${folder}/berth.h header)
string(REGEX MATCHALL "BERTH_API [^;]*;" declarations "${header}")
set(declared "")
foreach(declaration IN LISTS declarations)
  if(declaration MATCHES "(berth_[a-z_]+)\\(")
    list(APPEND declared ${CMAKE_MATCH_1})
  endif()
endforeach()
if(NOT declared)
  message(FATAL_ERROR "no function in ${folder}/berth.h")
endif()

file(READ ${folder}/berth.map script)
string(REGEX MATCHALL "berth_[a-z_]+" names "${script}")
expect("berth.map" ${names})

execute_process(
  COMMAND ${NM} -D --defined-only --format=posix ${LIBRARY}
  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
# "NAME@@BERTH_0 T ADDRESS SIZE", and the version as a symbol of its own.
string(REGEX REPLACE "\n" ";" symbols "${symbols}")
list(FILTER symbols EXCLUDE REGEX "^(BERTH_0 A.*)?$")
list(TRANSFORM symbols REPLACE "@@BERTH_0 T .*" "")
expect("libberth.so" ${symbols})

# In the synopsis as a declaration, and in the text by its name.
file(READ ${folder}/berth.3.md manual)
string(REGEX MATCHALL "[ *](berth_[a-z_]+)\\([^)*]" names "${manual}")
list(TRANSFORM names REPLACE "[ *](berth_[a-z_]+).*" "\\1")
expect("the manual's synopsis" ${names})
string(REGEX MATCHALL "\\*\\*berth_[a-z_]+\\*\\*\\(\\)" names "${manual}")
list(TRANSFORM names REPLACE "\\*\\*(berth_[a-z_]+).*" "\\1")
expect("the manual's text" ${names})
