#ifndef PFP_KERNELS_WIDEN_H
#define PFP_KERNELS_WIDEN_H

/* The body of the widen kernels. Include after vec/half_neon.h or half_helium.h. */

PFP_INLINE void pfp__widen(size_t len, const pfp_half *in, float *out) {
    const size_t whole = len - len % PFP_LANES;
    for (size_t i = 0; i < whole; i += PFP_LANES) {
        pfp__vec_store(out + i, pfp__vec_load_halves(in + i));
    }
    const pfp__vec rest = pfp__vec_load_halves_first(in + whole, len - whole);
    pfp__vec_store_first(out + whole, rest, len - whole);
}

#endif
