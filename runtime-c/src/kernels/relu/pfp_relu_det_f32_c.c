#include "pfp/pfp_kernels.h"

#include "vec/c.h"
#include "kernels/relu/relu.h"

void pfp_relu_det_f32_c(size_t len, const float *in, float *out) {
    pfp__relu_det(len, in, out);
}
