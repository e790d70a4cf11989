#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include "vec/scalar.h"
#include "kernels/maxpool2d/maxpool2d.h"

void pfp_maxpool2d_relu_det_f32_vfp(const pfp_pool2d_shape *shape, const float *in, float *out) {
    pfp__maxpool2d_det(PFP_POOL_RELU, shape, in, out);
}

#endif
