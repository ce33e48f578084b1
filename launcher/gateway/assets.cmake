# Sets gateway_assets to the generated source that holds the files of assets/.
set(assets ${CMAKE_CURRENT_SOURCE_DIR}/gateway/assets)
set(ui ${PROJECT_SOURCE_DIR}/provider/ui)
berth_npm_install(${ui})

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
