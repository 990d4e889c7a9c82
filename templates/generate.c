/* What may follow id: probabilities, 0 for classes that nothing is written for but the one that ends a text. */
static void ${name}_after(void *stop, void *state, int32_t id, real *p)
{
//% for _, v in ipairs(others) do
    real ${v.name}[${v.size}];
//% end
//% if symbols then
    int32_t i;
//% end
    ${name}_step((${name}_state *)state, &id${call});
//% if symbols then
    for (i = 0; i < ${classes}; i++)
        if (${name}_${symbols}_symbols[i][0] == 0 && i != *(const int32_t *)stop)
            p[i] = (real)0;
//% else
    (void)stop;
//% end
}

int32_t ${name}_generate(${name}_state *s, const ${name}_options *how, int32_t first, int32_t *ids)
{
    real p[${classes}];
    uint64_t weight[${classes}];
    int32_t stop = how->stop;
    if (first < 0 || first >= ${classes})
        return -1;
    return rt_generate(${name}_after, &stop, s, ${classes}, how->most, stop, how->temperature, how->top_k, how->seed, first, ids, p, weight);
}

int32_t ${name}_beam(const ${name}_state *start, const ${name}_options *how, int32_t first, int32_t *ids, void *workspace)
{
    real p[${classes}];
    int32_t stop = how->stop;
    if (first < 0 || first >= ${classes})
        return -1;
    return rt_beam(${name}_after, &stop, start, sizeof *start, ${classes}, how->width, how->most, stop, how->length_power, first, ids, p,
                   workspace);
}
