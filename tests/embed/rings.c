/* rings.c -- the answers of rings.lua's predictor, number by number: step by step, or (-DWHOLE) of the whole sequence at once. */
#include "rings.h"

#include <stdio.h>
#include <string.h>

static float x[23 * 3], y[23 * RINGS_ROW];

int main(void)
{
    for (int i = 0; i < 23 * 3; i++)
        x[i] = (float)((i * 7) % 13 - 6) * 0.2f;
#ifdef WHOLE
    static union { double align; unsigned char bytes[65536]; } room;
    rings_run(x, y, room.bytes + (64 - (size_t)room.bytes % 64) % 64);
#else
    rings_state s;
    memset(&s, 0x41, sizeof s);                             /* nothing depends on what was there */
    for (int twice = 0; twice < 2; twice++) {               /* a reset begins again, wherever the rings were */
        rings_reset(&s);
        for (int t = 0; t < 23; t++)
            rings_step(&s, x + t * 3, y + t * RINGS_ROW);
    }
#endif
    for (int i = 0; i < 23 * RINGS_ROW; i++)
        printf("%.9g\n", (double)y[i]);
    return 0;
}
