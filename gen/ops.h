/* ops.h -- the operations, one row each. Included several times with other meanings of OP; a new operation is one
 * row here, a type rule type_<type>() in graph.c, a derivative rule vjp_<vjp>() in derive.c and, unless it is a map,
 * a value in eval.c; what is missing does not build.
 *
 *   name        operands (-1: one or more), type rule, derivative rule, kind, for maps: the value in C
 *
 * The C text of a map is its meaning: eval.c compiles it with doubles, the generated code contains it (with rt_
 * turned into rtv_ where a, b, c are vectors), so the oracle and the generated code cannot disagree about it.
 *
 * Kinds: LEAF; MAP elementwise with broadcasting; ROW within the last feature dimension; VIEW moves features only;
 * PRODUCT; SUM; CROSS moves values between steps; DELAY.
 */
/*  name       in  type      vjp         kind     value                                    */
OP( const,      0, const,    none,       LEAF,    0)
OP( param,      0, leaf,     none,       LEAF,    0)
OP( input,      0, leaf,     none,       LEAF,    0)   /* inputs, targets, given states, random masks          */
OP( index,      0, index,    none,       LEAF,    0)   /* [axis] the number of the step                        */
OP( length,     0, length,   none,       LEAF,    0)   /* [batch] steps that exist                             */
OP( lanes,      0, const,    none,       LEAF,    0)   /* the number of examples in the batch                  */
OP( add,        2, map,      add,        MAP,     a + b)
OP( sub,        2, map,      sub,        MAP,     a - b)
OP( mul,        2, map,      mul,        MAP,     a * b)
OP( div,        2, map,      div,        MAP,     a / b)
OP( neg,        1, map,      neg,        MAP,     -a)
OP( exp,        1, map,      exp,        MAP,     rt_exp(a))
OP( log,        1, map,      log,        MAP,     rt_log(a))
OP( sqrt,       1, map,      sqrt,       MAP,     rt_sqrt(a))
OP( tanh,       1, map,      tanh,       MAP,     rt_tanh(a))
OP( sigmoid,    1, map,      sigmoid,    MAP,     rt_sigmoid(a))
OP( relu,       1, map,      relu,       MAP,     rt_relu(a))
OP( abs,        1, map,      abs,        MAP,     rt_abs(a))
OP( sign,       1, map,      none,       MAP,     rt_sign(a))
OP( max,        2, map,      max,        MAP,     rt_max(a, b))
OP( min,        2, map,      min,        MAP,     rt_min(a, b))
OP( lt,         2, map,      none,       MAP,     rt_lt(a, b))
OP( eq,         2, map,      none,       MAP,     rt_eq(a, b))
OP( select,     3, map,      select,     MAP,     rt_select(a, b, c))
OP( softmax,    1, row,      softmax,    ROW,     0)
OP( logsoftmax, 1, row,      logsoftmax, ROW,     0)
OP( best,       1, row,      none,       ROW,     0)   /* one-hot of the first maximum                         */
OP( rowmax,     1, rowmax,   none,       ROW,     0)   /* [.., n] -> [.., 1]; made by opt_lower                */
OP( rowfirst,   1, rowmax,   none,       ROW,     0)   /* [.., n] -> [.., 1]: number 0; made by opt_moments    */
OP( argmax,     1, argmax,   none,       ROW,     0)   /* [.., n] -> [..]: the first maximum, as a class id    */
OP( onehot,     1, onehot,   none,       ROW,     0)   /* class ids () -> [classes]                            */
OP( sum,        1, sum,      sum,        SUM,     0)   /* over t, b (Attr.drop) and dims (stay as size 1)      */
OP( expand,     1, expand,   expand,     VIEW,    0)   /* its pair: broadcast to a type                        */
OP( reshape,    1, reshape,  reshape,    VIEW,    0)
OP( slice,      1, slice,    slice,      VIEW,    0)   /* last dimension, [lo, hi)                             */
OP( pad,        1, pad,      pad,        VIEW,    0)   /* last dimension, lo zeros before, hi after            */
OP( concat,    -1, concat,   concat,     VIEW,    0)   /* last dimension                                       */
OP( contract,   2, contract, contract,   PRODUCT, 0)   /* sum of products over named dimensions                */
OP( delay,     -1, delay,    delay,      DELAY,   0)   /* operand, then the initial rows if not zero           */
OP( edge,       1, edge,     edge,       CROSS,   0)   /* the first k steps, or the last -k of each example    */
OP( place,      1, place,    place,      CROSS,   0)   /* the converse of edge                                 */
OP( matrix,     1, matrix,   matrix,     CROSS,   0)   /* [axis; s] -> [steps, s]                              */
OP( along,      1, along,    along,      CROSS,   0)   /* the converse of matrix                               */
OP( sample,     1, sample,   sample,     CROSS,   0)   /* every stride-th step: onto a sampled axis            */
OP( spread,     1, spread,   spread,     CROSS,   0)   /* the converse of sample                               */
OP( peak,       1, peak,     none,       CROSS,   0)   /* one-hot over the axis of the first maximum           */
