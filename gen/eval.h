/* eval.h -- between the two halves of the oracle: who is asked for what (eval.c), and what an operation's value is
 * (eval_op.c). */
#ifndef EVAL_H
#define EVAL_H

#include "rnnc.h"

int length_of(const Env *env, const Axis *a, int b);
const double *eval_row(const Eval *e, const Node *n, int t, int b);             /* one example's features at a step */
void eval_step(const Eval *e, const Env *env, Node *n, int t, double *out);     /* all examples of n at step t */

#endif
