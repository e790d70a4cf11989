#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/conv2d/conv2d_planar_vfp.h"

static void store(const pfp__planar_vfp *k, const pfp__planar_sums *sums,
                  const pfp__tile_place *place) {
    pfp__planar_vfp_store(PFP_FORM_EXACT, k, sums, place);
}

void pfp_conv2d_exact_f32_8x2_vfp(const pfp_conv2d_shape *shape, const float *in,
                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    assert(scratch != NULL && shape->in_c == 1);
    const pfp__planar_vfp k = {shape, in, NULL, weights, scratch, out, NULL, NULL};
    pfp__tiles_vfp(PFP_FORM_EXACT, 1, &k, store);
}

#endif
