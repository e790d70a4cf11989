#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON_F16

#include "vec/half_neon.h"
#include "kernels/widen/widen.h"

void pfp_widen_f16_neon(size_t len, const pfp_half *in_mean, const pfp_half *in_var,
                        float *out_mean, float *out_var) {
    pfp__widen(len, in_mean, out_mean);
    pfp__widen(len, in_var, out_var);
}

#endif
