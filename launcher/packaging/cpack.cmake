# Debian packages, by `cpack --config build/release/CPackConfig.cmake`: berth,
# and for who builds on its libraries libberth0 and libberth-dev.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME berth)
set(CPACK_PACKAGE_VENDOR "the Berth authors")
set(CPACK_PACKAGE_CONTACT "the Berth authors <berth@berth.app>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# Which component of `cmake --install` goes into which package. The component
# "local" is for other places than /usr.
set(runtime_PACKAGE berth)
set(library_PACKAGE libberth0)
set(development_PACKAGE libberth-dev)
get_cmake_property(components COMPONENTS)
set(CPACK_COMPONENTS_ALL "")
foreach(component IN ITEMS runtime library development)
  if(component IN_LIST components)
    set(package ${${component}_PACKAGE})
    foreach(part IN ITEMS ${component} debian-${package})
      list(APPEND CPACK_COMPONENTS_ALL ${part})
      string(TOUPPER ${part} variable)
      set(CPACK_COMPONENT_${variable}_GROUP ${package})
    endforeach()
  endif()
endforeach()
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)

set(CPACK_DEBIAN_BERTH_PACKAGE_NAME berth)
set(CPACK_DEBIAN_BERTH_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_BERTH_PACKAGE_SUGGESTS avahi-daemon)
set(CPACK_DEBIAN_BERTH_DESCRIPTION
    "each wallet instance of a machine at a port, and the way to it
Each wallet instance is a named profile with a port of its own on 127.0.0.1,
and is found through a private registry of its user. This package has the
command line, the manager berthd, and what the browser extension speaks to,
known to Chromium, Chrome, Edge and Firefox.")
set(CPACK_DEBIAN_BERTH_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/debian/conffiles)

set(CPACK_DEBIAN_LIBBERTH0_PACKAGE_NAME libberth0)
set(CPACK_DEBIAN_LIBBERTH0_PACKAGE_SECTION libs)
# Debian wants ldconfig by a trigger; CPack has scripts that call it as well.
set(CPACK_DEBIAN_LIBBERTH0_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_LIST_DIR}/triggers)
set(CPACK_DEBIAN_LIBBERTH0_DESCRIPTION
    "registry of wallet instances, for programs in C
With it a wallet publishes itself as an instance of Berth, and a dApp finds
those that run.")

set(CPACK_DEBIAN_LIBBERTH-DEV_PACKAGE_NAME libberth-dev)
set(CPACK_DEBIAN_LIBBERTH-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBBERTH-DEV_PACKAGE_DEPENDS
    "libberth0 (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_LIBBERTH-DEV_DESCRIPTION
    "registry of wallet instances, development files
Headers, libraries, and what find_package(Berth) and pkg-config read.")

include(CPack)
