/* board.h -- what board.c gives a program: text out, an end, how deep the stack went. */
#include <stddef.h>
#include <stdint.h>

int main(void);
void *memcpy(void *to, const void *from, size_t n);
void board_start(void);
void board_print(const char *text);
void board_print_word(uint32_t w);
void board_end(int good);
void board_paint_stack(void);
uint32_t board_stack_used(void);
