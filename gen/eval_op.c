/* eval_op.c -- the value of every operation at one step, naively, in double precision. Operands are there
 * already.
 */
#include "eval.h"
#include "graph.h"

#include <math.h>
#include <string.h>

/* the element of a broadcast operand that meets element i of the result */
static size_t meets(Shape out, Shape in, size_t i)
{
    size_t at = 0, stride = 1;
    for (int d = 1; d <= out.rank; d++) {
        size_t size = (size_t)out.dim[out.rank - d], here = i % size;
        i /= size;
        if (d <= in.rank) {
            if (in.dim[in.rank - d] != 1)
                at += here * stride;
            stride *= (size_t)in.dim[in.rank - d];
        }
    }
    return at;
}

static size_t element(Shape out, Shape in, size_t i)
{
    return same_shape(out, in) ? i : shape_size(in) == 1 ? 0 : meets(out, in, i);
}

static void map_step(const Eval *e, Node *n, int t, int b, double *out)
{
    size_t size = (size_t)shape_size(n->type.shape);
    const double *x[3] = { NULL, NULL, NULL };
    for (int j = 0; j < n->nargs; j++)
        x[j] = eval_row(e, n->args[j], t, b);
    for (size_t i = 0; i < size; i++) {
        double v[3] = { 0, 0, 0 };
        for (int j = 0; j < n->nargs; j++)
            v[j] = x[j][element(n->type.shape, n->args[j]->type.shape, i)];
        out[i] = map_value(n->op, v[0], v[1], v[2]);
    }
}

