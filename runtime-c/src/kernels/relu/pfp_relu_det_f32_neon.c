#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include "vec/neon.h"
#include "kernels/relu/relu.h"

void pfp_relu_det_f32_neon(size_t len, const float *in, float *out) {
    pfp__relu_det(len, in, out);
}

#endif
