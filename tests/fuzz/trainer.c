/* trainer.c -- a generated trainer without its main: TRAINER is the file, EXPORT the name under which its network is found. */
static int trainer_main(int argc, char **argv) __attribute__((unused));
#define main trainer_main
#include TRAINER
#undef main

extern const rt_model *const EXPORT;
const rt_model *const EXPORT = &model;
