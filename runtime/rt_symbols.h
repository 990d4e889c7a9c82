/* rt_symbols.h -- text to class ids and back, by a table of what each class is written as ("": start, stop, padding, unknown).
 * UTF-8 in and out. Blocks as in rt_vector.h.
 */
#ifndef RT_SYMBOLS_H
#define RT_SYMBOLS_H

#include "rt_vector.h"

/* ---- rt_symbol: the bytes of the first symbol of a text: a byte, a character, or what stands before the next space ---- */
RT_INLINE size_t rt_symbol_bytes(const char *text, int unit)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = 1, want = unit != 1 || s[0] < 0xc0 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (unit == 2)
        while (s[n] && s[n] != ' ')
            n++;
    while (n < want && (s[n] & 0xc0) == 0x80)
        n++;
    return n;
}
RT_INLINE int32_t rt_symbol_class(const char *const *symbol, int32_t classes, const char *text, size_t bytes)
{
    int32_t i;
    for (i = 0; i < classes; i++) {
        size_t k = 0;
        while (k < bytes && symbol[i][k] == text[k])
            k++;
        if (k == bytes && symbol[i][k] == 0)
            return i;
    }
    return -1;
}

/* ---- rt_encode: ids of a text, at most `most`; how many it has; -1: a symbol that no class stands for ---- */
RT_INLINE int32_t rt_encode(const char *const *symbol, int32_t classes, int unit, int32_t unknown, int start, int reverse,
                            const char *text, int32_t *ids, int32_t most)
{
    int32_t n = 0, kept, i;
    if (start && n++ < most)
        ids[0] = 0;
    while (*text) {
        size_t bytes;
        int32_t id;
        if (unit == 2 && *text == ' ') {
            text++;
            continue;
        }
        bytes = rt_symbol_bytes(text, unit);
        id = rt_symbol_class(symbol, classes, text, bytes);
        id = id < 0 ? unknown : id;
        if (id < 0)
            return -1;
        if (n < most)
            ids[n] = id;
        n++;
        text += bytes;
    }
    kept = n < most ? n : most;
    for (i = start; reverse && i < kept - 1 - (i - start); i++) {
        const int32_t j = kept - 1 - (i - start), id = ids[i];
        ids[i] = ids[j], ids[j] = id;
    }
    return n;
}

/* ---- rt_decode: the text of ids, ended by 0 within `room` bytes; the bytes that all of it needs without the 0 ---- */
RT_INLINE size_t rt_decode(const char *const *symbol, int32_t classes, int unit, const int32_t *ids, int32_t n, char *text, size_t room)
{
    size_t all = 0, k;
    int32_t i;
    for (i = 0; i < n; i++) {
        const char *s = ids[i] >= 0 && ids[i] < classes ? symbol[ids[i]] : "";
        for (k = unit == 2 && all > 0 && *s ? 0 : 1; k == 0 || s[k - 1]; k++, all++)
            if (all + 1 < room)
                text[all] = k == 0 ? ' ' : s[k - 1];
    }
    if (room > 0)
        text[all < room ? all : room - 1] = 0;
    return all;
}

#endif /* RT_SYMBOLS_H */
