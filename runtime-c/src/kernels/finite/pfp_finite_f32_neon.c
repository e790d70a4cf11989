#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include "vec/neon.h"
#include "kernels/finite/finite.h"

int pfp_finite_f32_neon(size_t len, const float *in) {
    return pfp__finite(len, in);
}

#endif
