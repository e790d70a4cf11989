#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"
#include "kernels/relu/relu.h"

void pfp_relu_det_f32_x86(size_t len, const float *in, float *out) {
    pfp__relu_det(len, in, out);
}

#endif
