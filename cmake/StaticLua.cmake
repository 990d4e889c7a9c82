# The library StaticLua: Lua 5.4 from the system's package, linked statically so that rnnc is one file.
find_path(LUA54_INCLUDE lua.h PATH_SUFFIXES lua5.4 lua54)
find_library(LUA54_STATIC NAMES liblua5.4.a liblua54.a)
if(NOT LUA54_INCLUDE OR NOT LUA54_STATIC)
  message(FATAL_ERROR "Lua 5.4 with its static library is missing: install the package liblua5.4-dev")
endif()
add_library(StaticLua INTERFACE)
target_include_directories(StaticLua SYSTEM INTERFACE ${LUA54_INCLUDE})
target_link_libraries(StaticLua INTERFACE ${LUA54_STATIC} m ${CMAKE_DL_LIBS})
