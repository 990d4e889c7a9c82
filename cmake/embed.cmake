# Run by embed_texts: writes OUT from FILES (a list of paths below ROOT), as arrays of bytes.
set(text "/* made by cmake/embed.cmake */\n#include \"rnnc.h\"\n\n#include <string.h>\n\n")
set(table "")
set(number 0)
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH name ${ROOT} ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND text "static const unsigned char text_${number}[] = {${bytes}0};\n")
  string(APPEND table "    { \"${name}\", (const char *)text_${number}, sizeof text_${number} - 1 },\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND text "\nconst Embedded embedded[] = {\n${table}    { NULL, NULL, 0 }\n};\n
const char *embedded_text(const char *name, size_t *size)
{
    for (const Embedded *e = embedded; e->name; e++)
        if (!strcmp(e->name, name)) {
            if (size)
                *size = e->size;
            return e->text;
        }
    return NULL;
}
")
file(WRITE ${OUT} "${text}")
