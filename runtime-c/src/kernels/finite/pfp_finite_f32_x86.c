#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"
#include "kernels/finite/finite.h"

int pfp_finite_f32_x86(size_t len, const float *in) {
    return pfp__finite(len, in);
}

#endif
