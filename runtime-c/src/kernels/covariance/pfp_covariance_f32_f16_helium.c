#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "vec/helium.h"
#include "kernels/linear/stored_helium.h"
#include "kernels/covariance/stored.h"

void pfp_covariance_f32_f16_helium(const pfp_dense_shape *shape, uint32_t outputs,
                                   const float *in_var, const void *weights, const float *out_var,
                                   float *scratch, float *cov) {
    pfp__covariance_stored(PFP_F16, shape, outputs, in_var, weights, out_var, scratch, cov);
}

#endif
