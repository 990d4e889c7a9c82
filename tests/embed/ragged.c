/* ragged.c -- a predictor over a ragged axis: neither what lies past the length nor what was in the workspace matters, and a
 * length outside of the axis is taken for the nearest one in it.
 */
#include "ragged.h"

#include <stdio.h>
#include <string.h>

static union { float align[16]; unsigned char bytes[RAGGED_WORK_BYTES + 64]; } room;

int main(void)
{
    float first[4] = { 0 };
    int moved = 0;
    for (int32_t length = -1; length <= 7; length++) {
        float p[2][4];
        for (int k = 0; k < 2; k++) {
            float x[18];
            for (int i = 0; i < 18; i++)
                x[i] = i < 3 * length ? 0.1f * (float)i : k ? 99.0f : -7.0f;
            memset(&room, k ? 0x41 : 0, sizeof room);
            ragged_run(x, &length, p[k], room.bytes + (64 - (size_t)room.bytes % 64) % 64);
        }
        if (memcmp(p[0], p[1], sizeof p[0]))
            return printf("length %d: padding or workspace mattered\n", (int)length), 1;
        moved += length > 0 && length < 7 && memcmp(p[0], first, sizeof first) != 0;
        memcpy(first, p[0], sizeof first);
    }
    printf("%d lengths gave answers of their own\n", moved);
    return moved != 6;
}
