/* emit_interface.c -- the arguments of a predictor's functions, in the order of the description: inputs, lengths, then
 * outputs; the macros that say their sizes, and the lines of the header that say what they are. Takes the plan of what the
 * function computes.
 */
#include "emit_predictor.h"
#include "lua_text.h"

#include <ctype.h>
#include <string.h>

static bool steps(const Plan *p) { return p->purpose == FOR_STEP; }

const char *upper(Arena *mem, const char *s)
{
    char *r = copy_text(mem, identifier(mem, s));
    for (char *c = r; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return r;
}

const char *dims(Arena *mem, Type t)
{
    Text d = { 0 };
    if (t.axis)
        put(&d, "[%d]", t.axis->steps);
    for (int i = 0; i < t.shape.rank; i++)
        put(&d, "[%d]", t.shape.dim[i]);
    const char *r = copy_text(mem, d.s ? d.s : "");
    text_free(&d);
    return r;
}

long numbers_of(Type t) { return shape_size(t.shape) * (t.axis ? t.axis->steps : 1); }

static void add_argument(Interface *f, const char *name, const char *type, bool constant, const char *about)
{
    put(&f->args, "{ name="), quote(&f->args, name), put(&f->args, ", about="), quote(&f->args, about), put(&f->args, " },\n");
    put(&f->params, "%s%s%s *%s", f->params.n ? ", " : "", constant ? "const " : "", type, name);
    put(&f->example, "%s%s", f->example.n ? ", " : "", name);
}

void macro(Text *d, const char *name, long value, const char *about)
{
    put(d, "{ name="), quote(d, name), put(d, ", value=\"%ld\", about=", value), quote(d, about), put(d, " },\n");
}

/* NAME_ARGUMENT_SIZE, or _CLASSES: two arguments that differ in case only get one with a number. */
static void size_macro(Interface *f, Emit *e, const char *arg, const char *what, long value, const char *about)
{
    const char *prefix = upper(e->mem, e->p->g->model->name), *name = format(e->mem, "%s_%s_%s", prefix, upper(e->mem, arg), what);
    for (int i = 2; f->sizes->s && strstr(f->sizes->s, format(e->mem, "\"%s\"", name)); i++)
        name = format(e->mem, "%s_%s_%s_%d", prefix, upper(e->mem, arg), what, i);
    macro(f->sizes, name, value, about);
}

const char *length_argument(Arena *mem, const Axis *a) { return format(mem, "length_%s", identifier(mem, a->name)); }

static void add_port(Interface *f, const char *name, bool output, int classes, long numbers)
{
    Text c = { 0 };
    quote_c(&c, name);
    put(&f->ports, "{ name="), quote(&f->ports, c.s);
    put(&f->ports, ", output=%d, classes=%d, numbers=\"%ld\" },\n", output, classes, numbers);
    text_free(&c);
}

void interface(Interface *f, Emit *e, const char *real)
{
    const Plan *p = e->p;
    Arena *mem = e->mem;
    for (int i = 0; i < p->g->model->leaves; i++) {     /* in order of the description */
        Leaf *l = p->g->model->leaf[i];
        for (int j = 0; j < p->order.n; j++) {
            Node *n = p->order.node[j];
            if (n->op != Oinput || n->attr.leaf->role == STATE || n->attr.leaf != l)
                continue;
            const char *about = l->classes ? format(mem, "in: class id%s, 0 .. %d", dims(mem, n->type), l->classes - 1)
                                           : format(mem, "in: %s%s", numbers_of(n->type) == 1 ? "one number" : real, dims(mem, n->type));
            const char *arg = argument(e, l->name, false);
            add_argument(f, arg, l->classes ? "int32_t" : real, true, about);
            if (l->classes)
                size_macro(f, e, arg, "CLASSES", l->classes, format(mem, "%s: ids run from 0 to one less", arg));
            else
                size_macro(f, e, arg, "SIZE", numbers_of(n->type), format(mem, "%s: its numbers%s", arg, steps(p) ? ", a step" : ""));
            add_port(f, l->name, false, l->classes, numbers_of(n->type));
            quote(&f->census, format(mem, "%-14s %s", l->name, about)), put(&f->census, ", ");
        }
    }
    int k = 0;
    for (const Axis *a = p->g->model->axes; a; a = a->next, k++)
        if (!steps(p) && p->length_at[k] >= 0 && uses_axis(p, a)) {
            const char *about = format(mem, "in: how many steps of %s exist, 0 .. %d; inputs beyond them do not matter", a->name, a->steps);
            add_argument(f, length_argument(mem, a), "int32_t", true, about);
            quote(&f->census, format(mem, "%-14s %s", length_argument(mem, a), about)), put(&f->census, ", ");
        }
    for (int i = 0; i < p->g->roots; i++) {
        const Root *r = &p->g->root[i];
        if (r->kind != R_OUTPUT)
            continue;
        const char *about = format(mem, "out: %s%s", numbers_of(r->node->type) == 1 ? "one number" : real, dims(mem, r->node->type));
        const char *arg = argument(e, r->name, true);
        add_argument(f, arg, real, false, about);
        size_macro(f, e, arg, "SIZE", numbers_of(r->node->type), format(mem, "%s: its numbers%s", arg, steps(p) ? ", a step" : ""));
        add_port(f, r->name, true, 0, numbers_of(r->node->type));
        quote(&f->census, format(mem, "%-14s %s", r->name, about)), put(&f->census, ", ");
    }
}
