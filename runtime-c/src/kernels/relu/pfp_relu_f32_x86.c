#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"
#include "kernels/relu/relu.h"

void pfp_relu_f32_x86(size_t len, const float *in_mean, const float *in_var, float *out_mean,
                      float *out_var) {
    pfp__relu(PFP_TIER_ACCURATE, len, in_mean, in_var, out_mean, out_var);
}

#endif
