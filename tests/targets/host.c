/* host.c -- the driver where there is a C library: a line for each number. */
#include "driver.h"
#include <stdio.h>
static void word(uint32_t w) { printf("%08lx\n", (unsigned long)w); }
int main(void) { run_all(word); return 0; }
