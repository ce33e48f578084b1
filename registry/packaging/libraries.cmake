# The libraries for other projects: what `cmake --install` puts beside the
# programs, so that find_package(Berth) and pkg-config find it wherever it lies.
# Component `library` is the shared library, `development` all the rest.
include(CMakePackageConfigHelpers)
set(berth_cmake_directory ${CMAKE_INSTALL_LIBDIR}/cmake/Berth)

# berth_install_library(NAME [HEADER...]): library berth_NAME, for C++ projects
# Berth::NAME. Its headers are included by their path from the root of the
# source, and a header may include those only that are installed too.
function(berth_install_library name)
  target_sources(
    berth_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES
                         ${ARGN})
  set_target_properties(berth_${name} PROPERTIES EXPORT_NAME ${name})
  install(
    TARGETS berth_${name}
    EXPORT BerthCxx
    ARCHIVE COMPONENT development
    FILE_SET HEADERS
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/berth-cpp
      COMPONENT development)
endfunction()

foreach(language C Cxx)
  install(
    EXPORT Berth${language}
    FILE Berth${language}Targets.cmake
    NAMESPACE Berth::
    DESTINATION ${berth_cmake_directory}
    COMPONENT development)
endforeach()

set(generated ${PROJECT_BINARY_DIR}/libraries)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/BerthConfig.cmake.in ${generated}/BerthConfig.cmake
  INSTALL_DESTINATION ${berth_cmake_directory})
write_basic_package_version_file(
  ${generated}/BerthConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${generated}/BerthConfig.cmake ${generated}/BerthConfigVersion.cmake
  DESTINATION ${berth_cmake_directory}
  COMPONENT development)

# From the .pc file up to the prefix.
file(RELATIVE_PATH berth_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /.)
foreach(package berth berth-cpp)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${package}.pc.in
                 ${generated}/${package}.pc @ONLY)
  install(
    FILES ${generated}/${package}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT development)
endforeach()
