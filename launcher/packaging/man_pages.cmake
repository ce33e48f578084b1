# The manual pages, each from the one text that there is: what a program prints
# for --help, or a Markdown file.
find_program(GO_MD2MAN go-md2man REQUIRED)
find_program(GZIP gzip REQUIRED)
set(BERTH_MARKDOWN_PAGE ${CMAKE_CURRENT_LIST_DIR}/markdown_page.cmake)

# berth_man_page(NAME.SECTION COMPONENT COMPONENT COMMAND ... DEPENDS ...):
# builds and installs a page. COMMAND writes it to the file man/NAME.SECTION of
# the build directory.
function(berth_man_page page)
  cmake_parse_arguments(ARG "" "COMPONENT" "COMMAND;DEPENDS" ${ARGN})
  set(file ${CMAKE_BINARY_DIR}/man/${page})
  add_custom_command(
    OUTPUT ${file}.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
    COMMAND ${ARG_COMMAND}
    COMMAND ${GZIP} -9nf ${file}
    DEPENDS ${ARG_DEPENDS})
  add_custom_target(${page} ALL DEPENDS ${file}.gz)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${file}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
          COMPONENT ${ARG_COMPONENT})
endfunction()

# berth_program_page(NAME.SECTION): of what the program NAME says of itself.
function(berth_program_page page)
  string(REGEX REPLACE "[.].$" "" program ${page})
  set(words ${program})
  if(program STREQUAL berth)
    set(words "") # berth knows itself
  endif()
  berth_man_page(
    ${page} COMPONENT runtime
    COMMAND berth help --man ${words} > ${CMAKE_BINARY_DIR}/man/${page}
    DEPENDS berth ${program})
endfunction()

# berth_markdown_page(NAME.SECTION FILE COMPONENT COMPONENT [ABOUT TEXT]): of a
# Markdown file; ABOUT where it is no page yet, see markdown_page.cmake.
function(berth_markdown_page page markdown)
  cmake_parse_arguments(ARG "" "COMPONENT;ABOUT" "" ${ARGN})
  string(REGEX MATCH "^(.*)[.](.)$" matched ${page})
  berth_man_page(
    ${page} COMPONENT ${ARG_COMPONENT}
    COMMAND
      ${CMAKE_COMMAND} -D IN=${markdown} -D OUT=${CMAKE_BINARY_DIR}/man/${page}
      -D NAME=${CMAKE_MATCH_1} -D SECTION=${CMAKE_MATCH_2} -D
      VERSION=${PROJECT_VERSION} -D MD2MAN=${GO_MD2MAN} -D "ABOUT=${ARG_ABOUT}"
      -P ${BERTH_MARKDOWN_PAGE}
    DEPENDS ${markdown} ${BERTH_MARKDOWN_PAGE})
endfunction()

berth_program_page(berth.1)
berth_program_page(berth-instance.1)
berth_program_page(berth-talk.1)
berth_program_page(berth-native-host.1)
berth_program_page(berthd.8)
berth_markdown_page(
  berth-registry.5 ${PROJECT_SOURCE_DIR}/registry/README.md COMPONENT runtime
  ABOUT "the records by which wallet instances are found, format 1")
berth_markdown_page(libberth.3 ${PROJECT_SOURCE_DIR}/registry/c/berth.3.md
                    COMPONENT development)
