/* ${name}_${recorded and "golden" or "train"}.c -- written by rnnc ${version}; edit ${source} instead.
 *     rnnc ${recorded and "golden" or "trainer"} ${command}
 *
 *   ${summary}
 *
 * Arrays are time-major, [steps][batch][features]. Comments name the line of the description that a statement comes
 * from; "d of" marks derivatives. What rnnc writes belongs to you: no licence of rnnc's applies to this file.
 */
//% if blas then
#include <cblas.h>
//% end
#include "rt_model.h"
#include "rt_math.h"
#include "rt_matvec.h"
#include "rt_squares.h"
#include "rt_rows.h"
//% if threads > 1 then
#define RT_THREADS ${threads}
#include "rt_threads.h"
//% end

//% for _, p in ipairs(programs) do
/* ==== ${p.name}: ${p.about} ==== */

${p.code}
static const rt_port ${p.name}_ports[] = {
//%   for _, q in ipairs(p.ports) do
    { "${q.name}", ${q.role}, ${q.classes}, ${q.steps}, ${q.batch}, ${q.rank}, { ${q.dims} }, ${q.offset}, ${q.axis},
      ${q.share}, ${q.value}, ${q.stream} },
//%   end
};

//%   if #p.watches > 0 then
static const rt_watch ${p.name}_watches[] = {
//%     for _, q in ipairs(p.watches) do
    { "${q.name}", ${q.offset}, ${q.count} },
//%     end
};

//%   end
static const rt_program ${p.name}_program = {
    "${p.name}", ${p.batch}, sizeof(real) * (size_t)${p.name}_work, ${p.name}_ports, ${#p.ports},
    ${#p.watches > 0 and p.name .. "_watches" or "NULL"}, ${#p.watches}, ${p.name}_prepare, ${p.name}_run
};

//% end
/* ==== the network as the runtime sees it ==== */

static const rt_param params[] = {
//% for _, p in ipairs(params) do
    { "${p.name}", ${p.rank}, { ${p.dims} }, ${p.offset}, ${p.size}, ${p.init}, ${p.a}, ${p.b} },
//% end
};

//% if #columns > 0 then
static const char *const columns[] = { ${table.concat(columns, ", ")} };
//% end
//% if #target_columns > 0 then
static const char *const target_columns[] = { ${table.concat(target_columns, ", ")} };
//% end
//% if #flow > 0 then
static const rt_flow flow_states[] = {
//%   for _, f in ipairs(flow) do
    { "${f.name}", "${f.axis}", ${f.ahead} },
//%   end
};

//% end

//% for i, f in ipairs(feeds) do
//%   if #f.columns > 0 then
static const char *const feed_${i}[] = { ${table.concat(f.columns, ", ")} };
//%   end
//% end
//% if #feeds > 0 then
static const rt_feed feeds[] = {
//%   for i, f in ipairs(feeds) do
    { .port = ${f.port}, .as = ${f.as}, .unit = ${f.unit}, .vocabulary = ${f.vocabulary}, .column = ${#f.columns > 0 and "feed_" .. i or "NULL"}, .columns = ${#f.columns},
      .at = ${f.at}, .start = ${f.start}, .stop = ${f.stop}, .reverse = ${f.reverse}, .letters = ${f.letters}, .text = ${f.text}, .slot = ${f.slot}, .slots = ${f.slots},
      .scale = ${f.scale} },
//%   end
};

//% end
//% if #vocabularies > 0 then
static const rt_vocabulary_spec vocabularies[] = {
//%   for _, v in ipairs(vocabularies) do
    { ${v.name}, ${v.names}, ${v.unknown}, ${v.least}, ${v.classes} },
//%   end
};

//% end
static const rt_model model = {
    .name = "${name}", .source = "${source}", .defines = ${defines}, .hash = ${hash},
    .param = params, .params = ${#params}, .reals = ${reals},
    .gradient = ${gradient}, .loss = ${loss}, .step = ${step}, .begin = ${begin}, .given = ${given},
//% if #flow > 0 then
    .flow = &flow_program, .flow_state = flow_states, .flow_states = ${#flow},
//% end
    .flops = ${flops}, .threads = ${threads}, .all = ${threads > 1 and "rt_all" or "NULL"},
    .train = {
        .kind = ${train.kind}, .lr = ${train.lr}, .momentum = ${train.momentum}, .dampening = ${train.dampening},
        .alpha = ${train.alpha}, .beta1 = ${train.beta1}, .beta2 = ${train.beta2}, .eps = ${train.eps},
        .weight_decay = ${train.weight_decay}, .nesterov = ${train.nesterov}, .clip_norm = ${train.clip_norm},
        .lr_decay = ${train.lr_decay}, .initial = ${train.initial}, .clip_value = ${train.clip_value},
        .carry_state = ${train.carry_state}, .steps = ${train.steps}, .epochs = ${train.epochs}, .valid = ${train.valid},
        .patience = ${train.patience},
//% if train.schedule.kind ~= "RT_CONSTANT_RATE" or train.schedule.warm_up > 0 then
        .schedule = {
            .kind = ${train.schedule.kind}, .steps = ${train.schedule.steps}, .epochs = ${train.schedule.epochs},
            .factor = ${train.schedule.factor}, .least = ${train.schedule.least}, .threshold = ${train.schedule.threshold},
            .patience = ${train.schedule.patience}, .warm_up = ${train.schedule.warm_up},
        },
//% end
    },
    .data = {
        .kind = ${data.kind}, .chars = ${data.chars}, .text = ${data.text}, .into = ${data.into}, .target = ${data.target},
        .column = ${data.column}, .columns = ${#columns}, .target_column = ${data.target_column},
        .target_columns = ${#target_columns}, .normalize = ${data.normalize}, .horizon = ${data.horizon},
//% if #feeds > 0 then
        .table = ${data.table}, .header = ${data.header}, .longer = ${data.longer}, .length = ${data.length},
        .feed = feeds, .feeds = ${#feeds}, .vocabulary = ${#vocabularies > 0 and "vocabularies" or "NULL"}, .vocabularies = ${#vocabularies},
//% end
    },
};

//% if recorded then
/* Holds this network to recorded numbers: exit 0 if each tensor agrees. The file may be named as the first argument. */
int main(int argc, char **argv) { return rt_golden(argc > 1 ? argv[1] : "${recorded}", &model, ${rtol}); }
//% else
int main(int argc, char **argv) { return rt_main(argc, argv, &model); }
//% end
