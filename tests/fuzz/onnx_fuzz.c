/* onnx_fuzz.c -- libFuzzer's target for `rnnc import`: whatever the bytes are, there is a description or a sentence. Build and run:
 * tests/fuzz/run onnx [SECONDS]
 */
#include "import.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static ImportMemory room;
    static lua_State *L;
    import_room(&room, n);
    if (!L)
        L = import_state(&room);
    lua_settop(L, 1);
    lua_getfield(L, 1, "describe");
    lua_pushcfunction(L, import_read);
    lua_pushlstring(L, (const char *)bytes, n);
    bool failed = lua_pcall(L, 1, 1, 0);
    if (!failed) {
        lua_newtable(L);
        lua_pushstring(L, "net");
        lua_setfield(L, -2, "name");
        lua_pushstring(L, "net.onnx");
        lua_setfield(L, -2, "file");
        failed = lua_pcall(L, 2, 1, 0);
    }
    if (failed) {
        const char *s = import_message(L);
        if (!*s || !strncmp(s, "gen/import", 10))       /* the interpreter's own words */
            abort();
    }
    return 0;
}
