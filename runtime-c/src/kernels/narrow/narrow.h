#ifndef PFP_KERNELS_NARROW_H
#define PFP_KERNELS_NARROW_H

/* The body of the narrow kernels. Include after vec/half_neon.h or half_helium.h. */

PFP_INLINE void pfp__narrow(size_t len, const float *in, pfp_half *out) {
    const size_t whole = len - len % PFP_LANES;
    for (size_t i = 0; i < whole; i += PFP_LANES) {
        pfp__vec_store_halves(out + i, pfp__vec_load(in + i));
    }
    const pfp__vec rest = pfp__vec_load_first(in + whole, len - whole);
    pfp__vec_store_halves_first(out + whole, rest, len - whole);
}

#endif
