/* golden.h -- recorded numbers: what goes into a network and what must come out, as safetensors (keys: docs/internals.md). */
#ifndef GOLDEN_H
#define GOLDEN_H

#include "rnnc.h"
#include "rt_tensors.h"

const char *root_key(Arena *mem, const Root *r);                /* "output.next", "grad.out.weight", "final.rnn.h_l0" */
/* Writes what goes in, as reals of single (or double) precision; rounds the env's numbers to what the file holds. */
/* padding: what real inputs hold past the lengths */
void save_env(Env *env, const char *path, bool twice, const Graph *results, double padding);
int golden_batch(const rt_tensors *t, const Model *m, const char *path);
/* What the file brings. With weights (those of a trained network, or NULL) parameters come from there, and targets that the file does
 * not have are those. */
Env *golden_env(Arena *mem, const rt_tensors *t, Model *m, int batch, const char *path, const Env *weights);
bool golden_parameters(const rt_tensors *t);                    /* does the file bring any? */
void golden_results(const rt_tensors *golden, Graph *reference, const char *path, Arena *mem);   /* all of them mean something, or an error */

#endif
