/* rt_tensors.h -- safetensors files, read and written. Takes a path or a list of arrays; gives named arrays in
 * memory or a file that is replaced as a whole. Used by trainers and by rnnc itself: it knows nothing of networks,
 * and no function prints, exits or keeps anything between calls.
 */
#ifndef RT_TENSORS_H
#define RT_TENSORS_H

#include <stddef.h>
#include <stdint.h>

enum { RT_TENSOR_RANK = 8 };

typedef enum { RT_BOOL, RT_U8, RT_I8, RT_U16, RT_I16, RT_F16, RT_BF16, RT_U32, RT_I32, RT_F32, RT_U64, RT_I64,
               RT_F64 } rt_dtype;

typedef struct {
    const char *name;
    rt_dtype dtype;
    int rank;
    long shape[RT_TENSOR_RANK];
    size_t count;                  /* elements; rt_tensors_save() counts for itself */
    const void *data;              /* from a file: not aligned, so read by the functions below */
} rt_tensor;

typedef struct { const char *key, *value; } rt_meta;

typedef struct {
    int tensors, metas;
    rt_tensor *tensor;             /* in the order of the file's header */
    rt_meta *meta;
    struct rt_tensors_rest *rest;
} rt_tensors;

/* The whole file, checked; NULL and a sentence in `error` that begins with the path if it is none. */
rt_tensors *rt_tensors_open(const char *path, char *error, size_t errors);
/* copies */
rt_tensors *rt_tensors_parse(const char *label, const void *bytes, size_t n, char *error, size_t errors);
void rt_tensors_close(rt_tensors *t);

const rt_tensor *rt_tensors_find(const rt_tensors *t, const char *name);        /* NULL: none */
const char *rt_tensors_meta(const rt_tensors *t, const char *key);              /* NULL: none */

const char *rt_dtype_name(rt_dtype d);                                          /* "F32" */
int rt_dtype_named(const char *name);                                           /* -1: unknown */
size_t rt_dtype_size(rt_dtype d);
int rt_dtype_whole(rt_dtype d);                                                 /* integers and BOOL */
double rt_tensor_value(const rt_tensor *t, size_t i);
int64_t rt_tensor_whole(const rt_tensor *t, size_t i);                          /* of integers: exact */
void rt_tensor_doubles(const rt_tensor *t, double *out);
void rt_tensor_floats(const rt_tensor *t, float *out);
char *rt_shape_text(char *out, size_t n, int rank, const long *shape);          /* "[4, 3]"; returns out */

/* Write a file: to a temporary one in the same folder, to disk, then renamed, so that at any moment `path` is the
 * old file or the new one. The bytes depend on the arguments only. 0, or -1 and a sentence in `error`. */
int rt_tensors_save(const char *path, const rt_tensor *tensor, int tensors, const rt_meta *meta, int metas,
                    char *error,
                    size_t errors);

#endif
