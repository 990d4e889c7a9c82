/* rt_examples_npy.c -- examples from NumPy's .npy files. */
#include "rt_examples.h"

int rt_examples_npy(rt_examples *x, const char *folder, rt_error *e)
{
    (void)x;
    return rt_fail(e, "%s: not yet", folder);
}
