#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM_F16

#include "kernels/linear/halves_helium.h"
#include "kernels/dense/halves.h"

void pfp_dense_f16_1x8_helium(const pfp_dense_shape *shape, const pfp_half *in_mean,
                              const pfp_half *in_var, const void *weights, pfp_half *scratch,
                              pfp_half *out_mean, pfp_half *out_var) {
    pfp__dense_halves_general(shape, in_mean, in_var, weights, scratch, out_mean, out_var);
}

#endif
