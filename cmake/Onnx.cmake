# The library Onnx: a reader of ONNX files made by protobuf-c from gen/onnx.proto, linked statically.
find_program(PROTOC_C NAMES protoc-c)
find_path(PROTOBUF_C_INCLUDE protobuf-c/protobuf-c.h)
find_library(PROTOBUF_C_STATIC NAMES libprotobuf-c.a)
if(NOT PROTOC_C OR NOT PROTOBUF_C_INCLUDE OR NOT PROTOBUF_C_STATIC)
  message(FATAL_ERROR "protobuf-c is missing: install the packages libprotobuf-c-dev and protobuf-c-compiler")
endif()
add_custom_command(
  OUTPUT ${PROJECT_BINARY_DIR}/onnx/onnx.pb-c.c ${PROJECT_BINARY_DIR}/onnx/onnx.pb-c.h
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/onnx
  COMMAND ${PROTOC_C} --c_out=${PROJECT_BINARY_DIR}/onnx --proto_path=${PROJECT_SOURCE_DIR}/gen ${PROJECT_SOURCE_DIR}/gen/onnx.proto
  DEPENDS ${PROJECT_SOURCE_DIR}/gen/onnx.proto
  COMMENT "Making the reader of ONNX files"
  VERBATIM)
add_library(Onnx STATIC ${PROJECT_BINARY_DIR}/onnx/onnx.pb-c.c)
target_include_directories(Onnx SYSTEM PUBLIC ${PROJECT_BINARY_DIR}/onnx ${PROTOBUF_C_INCLUDE})
target_link_libraries(Onnx PUBLIC ${PROTOBUF_C_STATIC})
