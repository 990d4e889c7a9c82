/* ${name}.h -- written by rnnc ${version}; edit ${source} instead.
 *     rnnc predictor ${command}
 *
//% for _, l in ipairs(census) do
 *   ${l}
//% end
 *
 * No allocation, no input or output, no globals that change: as many networks at once as there are states, in as many
 * threads. A state is a plain struct: copy it with memcpy, keep it, go back to it.
 *
//% if steps then
 *     ${name}_state s;
//% if begin then
 *     ${name}_begin(&s, ${begin.example});
//% else
 *     ${name}_reset(&s);
//% end
 *     ${name}_step(&s, ${example});
//% else
 *     ${name}_run(${example});
//% end
 *
 * What rnnc writes belongs to you: no licence of rnnc's applies to this file.
 */
#ifndef ${guard}
#define ${guard}

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

//% for _, d in ipairs(defines) do
#define ${d.name} ${d.value}  /* ${d.about} */
//% end

//% if steps then
typedef struct {
//%   for _, f in ipairs(fields) do
    ${f.type} ${f.name}${f.size};  /* ${f.about} */
//%   end
//%   if #fields == 0 then
    char nothing;  /* the network has no state */
//%   end
} ${name}_state;

//% if begin then
/* The state before the first step, and what all steps need: call it once a sequence.
//%   for _, a in ipairs(begin.args) do
 *   ${a.name}: ${a.about}
//%   end
 */
void ${name}_begin(${name}_state *s, ${begin.params});
//% else
/* The state before the first step${rest and ": the rest to which inputs of 0 lead" or ""}. */
void ${name}_reset(${name}_state *s);
//% end

/* One step. An output's array overlaps no other: an input may be read when some outputs are written already.
//%   for _, a in ipairs(args) do
 *   ${a.name}: ${a.about}
//%   end
 */
void ${name}_step(${name}_state *s, ${params});

/* ${"`steps`"} steps, the same as that many calls of ${name}_step, bit for bit; arrays hold one row a step. */
void ${name}_run(${name}_state *s, size_t steps, ${params});
//% else
/* The whole sequence of ${T} steps. An output's array overlaps no other.
//%   for _, a in ipairs(args) do
 *   ${a.name}: ${a.about}
//%   end
 */
void ${name}_run(${params});
//% end
//% for _, v in ipairs(symbols) do

/* What each class of ${v.name} is ${v.names and "called" or "written as"}, in UTF-8; "": ${v.names and "none" or "start, stop, unknown"}. */
extern const char *const ${name}_${v.name}_symbols[${v.classes}];
//%   if not v.names then

/* The text of n ids, ended by 0, in `room` bytes; returns the bytes that all of it needs without the 0. */
size_t ${name}_decode_${v.name}(const int32_t *ids, int32_t n, char *text, size_t room);
//%   end
//% end
//% for _, v in ipairs(encoders) do

/* The classes of the ${v.what} of a text (UTF-8) for ${v.port}${v.start == 1 and ", class 0 before them" or ""}${v.reverse == 1 and ", backwards" or ""}: at most `most` of them into ids. Returns
 * how many there are${v.unknown >= 0 and "; unknown ones are class " .. v.unknown or ", -1 if there is one that no class stands for"}. */
int32_t ${name}_encode_${v.port}(const char *text, int32_t *ids, int32_t most);
//% end
//% if generate then

/* How a text goes on. {0} but for `most` and `stop` is the likeliest. */
typedef struct {
    int32_t most;        /* classes to write at most */
    int32_t stop;        /* the class that ends a text; it is not written. -1: none */
    double temperature;  /* 0: always the likeliest; 1: as probable as ${generate.from} says; above: more even */
    int32_t top_k;       /* drawn among so many of the likeliest; 0: among all */
    uint64_t seed;       /* the same seed, the same draws */
    int32_t width;       /* of the beam: so many texts are followed at once */
    double length_power; /* of the beam: costs are divided by the length to this power; 0: not, 1: the mean */
} ${name}_options;

/* Reads the class `first`, writes what follows into ids[how->most], reads that, and so on. Returns how many are written; -1 if
 * `first` is no class, or ${generate.from} holds no number above 0. The state has read all of it but the last. The choice
 * itself is made in whole numbers: the same probabilities and seed give the same classes with every compiler on every machine.
 */
int32_t ${name}_generate(${name}_state *s, const ${name}_options *how, int32_t first, int32_t *ids);

/* The most probable text that a beam search finds: how->width texts are followed at once, the logarithms of the probabilities
 * summed; a width of 1 is ${name}_generate with a temperature of 0. The state is only read. The workspace has
 * ${guard:sub(1, -3)}_BEAM_BYTES(width, most) bytes, aligned to 8.
 */
int32_t ${name}_beam(const ${name}_state *start, const ${name}_options *how, int32_t first, int32_t *ids, void *workspace);

#define ${guard:sub(1, -3)}_BEAM_BYTES(width, most) ((size_t)(width) * (2 * (sizeof(${name}_state) + 32 + 4 * (size_t)(most)) + 32))
//% end
//% if image then

#define ${image_macro} ${image}  /* of ${name}.safetensors, which holds the weights */

/* Takes the weights from that file in memory (read, mapped, in flash): nothing is copied or allocated, and it must stay there.
 * Before anything else, once. 0, or: 1 another length, 2 not aligned to a number's size, 3 of another network or version,
 * 4 damaged, 5 this machine stores the highest byte first. Whatever the bytes, nothing outside of them is read.
 */
int ${name}_load(const void *image, size_t bytes);
//% end
//% if vocabulary then

/* The code point of each class; -1: a class without one. */
extern const int32_t ${name}_vocabulary[${vocabulary}];

/* The class of the character (UTF-8) at *text, which is moved behind it. At the end of the text: -1, and *text stays.
 * Of one that is not in the vocabulary: ${unknown >= 0 and unknown .. ", which stands for all of them" or "-1, and *text is moved: no class stands for it"}. */
int32_t ${name}_read(const char **text);

/* The character of a class as UTF-8, ended by 0; returns its bytes, 0 for a class without one. */
int ${name}_write(int32_t id, char text[5]);
//% end

#ifndef RNNC_DESCRIPTOR             /* what tools ask of any predictor */
#define RNNC_DESCRIPTOR
typedef struct {
    const char *name;
    int output;                     /* 0: an input */
    int32_t classes;                /* > 0: class ids */
    size_t numbers;                 /* or ids: of a step, or of the sequence */
} rnnc_port;
typedef struct {
    const char *name, *version, *command;   /* the command that wrote it */
    int steps;                      /* 1: NAME_step, 0: NAME_run over a whole sequence */
    int ports;
    const rnnc_port *port;
    size_t parameters, weight_bytes, state_bytes, work_bytes, stack_bytes;
    uint64_t model_hash, weights_hash;
} rnnc_descriptor;
#endif
extern const rnnc_descriptor ${name}_descriptor;
//% for _, n in ipairs(scales) do

/* ${n.about} */
extern const ${real} ${name}_mean_${n.name}[${n.size}], ${name}_std_${n.name}[${n.size}];
//% end

#ifdef __cplusplus
}
#endif

#endif
