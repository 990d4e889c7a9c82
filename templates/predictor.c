/* ${name}.c -- written by rnnc ${version}; edit ${source} instead. The interface is ${name}.h.
 *
 * C99 (and C++11) with nothing but ${freestanding and "memcpy" or "libm"}. Vectors are as wide as the compiler's target${dispatch and ", for\n * any x86-64 as the processor it runs on (see \"copies\")" or ""}; weights lie packed for the
 * products in ${name}_weights.c. What rnnc writes belongs to you: no licence of rnnc's applies to this file.
 */
#include "${name}.h"

//% if dispatch then
#ifndef RT_COPY                     /* not again where this file reads itself: see "copies" */
//% end
${base}
//% if image then
//%   for _, a in ipairs(arrays) do
static const real *${a.name};  /* [${a.size}] ${a.about} */
//%   end

static uint64_t ${name}_image_hash(uint64_t h, const unsigned char *p, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

int ${name}_load(const void *image, size_t bytes)
{
    const unsigned char *p = (const unsigned char *)image;
    const uint32_t one = 1;
    unsigned char low;
    uint64_t said = 0, h;
    int i;
    memcpy(&low, &one, 1);
    if (low != 1)
        return 5;
    if (p == NULL || bytes != ${image})
        return 1;
    if ((uintptr_t)p % sizeof(real) != 0)
        return 2;
    h = ${name}_image_hash(UINT64_C(0xcbf29ce484222325), p, ${hash_at});
    if (${name}_image_hash(h ^ UINT64_C(0xcbf29ce484222325), p + ${hash_at + 16}, ${head - hash_at - 16}) != ${head_hash})
        return 3;
    for (i = 0; i < 16; i++) {
        const int c = p[${hash_at} + i];
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return 4;
        said = said << 4 | (uint64_t)digit;
    }
    if (${name}_image_hash(UINT64_C(0xcbf29ce484222325), p + ${head}, ${image - head}) != said)
        return 4;
//%   for _, a in ipairs(arrays) do
    ${a.name} = (const real *)(const void *)(p + ${head + a.at});
//%   end
    return 0;
}
//% else
#ifdef __cplusplus
extern "C" {
#endif
//%   for _, a in ipairs(arrays) do
extern const real ${a.name}[${a.size}];  /* ${a.about} */
//%   end
#ifdef __cplusplus
}
#endif
//% end

${places}
//% if dispatch then
/* ---- copies: built for any x86-64, this file holds its code for AVX-512, for AVX2 and for SSE2, and takes what the processor
 * has. -DRT_ONE_WIDTH: only for what the compiler was told of; -DRT_WIDEST=32: no vectors of more bytes ---- */
#define RT_COPIES 0
#if RT_VECTORS && defined __x86_64__ && !defined __AVX__ && !defined RT_ONE_WIDTH && defined __has_include
#if __has_include("${name}.c")
#undef RT_COPIES
#define RT_COPIES 1
#include <cpuid.h>
#define RT_THIS ${dispatch.hash}
#define RT_JOIN_(name, copy) name##_##copy
#define RT_JOIN(name, copy) RT_JOIN_(name, copy)
#define RT_OF(name) RT_JOIN(name, RT_COPY)
${dispatch.names}
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2")
#endif
#define RT_COPY avx512
#define RT_COPY_BYTES 64
#include "${name}.c"
#undef RT_COPY
#undef RT_COPY_BYTES
#ifdef __clang__
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi2")
#endif
#define RT_COPY avx2
#define RT_COPY_BYTES 32
#include "${name}.c"
#undef RT_COPY
#undef RT_COPY_BYTES
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#define RT_COPY sse2                /* here below */
#define RT_COPY_BYTES 16
#define RT_LAST_COPY
#endif
#endif
#endif /* RT_COPY */

#ifdef RT_COPY
#if RT_THIS != ${dispatch.hash}
#error "${name}.c reads itself, but the ${name}.c in its folder is another file: -DRT_ONE_WIDTH does without"
#endif
${dispatch.macros}#endif
//% end
${runtime}
${code}
//% if dispatch then
#if !defined RT_COPY || defined RT_LAST_COPY
#if RT_COPIES
//%   for _, f in ipairs(dispatch.entries) do
#undef ${f.name}
//%   end
#ifndef RT_WIDEST
#define RT_WIDEST 64
#endif

static int ${name}_widest(void)     /* bytes of a vector that this processor has, and that its system keeps */
{
    unsigned a, b, c, d, kept, high;
    if (__get_cpuid_max(0, NULL) < 7)
        return 16;
    __cpuid(1, a, b, c, d);
    if ((c & 0x18001000u) != 0x18001000u)           /* XGETBV, AVX, FMA */
        return 16;
    __asm__ volatile("xgetbv" : "=a"(kept), "=d"(high) : "c"(0));
    __cpuid_count(7, 0, a, b, c, d);
    if ((kept & 0x06u) != 0x06u || (b & 0x120u) != 0x120u)   /* AVX2, BMI2 */
        return 16;
    return (kept & 0xe6u) == 0xe6u && (b & 0xc0030000u) == 0xc0030000u ? 64 : 32;   /* AVX-512 F, DQ, BW, VL */
}

static int ${name}_width(void)      /* found out once, by whichever thread comes first */
{
    static int known;
    int width = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (width == 0) {
        width = ${name}_widest();
        width = width < RT_WIDEST ? width : RT_WIDEST;
        __atomic_store_n(&known, width, __ATOMIC_RELAXED);
    }
    return width;
}
//%   for _, f in ipairs(dispatch.entries) do

void ${f.name}(${f.params})
{
    const int width = ${name}_width();
    if (width == 64)
        ${f.name}_avx512(${f.call});
    else if (width == 32)
        ${f.name}_avx2(${f.call});
    else
        ${f.name}_sse2(${f.call});
}
//%   end
#endif

//% end
${helpers}
//% if #symbols > 0 then
/* Tables are in ${name}_weights.c. */
//% end
${others}
//% for _, v in ipairs(encoders) do

int32_t ${name}_encode_${v.port}(const char *text, int32_t *ids, int32_t most)
{
    return rt_encode(${name}_${v.of}_symbols, ${v.classes}, ${v.unit}, ${v.unknown}, ${v.start}, ${v.reverse}, text, ids, most);
}
//% end
//% for _, v in ipairs(symbols) do
//%   if not v.names then

size_t ${name}_decode_${v.name}(const int32_t *ids, int32_t n, char *text, size_t room)
{
    return rt_decode(${name}_${v.name}_symbols, ${v.classes}, ${v.unit}, ids, n, text, room);
}
//%   end
//% end
//% if vocabulary then
static int32_t ${name}_class_of(int32_t code)
{
    int32_t i;
    for (i = 0; i < ${vocabulary}; i++)
        if (${name}_vocabulary[i] == code)
            return i;
    return ${unknown};
}

int32_t ${name}_read(const char **text)
{
    static const int32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    const unsigned char *s = (const unsigned char *)*text;
    int32_t code = s[0];
    int more = 0, i;
    if (code == 0)
        return -1;
    if (code >= 0xf8 || (code >= 0x80 && code < 0xc0))
        code = -2;                                      /* not the first byte of a character */
    else if (code >= 0xf0)
        more = 3, code &= 0x07;
    else if (code >= 0xe0)
        more = 2, code &= 0x0f;
    else if (code >= 0xc0)
        more = 1, code &= 0x1f;
    for (i = 0, s++; i < more && (*s & 0xc0) == 0x80; i++)
        code = code * 64 + (*s++ & 0x3f);
    *text = (const char *)s;
    return ${name}_class_of(i < more || code < least[more] ? -2 : code);
}

int ${name}_write(int32_t id, char text[5])
{
    const int32_t code = id >= 0 && id < ${vocabulary} ? ${name}_vocabulary[id] : -1;
    int n = 0;
    if (code >= 0x10000) {
        text[n++] = (char)(0xf0 | code >> 18);
        text[n++] = (char)(0x80 | (code >> 12 & 0x3f));
        text[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        text[n++] = (char)(0x80 | (code & 0x3f));
    } else if (code >= 0x800) {
        text[n++] = (char)(0xe0 | code >> 12);
        text[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        text[n++] = (char)(0x80 | (code & 0x3f));
    } else if (code >= 0x80) {
        text[n++] = (char)(0xc0 | code >> 6);
        text[n++] = (char)(0x80 | (code & 0x3f));
    } else if (code >= 0)
        text[n++] = (char)code;
    text[n] = 0;
    return n;
}
//% end
//% if dispatch then
#endif
//% end
