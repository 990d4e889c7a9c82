/* driver.h -- the predictors' numbers, each as the bits of a float. */
#include <stdint.h>
void run_all(void (*word)(uint32_t));