static size_t first_largest(const double *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

static void row_step(const Eval *e, Node *n, int t, int b, double *out)
{
    const double *x = eval_row(e, n->args[0], t, b);
    if (n->op == Oonehot) {
        for (int i = 0; i < n->attr.hi; i++)
            out[i] = x[0] == i;
        return;
    }
    Shape s = n->args[0]->type.shape;
    size_t width = (size_t)s.dim[s.rank - 1], rows = (size_t)shape_size(s) / width;
    for (size_t r = 0; r < rows; r++, x += width) {
        size_t best = first_largest(x, width);
        double sum = 0;
        for (size_t i = 0; i < width; i++)
            sum += exp(x[i] - x[best]);
        for (size_t i = 0; i < width; i++)
            switch (n->op) {
            case Osoftmax: out[r * width + i] = exp(x[i] - x[best]) / sum; break;
            case Ologsoftmax: out[r * width + i] = x[i] - x[best] - log(sum); break;
            case Obest: out[r * width + i] = i == best; break;
            case Orowmax: out[r] = x[best]; break;
            case Orowfirst: out[r] = x[0]; break;
            default: out[r] = (double)best; break;      /* argmax */
            }
    }
}

static void sum_step(const Eval *e, const Env *env, Node *n, int t, double *out)
{
    Node *x = n->args[0];
    size_t size = (size_t)shape_size(n->type.shape), all = (size_t)shape_size(x->type.shape);
    memset(out, 0, size * (n->type.batch ? (size_t)env->batch : 1) * sizeof *out);
    int first = t, last = t + 1;
    if (n->attr.drop & DROP_T)
        first = 0, last = x->type.axis->steps;
    for (int u = first; u < last; u++)
        for (int b = 0; b < (x->type.batch ? env->batch : 1); b++) {
            const double *v = eval_row(e, x, u, b);
            double *to = out + (n->type.batch ? (size_t)b * size : 0);
            for (size_t i = 0; i < all; i++)
                to[element(x->type.shape, n->type.shape, i)] += v[i];
        }
}

static void move_step(const Eval *e, Node *n, int t, int b, double *out)   /* expand reshape slice pad concat */
{
    size_t size = (size_t)shape_size(n->type.shape);
    if (n->op == Oexpand || n->op == Oreshape) {
        const double *x = eval_row(e, n->args[0], t, b);
        for (size_t i = 0; i < size; i++)
            out[i] = n->op == Oexpand ? x[element(n->type.shape, n->args[0]->type.shape, i)] : x[i];
        return;
    }
    int last = n->type.shape.rank - 1, width = n->type.shape.dim[last], rows = (int)size / width,
        at = n->op == Opad ? n->attr.lo : 0;
    memset(out, 0, size * sizeof *out);
    for (int i = 0; i < n->nargs; i++) {
        const double *x = eval_row(e, n->args[i], t, b);
        int w = n->args[i]->type.shape.dim[last];
        for (int r = 0; r < rows; r++)
            if (n->op == Oslice)
                memcpy(out + r * width, x + r * w + n->attr.lo, (size_t)width * sizeof *out);
            else
                memcpy(out + r * width + at, x + r * w, (size_t)w * sizeof *out);
        at += w;
    }
}

/* ---- products: a loop for each letter, the last one innermost ---- */

typedef struct { int extent; size_t x, w, o; } Letter;

static size_t letter_stride(const char *letters, Shape s, char c)
{
    const char *at = strchr(letters, c);
    size_t stride = 1;
    if (!at)
        return 0;
    for (int i = s.rank - 1; i > at - letters; i--)
        stride *= (size_t)s.dim[i];
    return stride;
}

static int letters_of(const Node *n, Letter *l)
{
    const Attr *a = &n->attr;
    char seen[2 * MAX_RANK + 2] = "";
    const char *lists[3] = { a->lo_, a->lx, a->lw };
    int count = 0;
    for (int k = 0; k < 3; k++)
        for (const char *c = lists[k]; *c; c++) {
            if (strchr(seen, *c))
                continue;
            seen[count] = *c, seen[count + 1] = 0;
            const char *x = strchr(a->lx, *c);
            l[count].extent =
                x ? n->args[0]->type.shape.dim[x - a->lx] : n->args[1]->type.shape.dim[strchr(a->lw, *c) - a->lw];
            l[count].x = letter_stride(a->lx, n->args[0]->type.shape, *c);
            l[count].w = letter_stride(a->lw, n->args[1]->type.shape, *c);
            l[count].o = letter_stride(a->lo_, n->type.shape, *c);
            count++;
        }
    return count;
}

static void product(const Letter *l, int n, const double *x, const double *w, double *out)
{
    if (n == 0)
        out[0] += x[0] * w[0];
    else if (n > 1)
        for (int i = 0; i < l->extent; i++)
            product(l + 1, n - 1, x + (size_t)i * l->x, w + (size_t)i * l->w, out + (size_t)i * l->o);
    else if (l->o == 0) {
        double sum = 0;
        for (int i = 0; i < l->extent; i++)
            sum += x[(size_t)i * l->x] * w[(size_t)i * l->w];
        out[0] += sum;
    } else if (l->x == 0 && l->w == 1 && l->o == 1) {
        double f = x[0];
        for (int i = 0; f != 0 && i < l->extent; i++)
            out[i] += f * w[i];
        if (f != f)
            for (int i = 0; i < l->extent; i++)
                out[i] = f;
    } else
        for (int i = 0; i < l->extent; i++)
            out[(size_t)i * l->o] += x[(size_t)i * l->x] * w[(size_t)i * l->w];
}

static void contract_step(const Eval *e, const Env *env, Node *n, int t, double *out)
{
    Letter l[2 * MAX_RANK + 1];
    int letters = letters_of(n, l);
    size_t size = (size_t)shape_size(n->type.shape);
    bool batch = n->args[0]->type.batch || n->args[1]->type.batch;
    const Axis *axis = n->args[0]->type.axis ? n->args[0]->type.axis : n->args[1]->type.axis;
    memset(out, 0, size * (n->type.batch ? (size_t)env->batch : 1) * sizeof *out);
    int first = t, last = t + 1;
    if (n->attr.drop & DROP_T)
        first = 0, last = axis->steps;
    for (int u = first; u < last; u++)
        for (int b = 0; b < (batch ? env->batch : 1); b++)
            product(l, letters, eval_row(e, n->args[0], u, b), eval_row(e, n->args[1], u, b),
                    out + (n->type.batch ? (size_t)b * size : 0));
}

/* ---- between steps ---- */

static void delay_step(const Eval *e, const Env *env, Node *n, int t, int b, double *out)
{
    int k = n->attr.k, u = t - k;
    bool there = k > 0 ? u >= 0 : u < length_of(env, n->type.axis, b);
    size_t size = (size_t)shape_size(n->type.shape);
    if (there)
        memcpy(out, eval_row(e, n->args[0], u, b), size * sizeof *out);
    else if (n->nargs > 1) {
        int row = k > 0 ? t : u - length_of(env, n->type.axis, b);
        row = row < 0 ? 0 : row > (k > 0 ? k : -k) - 1 ? (k > 0 ? k : -k) - 1 : row;
        memcpy(out, eval_row(e, n->args[1], 0, b) + (size_t)row * size, size * sizeof *out);
    } else
        memset(out, 0, size * sizeof *out);
}

static void cross_step(const Eval *e, const Env *env, Node *n, int t, int b, double *out)
{
    Node *x = n->args[0];
    size_t size = (size_t)shape_size(n->type.shape), one = (size_t)shape_size(x->type.shape);
    int k = n->attr.k, rows = k > 0 ? k : -k;
    memset(out, 0, size * sizeof *out);
    switch (n->op) {
    case Oedge: {
        int len = length_of(env, x->type.axis, b);
        for (int j = 0; j < rows; j++) {
            int u = k > 0 ? j : len - rows + j;
            if (u >= 0 && u < len)
                memcpy(out + (size_t)j * one, eval_row(e, x, u, b), one * sizeof *out);
        }
        return;
    }
    case Oplace: {
        int len = length_of(env, n->type.axis, b), j = k > 0 ? t : t - (len - rows);
        if (t < len && j >= 0 && j < rows)
            memcpy(out, eval_row(e, x, 0, b) + (size_t)j * size, size * sizeof *out);
        return;
    }
    case Omatrix:
        for (int u = 0; u < x->type.axis->steps; u++)
            memcpy(out + (size_t)u * one, eval_row(e, x, u, b), one * sizeof *out);
        return;
    case Oalong:
        memcpy(out, eval_row(e, x, 0, b) + (size_t)t * size, size * sizeof *out);
        return;
    case Osample:
        memcpy(out, eval_row(e, x, n->type.axis->offset + t * n->type.axis->stride, b), size * sizeof *out);
        return;
    case Ospread: {
        const Axis *a = x->type.axis;
        int u = t - a->offset;
        if (u >= 0 && u % a->stride == 0 && u / a->stride < a->steps)
            memcpy(out, eval_row(e, x, u / a->stride, b), size * sizeof *out);
        return;
    }
    case Opeak: {
        int len = length_of(env, n->type.axis, b);
        for (size_t i = 0; i < size; i++) {
            int best = 0;
            for (int u = 1; u < len; u++)
                if (eval_row(e, x, u, b)[i] > eval_row(e, x, best, b)[i])
                    best = u;
            out[i] = len > 0 && best == t;
        }
        return;
    }
    default:
        DIE("no value for %s", op_info[n->op].name);
    }
}

void eval_step(const Eval *e, const Env *env, Node *n, int t, double *out)
{
    size_t size = (size_t)shape_size(n->type.shape);
    if (n->op == Osum)
        sum_step(e, env, n, t, out);
    else if (n->op == Ocontract)
        contract_step(e, env, n, t, out);
    else
        for (int b = 0; b < (n->type.batch ? env->batch : 1); b++, out += size)
            switch (op_info[n->op].kind) {
            case MAP: map_step(e, n, t, b, out); break;
            case ROW: row_step(e, n, t, b, out); break;
            case VIEW: move_step(e, n, t, b, out); break;
            case DELAY: delay_step(e, env, n, t, b, out); break;
            default: cross_step(e, env, n, t, b, out); break;
            }
}
