#include "pfp/pfp_kernels.h"

#include "vec/c.h"
#include "kernels/normal/normal.h"

void pfp_normal_f32_c(size_t len, pfp_normal_state *state, float *out) {
    pfp__normal_fill(len, state, out);
}
