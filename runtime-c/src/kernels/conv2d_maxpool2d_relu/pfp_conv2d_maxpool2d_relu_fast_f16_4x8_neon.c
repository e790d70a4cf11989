#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON_F16

#include "kernels/linear/halves_neon.h"
#include "kernels/conv2d_maxpool2d_relu/halves.h"

void pfp_conv2d_maxpool2d_relu_fast_f16_4x8_neon(const pfp_conv2d_shape *shape,
                                                 const pfp_half *in_mean, const pfp_half *in_var,
                                                 const void *weights, pfp_half *scratch,
                                                 pfp_half *out_mean, pfp_half *out_var) {
    const pfp__conv2d_halves c =
        pfp__conv2d_halves_general(shape, in_mean, in_var, weights, scratch, out_mean, out_var);
    pfp__conv2d_halves_pooled(PFP_TIER_FAST, 0, &c);
}

#endif
