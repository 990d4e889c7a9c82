/* tensors_fuzz.c -- libFuzzer's target for safetensors files: every element of what is accepted can be read. */
#include "rt_tensors.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char error[200] = "";
    rt_tensors *t = rt_tensors_parse("file", bytes, n, error, sizeof error);
    if (!t && !*error)
        abort();
    for (int i = 0; t && i < t->tensors; i++) {
        double *x = malloc((t->tensor[i].count + 1) * sizeof *x);
        if (x)
            rt_tensor_doubles(&t->tensor[i], x);
        free(x);
    }
    if (t)
        rt_tensors_close(t);
    return 0;
}
