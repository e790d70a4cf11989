#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/planar_neon.h"

PFP_OUTLINE void tiles_of_5(const pfp__planar_work *w, const float *at, float *out_mean,
                            float *out_var) {
    pfp__planar_tiles_pool(PFP_TIER_ACCURATE, 6, 5, w, at, out_mean, out_var);
}

PFP_OUTLINE void tiles_of_3(const pfp__planar_work *w, const float *at, float *out_mean,
                            float *out_var) {
    pfp__planar_tiles_pool(PFP_TIER_ACCURATE, 6, 3, w, at, out_mean, out_var);
}

PFP_OUTLINE void tiles_of_any(const pfp__planar_work *w, const float *at, float *out_mean,
                              float *out_var) {
    pfp__planar_tiles_pool(PFP_TIER_ACCURATE, 6, 0, w, at, out_mean, out_var);
}

static void alone(const pfp__conv2d_planar *t, uint32_t y, uint32_t x) {
    pfp__planar_alone_pool(PFP_TIER_ACCURATE, 6, t, y, x);
}

void pfp_conv2d_maxpool2d_relu_det_f32_8x6_neon(const pfp_conv2d_shape *shape, const float *in,
                                                const float *shift, const void *weights,
                                                float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL && shape->in_c == 1);
    (void)scratch;
    const pfp__conv2d_planar t = {shape, in, shift, weights, out_mean, out_var};
    const pfp__planar_kinds kinds = {tiles_of_5, tiles_of_3, tiles_of_any};
    pfp__planar(6, 2, &t, &kinds, alone);
}

#endif
