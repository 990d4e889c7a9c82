/* two_models.c -- charlm and forecast in one program (C99 or C++11), several threads of each, all at once: every
 * thread gets the bits that one thread alone gets. Prints how many agreed; exit 1 if any did not.
 */
#include "charlm.h"
#include "forecast.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 150, THREADS = 4 };

typedef struct {
    int32_t id[STEPS];
    float text[STEPS * CHARLM_NEXT_SIZE];
    float past[FORECAST_PAST_SIZE], guess[STEPS];
    union { unsigned char bytes[FORECAST_WORK_BYTES + 64]; double aligned; } room;
} Lane;

static Lane lane[2 * THREADS];

static void fill(Lane *l, int seed)
{
    int i;
    for (i = 0; i < STEPS; i++)
        l->id[i] = (int32_t)((i * i + seed * i + seed) % CHARLM_CHARS_CLASSES);
    for (i = 0; i < FORECAST_PAST_SIZE; i++)
        l->past[i] = (float)((i * 7 + seed) % 11) * 0.1f - 0.5f;
}

static void *work(void *argument)
{
    Lane *l = (Lane *)argument;
    void *space = l->room.bytes + (64 - (uintptr_t)l->room.bytes % 64) % 64;
    charlm_state s;
    int i;
    charlm_reset(&s);
    for (i = 0; i < STEPS; i++) {
        charlm_step(&s, l->id + i, l->text + i * CHARLM_NEXT_SIZE);
        l->past[i % FORECAST_PAST_SIZE] += 0.1f;
        forecast_run(l->past, l->guess + i, space);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread[THREADS];
    int i, same = 0;
    for (i = 0; i < THREADS; i++) {
        fill(&lane[i], i);
        fill(&lane[THREADS + i], i);
    }
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, work, &lane[i]))
            return 1;
    for (i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (i = 0; i < THREADS; i++) {
        work(&lane[THREADS + i]);
        same += !memcmp(lane[i].text, lane[THREADS + i].text, sizeof lane[i].text) &&
                !memcmp(lane[i].guess, lane[THREADS + i].guess, sizeof lane[i].guess);
    }
    for (i = 0; i < 2; i++) {
        const rnnc_descriptor *d = i ? &charlm_descriptor : &forecast_descriptor;
        if (d->ports != 2 || d->port[0].output || !d->port[1].output || d->steps != i || d->parameters == 0)
            same = -1;
    }
    if (charlm_descriptor.port[0].classes != CHARLM_CHARS_CLASSES || forecast_descriptor.port[0].numbers != FORECAST_PAST_SIZE)
        same = -1;
    printf("%d of %d threads agree\n", same, THREADS);
    return same != THREADS;
}
