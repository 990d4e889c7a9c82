/* board.c -- the least that a Cortex-M needs to run a predictor: vectors, a start, two words of semihosting (text and the end),
 * a painted stack. No C library, no heap. For the MPS2 boards that `qemu-system-arm` emulates; on yours the maker's files
 * stand here.
 */
#include "board.h"

extern uint32_t stack_low[], stack_top[], data_from[], data_to[], data_end[], bss_to[], bss_end[];

static int semihost(int what, const void *with)
{
    register int r0 __asm__("r0") = what;
    register const void *r1 __asm__("r1") = with;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void board_print(const char *text) { semihost(4, text); }

void board_print_word(uint32_t w)
{
    static const char digit[] = "0123456789abcdef";
    char s[10];
    int i;
    for (i = 0; i < 8; i++)
        s[i] = digit[w >> (28 - 4 * i) & 15];
    s[8] = '\n', s[9] = 0;
    board_print(s);
}

void board_end(int good) { for (;;) semihost(0x18, (const void *)(uintptr_t)(good ? 0x20026 : 0x20024)); }

#define PAINT 0xa5a5a5a5u

void board_paint_stack(void)
{
    uint32_t *top = (uint32_t *)__builtin_frame_address(0) - 16, *p;
    for (p = stack_low; p < top; p++)
        *(volatile uint32_t *)p = PAINT;
}

uint32_t board_stack_used(void)                         /* bytes below the caller, at their deepest since it was painted */
{
    const uint32_t *top = (const uint32_t *)__builtin_frame_address(0), *p = stack_low;
    while (p < top && *(const volatile uint32_t *)p == PAINT)
        p++;
    return (uint32_t)((const char *)top - (const char *)p);
}

void *memcpy(void *to, const void *from, size_t n)      /* the only thing that a freestanding predictor calls */
{
    volatile unsigned char *t = to;
    const unsigned char *f = from;
    while (n--)
        *t++ = *f++;
    return to;
}

void board_start(void)
{
    uint32_t *to = data_to;
    const uint32_t *from = data_from;
#ifdef __ARM_FP
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20;      /* the floating-point unit on */
    __asm__ volatile("dsb\n\tisb");
#endif
    while (to < data_end)
        *(volatile uint32_t *)to++ = *from++;
    for (to = bss_to; to < bss_end; to++)
        *(volatile uint32_t *)to = 0;
    main();
    board_end(1);
}

static void stop(void) { board_end(0); }

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (const void *)board_start, (const void *)stop, (const void *)stop, (const void *)stop, (const void *)stop,
    (const void *)stop,
};
