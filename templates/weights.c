/* ${name}_weights.c -- written by rnnc ${version}: the constants of ${name}.c.
 * ${about}
 * What rnnc writes belongs to you: no licence of rnnc's applies to this file.
 */
#include "${name}.h"

//% if not image then
#if defined __GNUC__ && defined RNNC_WEIGHTS_SECTION   /* -DRNNC_WEIGHTS_SECTION='".name"': a place of their own for the linker */
#define ALIGNED __attribute__((aligned(64), section(RNNC_WEIGHTS_SECTION)))
#elif defined __GNUC__
#define ALIGNED __attribute__((aligned(64)))
#else
#define ALIGNED
#endif

#ifdef __cplusplus
extern "C" {
#endif
//% for _, a in ipairs(arrays) do
extern ALIGNED const ${real} ${a.name}[${a.size}];
//% end
#ifdef __cplusplus
}
#endif
//% for _, a in ipairs(arrays) do

/* ${a.about} */
const ${real} ${a.name}[${a.size}] = {
${a.values}};
//% end
//% end
//% for _, v in ipairs(symbols) do

const char *const ${name}_${v.name}_symbols[${v.classes}] = {
${v.rows}};
//% end
//% if vocabulary then

const int32_t ${name}_vocabulary[${vocabulary}] = {
${vocabulary_values}};
//% end
//% for _, n in ipairs(scales) do

const ${real} ${name}_mean_${n.name}[${n.size}] = { ${n.mean} };
const ${real} ${name}_std_${n.name}[${n.size}] = { ${n.std} };
//% end

static const rnnc_port ${name}_port[] = {
//% for _, p in ipairs(ports) do
    { ${p.name}, ${p.output}, ${p.classes}, ${p.numbers} },
//% end
};
const rnnc_descriptor ${name}_descriptor = {
    "${name}", "${version}", ${command_literal}, ${steps and 1 or 0}, ${#ports}, ${name}_port,
    ${up}_PARAMETERS, ${up}_WEIGHT_BYTES, ${up}_STATE_BYTES, ${up}_WORK_BYTES, ${up}_STACK_BYTES,
    ${up}_MODEL_HASH, ${up}_WEIGHTS_HASH,
};
