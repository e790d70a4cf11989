#ifndef PFP_KERNELS_CONV2D_PLANAR_STORED_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_STORED_NEON_H

/* Rows of weights for planar_weights_neon.h from those of a compact format. */

#include "kernels/conv2d/planar_weights_neon.h"
#include "kernels/linear/stored_neon.h"

/* Eight outputs. */
typedef struct pfp__stored_row {
    float mean[PFP_STORED_TILE], var[PFP_STORED_TILE];
} pfp__stored_row;

/* The stored variances of the first or second input at `at`, or, `alone`, of one left over. */
PFP_INLINE void pfp__stored_vars_neon(pfp__format format, const uint8_t *at, size_t second,
                                      int alone, float *to) {
    float32x4_t low, high;
    if (pfp__stored_in_pairs(format)) {
        uint8x8_t sds;
        if (alone) {
            sds = vld1_u8(at + 8);
        } else {
            const uint8x16_t both = pfp__sds_neon(format, at + 16);
            sds = vget_low_u8(second == 0 ? vuzp1q_u8(both, both) : vuzp2q_u8(both, both));
        }
        const uint16x8_t squares = vmull_u8(sds, sds);
        low = vcvtq_f32_u32(vmovl_u16(vget_low_u16(squares)));
        high = vcvtq_f32_u32(vmovl_high_u16(squares));
    } else if (format == PFP_F16) {
        const float16x8_t halves =
            vld1q_f16((const float16_t *)(const void *)(at + 32 * second + 16));
        low = vcvt_f32_f16(vget_low_f16(halves));
        high = vcvt_high_f32_f16(halves);
        pfp__sums_neon_sort(&low, &high);
    } else {
        const uint32_t *words = (const uint32_t *)(const void *)(at + 32 * second);
        low = vreinterpretq_f32_u32(vshlq_n_u32(vld1q_u32(words), 16));
        high = vreinterpretq_f32_u32(vshlq_n_u32(vld1q_u32(words + 4), 16));
    }
    vst1q_f32(to, low);
    vst1q_f32(to + 4, high);
}

/* Row `row` of a panel, scaled. */
PFP_INLINE pfp__stored_row pfp__stored_row_neon(pfp__format format, const uint8_t *panel,
                                                size_t taps, size_t row) {
    const float *header = (const float *)(const void *)panel;
    pfp__stored_row r;
    if (row == 0) {
        for (size_t o = 0; o < PFP_STORED_TILE; o++) {
            r.mean[o] = header[o];
            r.var[o] = header[PFP_STORED_TILE + o];
        }
        return r;
    }
    const size_t second = (row - 1) % 2, k = row - 1 - second;
    const uint8_t *at =
        panel + pfp__stored_header(format) * sizeof(float) + pfp__stored_bytes(format, k);
    pfp__stored_means(format, at, second, 0, r.mean);
    pfp__stored_means(format, at, second, 4, r.mean + 4);
    pfp__stored_vars_neon(format, at, second, k + 1 == taps, r.var);
    for (size_t o = 0; o < PFP_STORED_TILE && format != PFP_BF16; o++) {
        r.mean[o] *= header[2 * PFP_STORED_TILE + o];
        r.var[o] *= header[3 * PFP_STORED_TILE + o];
    }
    return r;
}

PFP_INLINE void pfp__planar_copy_outputs(size_t count, const float *from_mean,
                                         const float *from_var, float *mean, float *var) {
    for (size_t o = 0; o < count; o++) {
        mean[o] = from_mean[o];
        var[o] = from_var[o];
    }
}

/* See pfp__planar_expand. Outputs past the last one are zero. */
PFP_INLINE void pfp__planar_expand_stored(pfp__format format, size_t outputs, const void *weights,
                                          const pfp_conv2d_shape *s, size_t first, size_t begin,
                                          size_t count, float *to) {
    const size_t taps = pfp__planar_panel_rows(s) - 1;
    const size_t bytes = pfp__stored_panel_bytes(format, taps);
    for (size_t o = 0; o < outputs;) {
        const size_t lane = (first + o) % PFP_STORED_TILE, rest = PFP_STORED_TILE - lane;
        const size_t here = outputs - o < rest ? outputs - o : rest;
        const int is_filled = first + o < s->out_c;
        const uint8_t *panel = (const uint8_t *)weights + (first + o) / PFP_STORED_TILE * bytes;
        for (size_t i = 0; i < count; i++) {
            const pfp__stored_row none = {{0.0f}, {0.0f}};
            const pfp__stored_row row =
                is_filled ? pfp__stored_row_neon(format, panel, taps, begin + i) : none;
            float *mean = to + 2 * outputs * i + o, *var = mean + outputs;
            if (here == outputs) { /* as vectors */
                pfp__planar_copy_outputs(outputs, row.mean + lane, row.var + lane, mean, var);
            } else {
                pfp__planar_copy_outputs(here, row.mean + lane, row.var + lane, mean, var);
            }
        }
        o += here;
    }
}

/* The kernel's function, for its format and outputs. */
#define PFP_PLANAR_EXPAND(format, outputs)                                                         \
    static void expand(const void *weights, const pfp_conv2d_shape *s, size_t first, size_t begin, \
                       size_t count, float *to) {                                                  \
        pfp__planar_expand_stored(format, outputs, weights, s, first, begin, count, to);           \
    }

#endif
