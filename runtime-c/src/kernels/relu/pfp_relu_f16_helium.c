#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM_F16

#include "vec/half_helium.h"
#include "kernels/relu/halves.h"

void pfp_relu_f16_helium(size_t len, const pfp_half *in_mean, const pfp_half *in_var,
                         pfp_half *out_mean, pfp_half *out_var) {
    pfp__relu_halves(PFP_TIER_ACCURATE, len, in_mean, in_var, out_mean, out_var);
}

#endif
