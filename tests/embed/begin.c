/* begin.c -- the answers of one predictor of begin.lua for several sequences, number by number: step by step after
 * NAME_begin, or (-DWHOLE) of the whole sequence at once; -DVECTOR: of its second kind. Printed so that every bit counts.
 */
#include "begun.h"

#include <stdio.h>
#include <string.h>

static union { float align[16]; unsigned char bytes[65536]; } room;
static float p[64], q[64];

static void *workspace(void)
{
    memset(&room, 0x41, sizeof room);                   /* nothing depends on what was there */
    return room.bytes + (64 - (size_t)room.bytes % 64) % 64;
}

static void print(const float *x, int n)
{
    for (int i = 0; i < n; i++)
        printf("%.9g\n", (double)x[i]);
}

int main(void)
{
#ifndef WHOLE
    begun_state s;
    memset(&s, 0x41, sizeof s);
#endif
#ifdef VECTOR
    for (int n = 0; n < 3; n++) {
        float v[4], x[18];
        for (int i = 0; i < 4; i++)
            v[i] = (float)(i * n - 3) * 0.25f;
        for (int i = 0; i < 18; i++)
            x[i] = (float)((i * 7 + n) % 5 - 2) * 0.3f;
#ifdef WHOLE
        begun_run(v, x, p, q, workspace());
#else
        begun_begin(&s, v, q);
        begun_run(&s, 9, x, p);
        (void)workspace;
#endif
        print(p, 27), print(q, 4);
    }
#else
    for (int32_t length = 0; length <= 6; length++) {
        int32_t source[6], given[5] = { 0, 4, 1, 3, 2 };
        for (int i = 0; i < 6; i++)
            source[i] = i < length ? (i * i + 3) % 7 : 1000000;
#ifdef WHOLE
        const int32_t steps = 5;
        begun_run(source, given, &length, &steps, p, q, workspace());
#else
        begun_begin(&s, source, &length, workspace());
        for (int t = 0; t < 5; t++)
            begun_step(&s, given + t, p + 5 * t, q + 6 * t);
#endif
        print(p, 25), print(q, 30);
    }
#endif
    return 0;
}
