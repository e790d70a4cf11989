#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM_F16

#include "vec/half_helium.h"
#include "kernels/narrow/narrow.h"

void pfp_narrow_f16_helium(size_t len, const float *in_mean, const float *in_var,
                           pfp_half *out_mean, pfp_half *out_var) {
    pfp__narrow(len, in_mean, out_mean);
    pfp__narrow(len, in_var, out_var);
}

#endif
