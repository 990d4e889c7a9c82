# What `cmake --install` puts where: the program, the runtime's sources for trainers, the CMake package, the pkg-config file,
# the documents. Everything is found relative to its own place, so that the folder may be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_DATADIR}/cmake/rnnc)
configure_package_config_file(cmake/rnnc-config.cmake.in ${PROJECT_BINARY_DIR}/rnnc-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rnnc-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
configure_file(cmake/rnnc.pc.in ${PROJECT_BINARY_DIR}/rnnc.pc @ONLY)

install(TARGETS rnnc)
install(DIRECTORY runtime/ DESTINATION ${CMAKE_INSTALL_DATADIR}/rnnc/runtime FILES_MATCHING PATTERN "*.[ch]")
install(FILES ${PROJECT_BINARY_DIR}/rnnc-config.cmake ${PROJECT_BINARY_DIR}/rnnc-config-version.cmake cmake/rnnc-functions.cmake
        DESTINATION ${package})
install(FILES ${PROJECT_BINARY_DIR}/rnnc.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# the same functions for a project that has this one as a subdirectory
add_executable(rnnc::rnnc ALIAS rnnc)
set(rnnc_RUNTIME ${PROJECT_SOURCE_DIR}/runtime)
include(rnnc-functions)
