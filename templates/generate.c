/* What may follow id: probabilities, 0 for classes that nothing is written for. */
static void ${name}_after(${name}_state *s, int32_t id, real *p, int32_t stop)
{
//% for _, v in ipairs(others) do
    real ${v.name}[${v.size}];
//% end
//% if symbols then
    int32_t i;
//% end
    ${name}_step(s, &id${call});
//% if symbols then
    for (i = 0; i < ${classes}; i++)
        if (${name}_${symbols}_symbols[i][0] == 0 && i != stop)
            p[i] = (real)0;
//% else
    (void)stop;
//% end
}

int32_t ${name}_generate(${name}_state *s, const ${name}_options *how, int32_t first, int32_t *ids)
{
    real p[${classes}];
    uint64_t weight[${classes}];
    int32_t id = first, n = 0;
    if (first < 0 || first >= ${classes})
        return -1;
    while (n < how->most) {
        ${name}_after(s, id, p, how->stop);
        id = rt_draw(p, ${classes}, how->temperature, how->top_k, rt_chance(how->seed, (uint64_t)n), weight);
        if (id < 0)
            return -1;
        if (id == how->stop)
            break;
        ids[n++] = id;
    }
    return n;
}

typedef struct {
    ${name}_state state;
    uint64_t cost;
    int32_t last, n, ended;
} ${name}_path;

int32_t ${name}_beam(const ${name}_state *start, const ${name}_options *how, int32_t first, int32_t *ids, void *workspace)
{
    const int32_t width = how->width < 1 ? 1 : how->width, most = how->most;
    ${name}_path *now = (${name}_path *)workspace, *next = now + width, *other;
    rt_path *best = (rt_path *)(void *)(next + width);
    int32_t *said = (int32_t *)(void *)(best + width), *says = said + (size_t)width * (size_t)(most > 0 ? most : 0), *swap;
    int32_t paths = 1, open = 1, found, step, i, j;
    if (first < 0 || first >= ${classes})
        return -1;
    now[0].state = *start;
    now[0].cost = 0, now[0].last = first, now[0].n = now[0].ended = 0;
    for (step = 0; step < most && open > 0; step++) {
        for (found = i = 0; i < paths; i++) {
            ${name}_path *path = &now[i];
            real p[${classes}];
            rt_path x;
            x.from = i;
            if (path->ended) {                          /* competes as it is, its end counts as a class */
                x.cost = path->cost, x.p = 1, x.id = -1;
                x.key = rt_by_length(x.cost, path->n + 1, how->length_power);
                rt_keep(best, &found, width, x);
                continue;
            }
            ${name}_after(&path->state, path->last, p, how->stop);
            if (rt_likeliest(p, ${classes}) < 0)
                return -1;
            for (j = 0; j < ${classes}; j++) {
                if (!(p[j] > (real)0))
                    continue;
                x.p = (double)p[j], x.id = j;
                x.cost = path->cost + rt_cost_least(x.p);
                x.key = rt_by_length(x.cost, path->n + 1, how->length_power);
                if (found == width && x.key > best[width - 1].key)
                    continue;
                x.cost = path->cost + rt_cost(x.p);
                x.key = rt_by_length(x.cost, path->n + 1, how->length_power);
                rt_keep(best, &found, width, x);
            }
        }
        for (open = i = 0; i < found; i++) {
            const ${name}_path *from = &now[best[i].from];
            int32_t *to = says + (size_t)i * (size_t)most;
            memcpy(to, said + (size_t)best[i].from * (size_t)most, (size_t)from->n * sizeof *to);
            next[i].cost = best[i].cost, next[i].last = best[i].id, next[i].n = from->n;
            next[i].ended = best[i].id < 0 || best[i].id == how->stop;
            if (next[i].ended)
                continue;
            next[i].state = from->state;
            to[next[i].n++] = best[i].id;
            open++;
        }
        paths = found;
        other = now, now = next, next = other;
        swap = said, said = says, says = swap;
    }
    memcpy(ids, said, (size_t)now[0].n * sizeof *ids);
    return now[0].n;
}
