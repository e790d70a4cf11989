#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "vec/helium.h"
#include "kernels/conv2d_maxpool2d_relu/window_helium.h"

void pfp_conv2d_maxpool2d_relu_exact_f32_2x8_helium(const pfp_conv2d_shape *shape, const float *in,
                                                    const void *weights, float *scratch,
                                                    float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_maxpool2d_relu_helium_exact(&s, in, weights, out);
}

#endif
