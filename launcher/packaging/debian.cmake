# What is installed in a Debian package only, whose prefix is /usr: the
# components debian-PACKAGE.
set(debian ${CMAKE_BINARY_DIR}/debian)

# Debian's zsh does not look in site-functions.
berth_completion(zsh zsh/vendor-completions _berth
                 COMPONENT debian-berth EXCLUDE_FROM_ALL)

# The manifests by which browsers find berth-native-host lie outside of any
# prefix: ".." is / there. Those below /etc are the administrator's to change.
add_custom_command(
  OUTPUT ${debian}/conffiles
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${debian}/root
  COMMAND berth browser manifests ${debian}/root /usr/bin/berth-native-host
  COMMAND ${CMAKE_COMMAND} -E chdir ${debian}/root find etc -type f | sed s,^,/, |
          sort > ${debian}/conffiles
  DEPENDS berth)
add_custom_target(browser_manifests ALL DEPENDS ${debian}/conffiles)
install(DIRECTORY ${debian}/root/ DESTINATION .. COMPONENT debian-berth
        EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/lintian-overrides
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME berth
        COMPONENT debian-berth EXCLUDE_FROM_ALL)

# License and changes, which each package must have.
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
string(REGEX REPLACE "^.*\n\n(Permission)" "\\1" license "${license}")
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n(.)" "\n \\1" license "${license}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright.in ${debian}/copyright @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${debian}/changelog @ONLY)
execute_process(COMMAND ${GZIP} -9nkf ${debian}/changelog
                        COMMAND_ERROR_IS_FATAL ANY)
foreach(package IN ITEMS berth libberth0 libberth-dev)
  install(FILES ${debian}/copyright ${debian}/changelog.gz
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
          COMPONENT debian-${package} EXCLUDE_FROM_ALL)
endforeach()
