# Sets gateway_assets to the generated source that holds the files of assets/.
# What provider/ui has from npm is fetched once, when it is not there.
set(assets ${CMAKE_CURRENT_SOURCE_DIR}/gateway/assets)
set(ui ${PROJECT_SOURCE_DIR}/provider/ui)
if(NOT EXISTS ${ui}/node_modules/lit-html)
  find_program(NPM npm REQUIRED)
  message(STATUS "npm install in ${ui}")
  execute_process(
    COMMAND ${NPM} install --no-save --ignore-scripts --no-audit --no-fund
    WORKING_DIRECTORY ${ui} COMMAND_ERROR_IS_FATAL ANY)
endif()

file(STRINGS ${assets}/files.txt files)
list(TRANSFORM files PREPEND ${assets}/)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                                       ${assets}/files.txt)

set(gateway_assets ${CMAKE_CURRENT_BINARY_DIR}/gateway_assets.cpp)
set(embed ${CMAKE_CURRENT_SOURCE_DIR}/gateway/embed.cmake)
add_custom_command(
  OUTPUT ${gateway_assets}
  COMMAND ${CMAKE_COMMAND} -D LIST=${assets}/files.txt -D OUT=${gateway_assets}
          -P ${embed}
  DEPENDS ${embed} ${assets}/files.txt ${files})
