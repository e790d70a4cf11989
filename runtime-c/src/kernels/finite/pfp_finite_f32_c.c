#include "pfp/pfp_kernels.h"

#include "vec/c.h"
#include "kernels/finite/finite.h"

int pfp_finite_f32_c(size_t len, const float *in) {
    return pfp__finite(len, in);
}
