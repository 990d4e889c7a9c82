/* driver.c -- what every target runs: three predictors (every function; a language model; a whole sequence) on inputs
 * made here, each number that comes out handed on as its bits. No library: boards and WebAssembly run it too.
 */
#include "charlm.h"
#include "forecast.h"
#include "maths.h"

#include "driver.h"

static void numbers(void (*word)(uint32_t), const float *x, int n)
{
    int i;
    for (i = 0; i < n; i++) {
        union { float f; uint32_t w; } u;
        u.f = x[i];
        word(u.w);
    }
}

void run_all(void (*word)(uint32_t))
{
    static charlm_state c;
    static maths_state m;
    static float next[CHARLM_NEXT_SIZE], out[MATHS_OUT_SIZE], past[FORECAST_PAST_SIZE], guess;
    static union { unsigned char bytes[FORECAST_WORK_BYTES + 64]; double aligned; } room;
    int i;
    maths_reset(&m);
    for (i = 0; i < 20; i++) {
        const int32_t id = i * 5 % 9;
        maths_step(&m, &id, out);
        numbers(word, out, MATHS_OUT_SIZE);
    }
    charlm_reset(&c);
    for (i = 0; i < 12; i++) {
        const int32_t id = i * i % CHARLM_CHARS_CLASSES;
        charlm_step(&c, &id, next);
        numbers(word, next, CHARLM_NEXT_SIZE);
    }
    for (i = 0; i < FORECAST_PAST_SIZE; i++)
        past[i] = (float)(i * 7 % 11) * 0.1f - 0.5f;
    forecast_run(past, &guess, room.bytes + (64 - (uintptr_t)room.bytes % 64) % 64);
    numbers(word, &guess, 1);
}
