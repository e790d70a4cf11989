#ifndef PFP_KERNELS_INPUT_H
#define PFP_KERNELS_INPUT_H

/** The body of the input kernels. Include after a vec header. */

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"
#include "kernels/finite/finite.h"

/** Up to PFP_LANES positions of one channel; returns the bits of their absolute values. */
PFP_INLINE pfp__ivec pfp__input_at(const float *in, pfp__vec shift, float *out, size_t step,
                                   size_t lanes) {
    const pfp__vec x = lanes == PFP_LANES ? pfp__vec_load(in) : pfp__vec_load_first(in, lanes);
    const pfp__vec y = pfp__vec_sub(x, shift);
    if (step == 1) {
        if (lanes == PFP_LANES) {
            pfp__vec_store(out, y);
        } else {
            pfp__vec_store_first(out, y, lanes);
        }
    } else {
        float values[PFP_LANES];
        pfp__vec_store(values, y);
        for (size_t i = 0; i < lanes; i++) {
            out[i * step] = values[i];
        }
    }
    return pfp__vec_bits(pfp__vec_abs(x));
}

/** One channel. */
PFP_INLINE pfp__ivec pfp__input_channel(uint32_t plane, const float *in, float shift, float *out,
                                        size_t step) {
    const pfp__vec shift_all = pfp__vec_set1(shift);
    pfp__ivec largest = pfp__ivec_set1(0);
    const size_t whole = plane - plane % PFP_LANES;
    for (size_t p = 0; p < whole; p += PFP_LANES) {
        largest = pfp__ivec_max(largest,
                                pfp__input_at(in + p, shift_all, out + p * step, step, PFP_LANES));
    }
    if (whole < plane) {
        largest = pfp__ivec_max(
            largest, pfp__input_at(in + whole, shift_all, out + whole * step, step, plane - whole));
    }
    return largest;
}

PFP_INLINE pfp_status pfp__input_det(uint32_t channels, uint32_t plane, const float *in,
                                     const float *shift, float *out) {
    pfp__ivec largest = pfp__ivec_set1(0);
    if (channels == 1) {
        largest = pfp__input_channel(plane, in, shift[0], out, 1);
    } else {
        for (size_t c = 0; c < channels; c++) {
            largest = pfp__ivec_max(
                largest, pfp__input_channel(plane, in + c * plane, shift[c], out + c, channels));
        }
    }
    return pfp__ivec_largest(largest) < PFP_INFINITY_BITS ? PFP_OK : PFP_E_NONFINITE;
}

#endif
