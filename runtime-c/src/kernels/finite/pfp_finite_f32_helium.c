#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "vec/helium.h"
#include "kernels/finite/finite.h"

int pfp_finite_f32_helium(size_t len, const float *in) {
    return pfp__finite(len, in);
}

#endif
