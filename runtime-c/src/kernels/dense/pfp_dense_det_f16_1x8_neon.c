#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON_F16

#include "kernels/linear/halves_neon.h"
#include "kernels/dense/halves.h"

void pfp_dense_det_f16_1x8_neon(const pfp_dense_shape *shape, const float *in, const float *shift,
                                const void *weights, pfp_half *scratch, pfp_half *out_mean,
                                pfp_half *out_var) {
    pfp__dense_halves_det(shape, in, shift, weights, scratch, out_mean, out_var);
}

#endif
