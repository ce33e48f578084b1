# The unpacked extension of each browser in share/berth/extension of the build
# directory, which is where its programs look as installed ones do, and a zip of
# each beside them.
set(extension ${CMAKE_CURRENT_SOURCE_DIR}/extension)
find_program(NODE node REQUIRED)
berth_npm_install(${extension})
berth_npm_install(${CMAKE_CURRENT_SOURCE_DIR}/ui)

file(GLOB_RECURSE files CONFIGURE_DEPENDS
  ${extension}/*.js ${extension}/*.mjs ${extension}/*.json ${extension}/*.html
  ${extension}/*.css ${extension}/*.png ${CMAKE_CURRENT_SOURCE_DIR}/js/lib/*.js
  ${CMAKE_CURRENT_SOURCE_DIR}/ui/*.js ${CMAKE_CURRENT_SOURCE_DIR}/ui/*.css)
list(FILTER files EXCLUDE REGEX "/node_modules/")

set(unpacked ${CMAKE_BINARY_DIR}/share/berth/extension)
set(zips ${unpacked}/berth-chromium.zip ${unpacked}/berth-firefox.zip)
set(zip ${CMAKE_COMMAND} -E tar cf)
add_custom_command(
  OUTPUT ${zips}
  COMMAND ${NODE} build.mjs ${PROJECT_VERSION} ${unpacked}
  COMMAND ${CMAKE_COMMAND} -E chdir ${unpacked}/chromium ${zip}
          ../berth-chromium.zip --format=zip .
  COMMAND ${CMAKE_COMMAND} -E chdir ${unpacked}/firefox ${zip}
          ../berth-firefox.zip --format=zip .
  WORKING_DIRECTORY ${extension}
  DEPENDS ${files})
add_custom_target(extension ALL DEPENDS ${zips})
install(DIRECTORY ${unpacked} DESTINATION ${CMAKE_INSTALL_DATADIR}/berth
        COMPONENT runtime)
