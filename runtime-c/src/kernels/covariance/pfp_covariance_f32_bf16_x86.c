#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#define PFP_LANES 4 /* of kernels/covariance/stored.h */

#include "vec/x86.h"
#include "kernels/linear/stored_x86.h"
#include "kernels/covariance/stored.h"

void pfp_covariance_f32_bf16_x86(const pfp_dense_shape *shape, uint32_t outputs,
                                 const float *in_var, const void *weights, const float *out_var,
                                 float *scratch, float *cov) {
    pfp__covariance_stored(PFP_BF16, shape, outputs, in_var, weights, out_var, scratch, cov);
}

#endif
