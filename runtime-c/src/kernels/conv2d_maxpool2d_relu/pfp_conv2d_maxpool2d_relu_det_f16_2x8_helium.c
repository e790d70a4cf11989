#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM_F16

#include "kernels/linear/halves_helium.h"
#include "kernels/conv2d_maxpool2d_relu/halves.h"

void pfp_conv2d_maxpool2d_relu_det_f16_2x8_helium(const pfp_conv2d_shape *shape, const float *in,
                                                  const float *shift, const void *weights,
                                                  pfp_half *scratch, pfp_half *out_mean,
                                                  pfp_half *out_var) {
    const pfp__conv2d_halves c =
        pfp__conv2d_halves_det(shape, 2, in, shift, weights, scratch, out_mean, out_var);
    pfp__conv2d_halves_pooled(PFP_TIER_ACCURATE, 1, &c);
}

#endif
