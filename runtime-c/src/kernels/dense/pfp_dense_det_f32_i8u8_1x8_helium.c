#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "kernels/linear/stored_helium.h"
#include "kernels/dense/stored.h"

void pfp_dense_det_f32_i8u8_1x8_helium(const pfp_dense_shape *shape, const float *in,
                                       const float *shift, const void *weights, float *scratch,
                                       float *out_mean, float *out_var) {
    (void)scratch;
    pfp__dense_stored_det(PFP_I8U8, shape, in, shift, weights, out_mean, out_var);
}

#endif
