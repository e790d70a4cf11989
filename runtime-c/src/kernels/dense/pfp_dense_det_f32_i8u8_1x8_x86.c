#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "kernels/linear/stored_x86.h"
#include "kernels/dense/stored.h"

void pfp_dense_det_f32_i8u8_1x8_x86(const pfp_dense_shape *shape, const float *in,
                                    const float *shift, const void *weights, float *scratch,
                                    float *out_mean, float *out_var) {
    (void)scratch;
    pfp__dense_stored_det(PFP_I8U8, shape, in, shift, weights, out_mean, out_var);
}

#endif
