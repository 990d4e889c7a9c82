/* stack.c -- what a predictor's calls use of the stack: each on a stack of its own, painted before. STEPS: the network steps; otherwise
 * it takes the whole sequence. A call of nothing is subtracted.
 */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { DEEP = 1 << 20, ROOM = 1 << 16 };
static ucontext_t here, there;
static unsigned char *stack;
static double in[ROOM], out[ROOM];
static int which;
#ifdef STEPS
static net_state s;
#else
static union { unsigned char bytes[NET_WORK_BYTES + 64]; double aligned; } work;
#endif

static void body(void)
{
#ifdef STEPS
    if (which == 1)
        net_reset(&s);
    else if (which == 2)
        net_step(&s, (void *)in, (void *)out);
    else if (which == 3)
        net_run(&s, 100, (void *)in, (void *)out);
#else
    if (which)
        net_run((void *)in, (void *)out, work.bytes + (64 - (size_t)work.bytes % 64) % 64);
#endif
}

static long used(int call)
{
    long i = 0;
    which = call;
    memset(stack, 0xa5, DEEP);
    getcontext(&there);
    there.uc_stack.ss_sp = stack, there.uc_stack.ss_size = DEEP, there.uc_link = &here;
    makecontext(&there, body, 0);
    swapcontext(&here, &there);
    while (i < DEEP && stack[i] == 0xa5)
        i++;
    return DEEP - i;
}

int main(void)
{
    int call;
    stack = malloc(DEEP);
#ifdef STEPS
    if (sizeof s != NET_STATE_BYTES)
        printf("wrong: %d bytes of state, said %d\n", (int)sizeof s, NET_STATE_BYTES);
#endif
    for (call = 1; call <= 3; call++) {
        const long n = used(call) - used(0);
        if (n > NET_STACK_BYTES)
            printf("wrong: call %d: %ld bytes of the stack, said %d\n", call, n, NET_STACK_BYTES);
    }
    puts("measured");
    return 0;
}
