# What find_package(rnnc) gives beside rnnc::rnnc: a description becomes a library, a program or a test. rnnc runs at
# build time, again only when the description, a file that it requires, or its weights have changed. Needs: RNNC_EXECUTABLE
# or rnnc::rnnc, and rnnc_RUNTIME, the folder of the runtime's sources.
#
#   rnnc_add_predictor(TARGET MODEL m.lua [WEIGHTS w.safetensors] [NAME n] [DEFINES k=v...] [OPTIONS o...])
#       a static library; its header is NAME.h, its functions NAME_step, ... (NAME: the target's)
#   rnnc_add_trainer(TARGET MODEL m.lua [NAME n] [DEFINES k=v...] [OPTIONS o...])
#       a program that trains the network
#   rnnc_add_golden_test(TEST MODEL m.lua [WEIGHTS w] [FROM golden.safetensors] [NAME n] [DEFINES k=v...] [OPTIONS o...])
#       a program and a ctest that holds the generated code, outputs and gradients, to recorded numbers

function(_rnnc_executable out)
  if(RNNC_EXECUTABLE)
    set(${out} ${RNNC_EXECUTABLE} PARENT_SCOPE)
  elseif(TARGET rnnc::rnnc)
    set(${out} rnnc::rnnc PARENT_SCOPE)
  else()
    message(FATAL_ERROR "rnnc: cross-compiling needs an rnnc that runs here: set RNNC_EXECUTABLE to its path")
  endif()
endfunction()

# one run of rnnc: outputs in a folder of the target's own; sets made_DIR and made_NAME for the caller
function(_rnnc_generate command target suffixes)
  set(files_predictor WEIGHTS)
  set(files_trainer)
  set(files_golden WEIGHTS FROM)
  cmake_parse_arguments(arg "" "MODEL;NAME;${files_${command}}" "DEFINES;OPTIONS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    string(REPLACE ";" " " unknown "${arg_UNPARSED_ARGUMENTS}")
    string(REPLACE ";" ", " known "MODEL;NAME;${files_${command}};DEFINES;OPTIONS")
    message(FATAL_ERROR "rnnc: ${target}: unknown arguments: ${unknown} (there are ${known})")
  endif()
  if(NOT arg_MODEL)
    message(FATAL_ERROR "rnnc: ${target}: MODEL is missing: which description?")
  endif()
  foreach(key IN LISTS arg_KEYWORDS_MISSING_VALUES)
    if(NOT key MATCHES "^(DEFINES|OPTIONS)$")     # an empty variable: without its weights a predictor would have random ones
      message(FATAL_ERROR "rnnc: ${target}: nothing behind ${key}")
    endif()
  endforeach()
  if(NOT arg_NAME)
    string(MAKE_C_IDENTIFIER "${target}" arg_NAME)
  endif()
  get_filename_component(model "${arg_MODEL}" ABSOLUTE)
  if(NOT EXISTS "${model}" AND NOT arg_MODEL MATCHES "^/|^\\$|^[A-Za-z]:")
    message(FATAL_ERROR "rnnc: ${target}: there is no description ${model}")
  endif()
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/rnnc/${target})
  set(words ${command} ${model} --name ${arg_NAME} -o ${dir} --depfile ${dir}/depends.d -q)
  set(inputs ${model})
  foreach(key IN LISTS files_${command})
    if(arg_${key})
      get_filename_component(file "${arg_${key}}" ABSOLUTE)
      string(TOLOWER ${key} word)
      list(APPEND words --${word} ${file})
      list(APPEND inputs ${file})
    endif()
  endforeach()
  foreach(define IN LISTS arg_DEFINES)
    list(APPEND words -D ${define})
  endforeach()
  list(APPEND words ${arg_OPTIONS})
  set(made)
  foreach(suffix IN LISTS suffixes)
    list(APPEND made ${dir}/${arg_NAME}${suffix})
  endforeach()
  _rnnc_executable(rnnc)
  list(APPEND inputs ${rnnc})
  # rnnc leaves a file alone that says the same already, which Ninja understands and Make does not
  set(touch)
  if(NOT CMAKE_GENERATOR MATCHES "Ninja")
    set(touch COMMAND ${CMAKE_COMMAND} -E touch ${made})
  endif()
  add_custom_command(
    OUTPUT ${made}
    COMMAND ${rnnc} ${words}
    ${touch}
    DEPENDS ${inputs}
    DEPFILE ${dir}/depends.d
    COMMENT "rnnc ${command} ${arg_NAME}"
    VERBATIM)
  set(made_DIR ${dir} PARENT_SCOPE)
  set(made_NAME ${arg_NAME} PARENT_SCOPE)
endfunction()

function(_rnnc_libm target how)
  if(NOT WIN32 AND NOT CMAKE_SYSTEM_NAME STREQUAL "Generic")
    target_link_libraries(${target} ${how} m)
  endif()
endfunction()

function(rnnc_add_predictor target)
  _rnnc_generate(predictor ${target} ".h;.c;_weights.c" ${ARGN})
  add_library(${target} STATIC ${made_DIR}/${made_NAME}.c ${made_DIR}/${made_NAME}_weights.c ${made_DIR}/${made_NAME}.h)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${made_DIR}>)
  _rnnc_libm(${target} PUBLIC)
endfunction()

# OpenBLAS if there is one: rnnc chooses it for large products of a trainer
function(_rnnc_program target source)
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE rnnc::runtime)
  if(NOT DEFINED CACHE{rnnc_OPENBLAS})
    find_library(rnnc_OPENBLAS openblas)
    mark_as_advanced(rnnc_OPENBLAS)
  endif()
  if(rnnc_OPENBLAS)
    target_link_libraries(${target} PRIVATE ${rnnc_OPENBLAS})
  endif()
  _rnnc_libm(${target} PRIVATE)
endfunction()

function(rnnc_add_trainer target)
  _rnnc_generate(trainer ${target} "_train.c" ${ARGN})
  _rnnc_program(${target} ${made_DIR}/${made_NAME}_train.c)
endfunction()

function(rnnc_add_golden_test target)
  _rnnc_generate(golden ${target} "_golden.c;_golden.safetensors" ${ARGN})
  _rnnc_program(${target} ${made_DIR}/${made_NAME}_golden.c)
  add_test(NAME ${target} COMMAND ${target} WORKING_DIRECTORY ${made_DIR})
endfunction()

# the runtime of trainers, compiled for the project's target and with its flags the first time that it is asked for
if(NOT TARGET rnnc::runtime)
  file(GLOB _rnnc_sources ${rnnc_RUNTIME}/rt_*.c)
  add_library(rnnc_runtime STATIC EXCLUDE_FROM_ALL ${_rnnc_sources})
  set_target_properties(rnnc_runtime PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
  target_include_directories(rnnc_runtime PUBLIC ${rnnc_RUNTIME})
  _rnnc_libm(rnnc_runtime PUBLIC)
  add_library(rnnc::runtime ALIAS rnnc_runtime)
endif()
