/* board_main.c -- the driver on a board: its numbers, then how deep the stack went below it. */
#include "board.h"
#include "driver.h"

int main(void)
{
    board_paint_stack();
    run_all(board_print_word);
    board_print("stack ");
    board_print_word(board_stack_used());
    return 0;
}
