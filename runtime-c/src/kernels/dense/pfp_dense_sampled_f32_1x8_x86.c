#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"

#if PFP_LANES == 4
#include "kernels/dense/sampled.h"
#else
#include "kernels/dense/sampled_x86.h"
#endif

void pfp_dense_sampled_f32_1x8_x86(const pfp_dense_shape *shape, const float *in,
                                   const void *weights, pfp_normal_state *state, float *scratch,
                                   float *out) {
    (void)scratch;
    pfp__dense_sampled(shape, in, weights, state, out);
}

#endif
