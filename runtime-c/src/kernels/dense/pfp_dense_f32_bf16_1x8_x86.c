#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "kernels/linear/stored_x86.h"
#include "kernels/dense/stored.h"

void pfp_dense_f32_bf16_1x8_x86(const pfp_dense_shape *shape, const float *in_mean,
                                const float *in_var, const void *weights, float *scratch,
                                float *out_mean, float *out_var) {

    pfp__dense_stored_general(PFP_BF16, shape, in_mean, in_var, weights, scratch, out_mean,
                              out_var);
}

#endif
