# embed_texts(OUT FILE...): a C file with `const Embedded embedded[]`, the files' texts by name relative to the source tree.
function(embed_texts out)
  set(files ${ARGN})
  list(SORT files)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} "-DOUT=${out}" "-DROOT=${PROJECT_SOURCE_DIR}" "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    COMMENT "Embedding texts"
    VERBATIM)
endfunction()
