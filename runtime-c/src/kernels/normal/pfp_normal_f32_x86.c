#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"
#include "kernels/normal/normal.h"

void pfp_normal_f32_x86(size_t len, pfp_normal_state *state, float *out) {
    pfp__normal_fill(len, state, out);
}

#endif
