/* cmd_golden.c -- a golden test: NAME_golden.safetensors with inputs, outputs, loss and all gradients, by the oracle in double
 * precision, and NAME_golden.c, which holds the generated code to them. With --from the inputs are a file's.
 */
#include "files.h"
#include "golden.h"
#include "passes.h"

#include <string.h>

int cmd_golden(Model *m, Graph *read, const Options *given)
{
    Options o = *given;
    Arena *mem = arena_new();
    char error[512];
    const char *name = identifier(m->mem, m->name), *dir = o.out ? o.out : ".";
    rt_tensors *from = NULL;
    if (o.from && (o.batch || o.weights))
        usage_err("%s has no effect with --from, which brings its own", o.weights ? "--weights" : "--batch");
    if (o.from) {
        from = rt_tensors_open(o.from, error, sizeof error);
        if (!from)
            err((Loc){ 0 }, "%s", error);
        o.batch = golden_batch(from, m, o.from);
    }
    int batch = o.batch ? o.batch : m->batch;
    Graph *reference = reference_graph(read);
    Env *env = from ? golden_env(mem, from, m, batch, o.from, NULL) : random_env(mem, m, batch, (uint64_t)o.seed);
    if (o.weights)
        use_weights(m, &o, env);
    o.recorded = format(mem, "%s_golden.safetensors", name);
    Text text = { 0 };
    trainer_text(m, read, &o, FOR_SENSITIVITY, &text);
    make_folder(o.out);
    Options for_runtime = *given;
    for_runtime.out = dir;
    const char *file[] = { format(mem, "%s/%s_golden.c", dir, name), format(mem, "%s/%s", dir, o.recorded) };
    save_env(env, file[1], o.double_precision, reference, 0);
    write_file(file[0], text.s, text.n);
    write_runtime(mem, &for_runtime);
    write_depfile(m, given, file, 2);
    text_free(&text);
    if (from)
        rt_tensors_close(from);
    arena_free(mem);
    return 0;
}
