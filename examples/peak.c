/* peak.c -- what one core of this machine can multiply and add, compiled as the program is that one wants to
 * compare: independent chains in registers, no memory. Prints GFLOP/s, the best of 9. With -march=native that is
 * the floor under a trainer; without, under a predictor that was compiled for any machine.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#if defined __AVX512F__
#define BYTES 64
#elif defined __AVX__
#define BYTES 32
#else
#define BYTES 16
#endif
typedef float lanes __attribute__((vector_size(BYTES)));
#ifdef __FMA__
enum { CHAINS = 12 };
#else
enum { CHAINS = 8 };
#endif

static double run(long rounds, lanes *out)
{
    lanes x[CHAINS], a, b;
    volatile float factor = 0.999f, term = 0.001f;       /* so that nothing is known before it runs */
    for (int i = 0; i < (int)(BYTES / sizeof(float)); i++)
        a[i] = factor, b[i] = term;
    for (int c = 0; c < CHAINS; c++)
        x[c] = a * (float)c;
    clock_t begun = clock();
    for (long r = 0; r < rounds; r++)
        for (int c = 0; c < CHAINS; c++)
            x[c] = x[c] * a + b;
    double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
    for (int c = 0; c < CHAINS; c++)
        *out += x[c];
    return 2.0 * CHAINS * (double)(BYTES / sizeof(float)) * (double)rounds / seconds * 1e-9;
}

int main(void)
{
    lanes out;
    double best = 0;
    memset(&out, 0, sizeof out);
    for (int i = 0; i < 9; i++) {
        double now = run(5000000, &out);
        best = now > best ? now : best;
    }
    printf("%.1f\n", best);
    return out[0] == 12345.0f;
}
