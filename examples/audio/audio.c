/* audio.c -- two networks in an audio callback: blocks of 64 samples at 48 kHz through a recurrent amplifier and a
 * convolutional cabinet. Nothing is allocated, nothing is slower in silence, and the time of a block hangs on nothing that is
 * played: checked here, with the share of real time that each takes.
 *     audio [SECONDS]
 */
#include "amp.h"
#include "cabinet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined __SSE__
#include <xmmintrin.h>
#endif

enum { RATE = 48000, BLOCK = 64 };

typedef struct {                    /* all that a voice remembers: a plain struct, allocated by whoever you like */
    amp_state amp;
    cabinet_state cabinet;
} Voice;

/* ---- what the audio thread calls ---- */

static void voice_reset(Voice *v)
{
    amp_reset(&v->amp);
    cabinet_reset(&v->cabinet);
}

static void voice_block(Voice *v, const float *in, float *out)
{
    float between[BLOCK];
    amp_run(&v->amp, BLOCK, in, between);
    cabinet_run(&v->cabinet, BLOCK, between, out);
}

/* Once in the audio thread: numbers too small to hear become 0, instead of slowing the processor down. */
static void no_denormals(void)
{
#if defined __SSE__
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined __aarch64__
    unsigned long fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | 1ul << 24));
#endif
}

/* ---- the hook: every allocation while the callback runs is counted ---- */

static int inside, allocations;

#ifdef __GLIBC__
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *malloc(size_t n) { allocations += inside; return __libc_malloc(n); }
void *calloc(size_t n, size_t size) { allocations += inside; return __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { allocations += inside; return __libc_realloc(p, n); }
#endif

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* the median time of a block of the samples that `sound` makes of their number */
static double play(Voice *v, int blocks, float (*sound)(long), float *last)
{
    static double took[1 << 16];
    float in[BLOCK], out[BLOCK];
    if (blocks > 1 << 16)
        blocks = 1 << 16;
    for (long b = 0; b < blocks; b++) {
        for (int i = 0; i < BLOCK; i++)
            in[i] = sound(b * BLOCK + i);
        double begin = seconds();
        inside = 1;
        voice_block(v, in, out);
        inside = 0;
        took[b] = seconds() - begin;
    }
    *last = out[BLOCK - 1];
    qsort(took, (size_t)blocks, sizeof *took, by_size);
    return took[blocks / 2];
}

static float pluck(long t)          /* a string, plucked twice a second */
{
    const double at = (double)(t % (RATE / 2)) / RATE;
    return (float)(0.7 * exp(-6 * at) * sin(2 * 3.14159265358979 * 196 * at));
}

static float silence(long t) { (void)t; return 0; }

int main(int argc, char **argv)
{
    static Voice voice;
    const double length = argc > 1 ? atof(argv[1]) : 1;
    const int blocks = (int)(length * RATE / BLOCK) > 0 ? (int)(length * RATE / BLOCK) : 1;
    const double real = (double)BLOCK / RATE;
    float last, quiet;
    no_denormals();
    voice_reset(&voice);
    double loud = play(&voice, blocks, pluck, &last);
    play(&voice, blocks, silence, &quiet);                  /* the tails die away */
    double still = play(&voice, blocks, silence, &quiet);
    printf("%d blocks of %d samples: %.2f %% of real time, %.2f %% in silence\n", blocks, BLOCK, 100 * loud / real, 100 * still / real);
    printf("%d allocations; a voice has %d bytes, the networks %d bytes of weights\n", allocations, (int)sizeof voice,
           AMP_WEIGHT_BYTES + CABINET_WEIGHT_BYTES);
    printf("look-ahead %d samples; the cabinet hears %d samples, %.1f ms\n", AMP_LOOK_AHEAD + CABINET_LOOK_AHEAD, CABINET_RECEPTIVE_FIELD,
           1e3 * CABINET_RECEPTIVE_FIELD / RATE);
    return allocations != 0 || !(fabsf(last) < 100) || !(fabsf(quiet) < 100);
}
