#include <assert.h>

#include "pfp/pfp_kernels.h"

#include "vec/fma.h"

void pfp_accumulate_f32_c(size_t len, uint32_t count, const float *in, float *mean,
                          float *squares) {
    assert(count > 0 && in != NULL && mean != NULL);
    const float share = 1.0f / (float)count;
    for (size_t i = 0; i < len; i++) {
        const float before = count == 1 ? 0.0f : mean[i];
        const float deviation = in[i] - before;
        mean[i] = pfp__fmaf(deviation, share, before);
        if (squares != NULL) {
            /* Both factors have one sign, so that the sum never falls. */
            squares[i] = count == 1 ? 0.0f : pfp__fmaf(deviation, in[i] - mean[i], squares[i]);
        }
    }
}
