/* import.h -- networks from elsewhere: what the files of import share. The work is done in Lua (import*.lua); C gives it the file as
 * tables and arrays of numbers. Every error is a Lua error with a sentence, so that a parser can be run many times.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "rnnc.h"

#include <lauxlib.h>
#include <lua.h>

enum { ARRAY_RANK = 8 };

typedef struct {                    /* constants of a file: an array in double precision, row by row */
    int rank, kind;                 /* kind: the number that ONNX has for the type of the elements */
    int64_t dim[ARRAY_RANK];
    int64_t n;
    double v[];
} Array;

typedef enum { KIND_FLOAT = 1, KIND_INT64 = 7, KIND_BOOL = 9, KIND_DOUBLE = 11 } ArrayKind;

Array *array_new(lua_State *L, int rank, const int64_t *dim, int kind);   /* pushes it; refuses what is too large */
Array *array_at(lua_State *L, int i);
int open_arrays(lua_State *L);                          /* pushes the table of functions on arrays */

int import_read(lua_State *L);                          /* the bytes of an ONNX file -> tables */
int import_save(lua_State *L);                          /* path, list of { name, array }: writes safetensors */

typedef struct { size_t used, most; } ImportMemory;
void import_room(ImportMemory *m, size_t bytes);        /* for a file of so many bytes */
lua_State *import_state(ImportMemory *m);               /* with the libraries and import*.lua loaded: { describe = ... } on top */
const char *import_message(lua_State *L);               /* of the error on top */

#endif
