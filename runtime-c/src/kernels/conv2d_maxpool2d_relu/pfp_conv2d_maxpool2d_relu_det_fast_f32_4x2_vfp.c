#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/planar_vfp.h"

static void pool(const pfp__planar_vfp *k, const pfp__planar_sums *sums,
                 const pfp__tile_place *place) {
    pfp__planar_vfp_pool(PFP_FORM_DET, PFP_TIER_FAST, k, sums, place);
}

void pfp_conv2d_maxpool2d_relu_det_fast_f32_4x2_vfp(const pfp_conv2d_shape *shape, const float *in,
                                                    const float *shift, const void *weights,
                                                    float *scratch, float *out_mean,
                                                    float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    assert(scratch != NULL && shape->in_c == 1);
    const pfp__gauss_vfp gauss = pfp__gauss_vfp_of(PFP_TIER_FAST);
    const pfp__planar_vfp k = {shape, in, shift, weights, scratch, out_mean, out_var, &gauss};
    pfp__tiles_vfp(PFP_FORM_DET, 2, &k, pool);
}

#endif
