/* step.c -- microseconds of one step of a predictor, one step a call and 256 a call, beside the floor: its products at the
 * peak of multiply-adds or its weights read once, whichever takes longer; of a sequence only the recurrent weights (RECURRENT
 * bytes), since all else can be multiplied for many steps at once. Compiled once for each row, with the predictor:
 *     gcc -O2 -march=native -DROW=I2 -DROW_H='"I2.h"' -DRECURRENT=25600 bench/step.c I2.c -o step
 * Prints: step <us>, sequence <us>, floor <us> flops|bytes, sequence_floor <us>.
 */
#define _POSIX_C_SOURCE 200809L
#include "limits.h"

#include ROW_H
#include <stdio.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define OF(what) JOIN(ROW, what)
enum { ROUNDS = 15, STEPS = 256, IN = OF(_X_SIZE), OUT = OF(_Y_SIZE) };

static float x[STEPS * IN], y[STEPS * OUT];
static OF(_state) state;

static void steps(void)
{
    for (int t = 0; t < STEPS; t++)
        OF(_step)(&state, x + t * IN, y + t * OUT);
}

static void sequence(void) { OF(_run)(&state, STEPS, x, y); }

static double microseconds(void (*f)(void))                  /* a step: the median of the rounds */
{
    double took[ROUNDS];
    long calls = 1;
    OF(_reset)(&state);
    for (double t = 0; t < 5e-3; calls *= 2) {
        const double begun = limit_clock();
        for (long i = 0; i < calls; i++)
            f();
        t = limit_clock() - begun;
    }
    for (int r = 0; r < ROUNDS; r++) {
        const double begun = limit_clock();
        for (long i = 0; i < calls; i++)
            f();
        took[r] = (limit_clock() - begun) / (double)calls / STEPS * 1e6;
    }
    qsort(took, ROUNDS, sizeof *took, limit_order);
    return took[ROUNDS / 2];
}

int main(void)
{
    for (int i = 0; i < STEPS * IN; i++)
        x[i] = (float)((i * 37 + 11) % 101) / 101 - 0.5f;
    const double one = microseconds(steps), many = microseconds(sequence);
    const double flops = 2.0 * OF(_MULTIPLY_ADDS) / limit_flops() * 1e6, bytes = limit_read(OF(_WEIGHT_BYTES)) * 1e6;
    const double recurrent = RECURRENT ? limit_read(RECURRENT) * 1e6 : 0;
    printf("step %.4g\nsequence %.4g\nfloor %.4g %s\n", one, many, flops > bytes ? flops : bytes, flops > bytes ? "flops" : "bytes");
    printf("sequence_floor %.4g\n", flops > recurrent ? flops : recurrent);
    return 0;
}
