/* rt_threads.h -- a trainer generated with --threads: RT_THREADS threads run the same code, each on its own examples, rows
 * or columns, and wait for each other where one needs what others have computed. Included by the generated file alone, after
 * RT_THREADS is defined; needs pthreads. The others are started by the first call of rt_together and live as long as the
 * program; who waits spins for a moment, then sleeps.
 */
#ifndef RT_THREADS_H
#define RT_THREADS_H

#include "rt_model.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
    _Alignas(64) atomic_int arrived;
    _Alignas(64) atomic_uint round;                          /* grows when all have arrived */
    _Alignas(64) atomic_int asleep;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    rt_job *job;                                             /* what to do; written while the others wait */
    void *data;
    int started, number[RT_THREADS];
} rt_pool = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static inline void rt_pause(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ __volatile__("yield");
#endif
}

/* All threads have come here. */
static __attribute__((noinline)) void rt_barrier(void)
{
    enum { SPINS = 1000 };                                   /* some tens of microseconds */
    const unsigned round = atomic_load_explicit(&rt_pool.round, memory_order_relaxed);
    if (atomic_fetch_add(&rt_pool.arrived, 1) == RT_THREADS - 1) {
        atomic_store_explicit(&rt_pool.arrived, 0, memory_order_relaxed);
        atomic_store(&rt_pool.round, round + 1);
        if (atomic_load(&rt_pool.asleep)) {
            pthread_mutex_lock(&rt_pool.lock);
            pthread_cond_broadcast(&rt_pool.wake);
            pthread_mutex_unlock(&rt_pool.lock);
        }
        return;
    }
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&rt_pool.round, memory_order_acquire) != round)
            return;
        rt_pause();
    }
    pthread_mutex_lock(&rt_pool.lock);
    atomic_fetch_add(&rt_pool.asleep, 1);
    while (atomic_load(&rt_pool.round) == round)
        pthread_cond_wait(&rt_pool.wake, &rt_pool.lock);
    atomic_fetch_sub(&rt_pool.asleep, 1);
    pthread_mutex_unlock(&rt_pool.lock);
}

static void *rt_thread(void *number)
{
    const int me = *(const int *)number;
    for (;;) {
        rt_barrier();
        rt_pool.job(rt_pool.data, me);
        rt_barrier();
    }
    return NULL;
}

static void rt_start_threads(void)
{
    pthread_attr_t attr;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);             /* signals are the first thread's */
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    for (int i = 1; i < RT_THREADS; i++) {
        pthread_t thread;
        rt_pool.number[i] = i;
        if (pthread_create(&thread, &attr, rt_thread, &rt_pool.number[i])) {
            fprintf(stderr, "thread %d of %d cannot be started\n", i + 1, RT_THREADS);
            exit(1);
        }
    }
    pthread_attr_destroy(&attr);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    rt_pool.started = 1;
}

/* job(data, me) for every thread, with me from 0 on; returns when all have done it */
static void rt_all(rt_job *job, void *data)
{
    if (!rt_pool.started)
        rt_start_threads();
    rt_pool.job = job, rt_pool.data = data;
    rt_barrier();
    job(data, 0);
    rt_barrier();
}

/* a program's share by every thread */
typedef struct { void (*share)(const real *, real *, real *, int); const real *param; real *grad, *work; } rt_shares;

static void rt_one_share(void *data, int me)
{
    const rt_shares *s = (const rt_shares *)data;
    s->share(s->param, s->grad, s->work, me);
}

static void rt_together(void (*share)(const real *, real *, real *, int), const real *param, real *grad, real *work)
{
    rt_shares s = { share, param, grad, work };
    rt_all(rt_one_share, &s);
}

#endif
