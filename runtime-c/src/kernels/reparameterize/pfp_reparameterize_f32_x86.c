#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"
#include "kernels/draw/draw.h"

void pfp_reparameterize_f32_x86(size_t len, const float *mean, const float *var,
                                pfp_normal_state *state, float *out) {
    pfp__draw(PFP_SPREAD_VAR, len, mean, var, state, out);
}

#endif
