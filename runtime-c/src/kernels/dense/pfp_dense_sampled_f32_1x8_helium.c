#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "vec/helium.h"
#include "kernels/dense/sampled.h"

void pfp_dense_sampled_f32_1x8_helium(const pfp_dense_shape *shape, const float *in,
                                      const void *weights, pfp_normal_state *state, float *scratch,
                                      float *out) {
    (void)scratch;
    pfp__dense_sampled(shape, in, weights, state, out);
}

#endif
