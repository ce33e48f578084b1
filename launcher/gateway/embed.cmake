# Writes the files that LIST names, one a line, by their paths from its folder,
# into the C++ source OUT, which defines what assets.h declares.
# Run as: cmake -D LIST=... -D OUT=... -P embed.cmake
cmake_minimum_required(VERSION 3.25)
get_filename_component(folder "${LIST}" DIRECTORY)

set(TYPE_html "text/html; charset=utf-8")
set(TYPE_css "text/css; charset=utf-8")
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_svg "image/svg+xml")

set(bytes "")
set(table "")
set(count 0)
file(STRINGS "${LIST}" names)
foreach(name IN LISTS names)
  string(REGEX MATCH "[a-z]+$" extension "${name}")
  if(NOT DEFINED TYPE_${extension})
    message(FATAL_ERROR "no content type for ${name}")
  endif()
  file(READ "${folder}/${name}" text)
  # A browser's tools would ask for a map that is not served.
  string(REGEX REPLACE "\n//# sourceMappingURL=[^\n]*" "" text "${text}")
  file(WRITE "${OUT}.part" "${text}")
  file(READ "${OUT}.part" hex HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," array "${hex}")
  string(APPEND bytes "constexpr char k${count}[] = {${array}'\\0'};\n")
  string(APPEND table
         "    {\"${name}\", \"${TYPE_${extension}}\", "
         "{k${count}, sizeof k${count} - 1}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(REMOVE "${OUT}.part")

file(WRITE "${OUT}" "#include \"launcher/gateway/assets.h\"

namespace berth::launcher {
namespace {

${bytes}
constexpr Asset kAssets[] = {
${table}};

}  // namespace

std::span<const Asset> all_assets() { return kAssets; }

}  // namespace berth::launcher
")
