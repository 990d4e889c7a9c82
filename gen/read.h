/* read.h -- what the files read*.c share: the sandbox around Lua with its limits, where in the description we are,
 * and the values a description handles. Private to them; nothing of Lua shows outside.
 */
#ifndef READ_H
#define READ_H

#include "rnnc.h"
#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>

/* the prelude's parts, then the cells and layers, then the description and what it requires */
enum { MAX_CHUNKS = 64, PRELUDE_PARTS = 8, CHUNK_PRELUDE = PRELUDE_PARTS - 1, CHUNK_CELLS, CHUNK_LAYERS };

typedef struct Opened Opened;

struct Opened {                     /* a state between nn.state and the end of the description */
    Node *delay;
    Node *next;                     /* NULL until it is given */
    Leaf *carry;  /* initial state if it is carried, else never registered; NULL: init was given */
    const char *name;
    int k;
    Loc loc;                        /* the user's line */
    Opened *link;                   /* in order of creation */
};

typedef struct {                    /* reading one description: all of its mutable state */
    Model *m;
    Graph *g;
    lua_State *L;
    /* file of each chunk, as shown to the user; Lua knows it as "=@0", "=@1", ... */
    const char *chunk[MAX_CHUNKS];
    const char *module[MAX_CHUNKS]; /* name it was required by; a value of the same index is its result */
    bool loading[MAX_CHUNKS];
    int chunks;
    Loc user, made;                 /* line of the description; line of the composition (may be in cells.lua) */
    Opened *first, *last;
    const char **asked;             /* names of all nn.define and nn.vocabulary */
    int askeds, askeds_cap;
    bool said;                      /* nn.model was called */
    size_t bytes;                   /* allocated by Lua now */
    long long work;                 /* instructions and their equivalents so far */
    long begun;                     /* seconds of the processor, before */
    bool too_large, too_wide, too_long, too_slow;
} Reader;

/* read.c */
Reader *reader_of(lua_State *L);
int chunk_of(const Reader *r, const char *source);       /* -1: none of ours */
void enter(lua_State *L, Loc *user, Loc *made);          /* remembers the caller's line; old ones are given back */
void leave(lua_State *L, Loc user, Loc made);
void mark_made(Reader *r, int from);                     /* nodes born since n == from stand where they were made */
void fail(lua_State *L, const char *fmt, ...) PRINTF(2, 3) NORETURN;      /* err() at the user's line */

/* read_box.c */
lua_State *box_open(Reader *r);                          /* a Lua with limits; err()s if there is no memory */
void box_globals(lua_State *L);                          /* pushes the table of all that a description may use */
void charge(lua_State *L, double steps);                 /* work done outside of Lua's instructions */
void note_line(Reader *r);                               /* r->user: the innermost line of the description */
bool box_ended(const Reader *r);                         /* was a limit passed? */
NORETURN void box_blame(lua_State *L, Loc where);        /* the limit that was passed */

/* read_value.c */
void value_api(lua_State *L);                            /* adds its functions to the table on top */
Node *to_node(lua_State *L, int i);                      /* NULL if it is not one */
Axis *to_axis(lua_State *L, int i);
Node *operand(lua_State *L, int i, const char *what);  /* a vector, or a number as a constant; fail()s otherwise */
const char *describe(lua_State *L, int i);               /* what was found, for messages */
void push_node(lua_State *L, Node *n);
void push_value(lua_State *L, Node *n, Opened *state);
void push_axis(lua_State *L, Axis *a);
void node_wrap(lua_State *L);  /* function on top -> function that keeps the user's line */

/* read_node.c */
void node_api(lua_State *L);
/* of one dimension; operations of a description; trained numbers */
enum { MAX_SIZE = 1 << 24, MAX_NODES = 40000, MAX_REALS = 1 << 28 };
int begin(lua_State *L);  /* before making nodes: errors are the user's line's; g->n */
int done(lua_State *L, Node *n, int from);               /* after it: their lines, and pushes the result */
Node *map_node(lua_State *L, const char *what, Op op, int first);      /* operands from stack index `first` */
Node *with_features(Reader *r, Node *n);                 /* () -> [1] */
Node *joined(lua_State *L, const char *what, int n, Node **part);
void give_next(lua_State *L, Opened *s, int i);

/* read_data.c: fields of the table at stack index t, and the data section */
const char *text_field(lua_State *L, int t, const char *name);             /* NULL if it is not given */
double number_field(lua_State *L, int t, const char *name);                /* 0 if it is not given */
int whole_field(lua_State *L, int t, const char *name);
Node *node_field(lua_State *L, int t, const char *name);
const char **texts_field(lua_State *L, int t, const char *name, int *n);   /* NULL if it is not given */
Loc line_field(lua_State *L, int t);
void read_data(lua_State *L, int t);

/* read_model.c */
void model_api(lua_State *L);

#endif
