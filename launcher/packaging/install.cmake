# What is installed beside the programs, and what a Debian package has besides.
include(${CMAKE_CURRENT_LIST_DIR}/man_pages.cmake)

# What each shell loads by itself. The programs know what is in it.
set(completions ${CMAKE_BINARY_DIR}/completions)
set(outputs "")
foreach(shell IN ITEMS bash zsh fish)
  add_custom_command(
    OUTPUT ${completions}/${shell}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}
    COMMAND berth completion ${shell} > ${completions}/${shell}
    DEPENDS berth)
  list(APPEND outputs ${completions}/${shell})
endforeach()
add_custom_target(completions ALL DEPENDS ${outputs})

# berth_completion(SHELL FOLDER NAME ...)
function(berth_completion shell folder name)
  install(FILES ${completions}/${shell}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} RENAME ${name} ${ARGN})
endfunction()
berth_completion(bash bash-completion/completions berth COMPONENT runtime)
berth_completion(fish fish/vendor_completions.d berth.fish COMPONENT runtime)
berth_completion(zsh zsh/site-functions _berth COMPONENT local)

set(doc ${CMAKE_INSTALL_DATADIR}/doc)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${doc}/berth
        COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${doc}/berth
        COMPONENT local)

include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
