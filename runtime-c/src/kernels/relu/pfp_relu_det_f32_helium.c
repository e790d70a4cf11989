#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "vec/helium.h"
#include "kernels/relu/relu.h"

void pfp_relu_det_f32_helium(size_t len, const float *in, float *out) {
    pfp__relu_det(len, in, out);
}

#endif
