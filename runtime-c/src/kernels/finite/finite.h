#ifndef PFP_KERNELS_FINITE_H
#define PFP_KERNELS_FINITE_H

/** The body of the finite kernels. Include after a vec header. */

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

/** The bits of infinity; those of a NaN without its sign are above. */
#define PFP_INFINITY_BITS 0x7f800000

PFP_INLINE int pfp__finite(size_t len, const float *in) {
    const size_t whole = len - len % PFP_LANES;
    pfp__ivec largest = pfp__ivec_set1(0);
    for (size_t i = 0; i < whole; i += PFP_LANES) {
        largest = pfp__ivec_max(largest, pfp__vec_bits(pfp__vec_abs(pfp__vec_load(in + i))));
    }
    const pfp__vec rest = pfp__vec_load_first(in + whole, len - whole);
    largest = pfp__ivec_max(largest, pfp__vec_bits(pfp__vec_abs(rest)));
    return pfp__ivec_largest(largest) < PFP_INFINITY_BITS;
}

#endif
