#ifndef PFP_KERNELS_CONV2D_STRIP_HELIUM_H
#define PFP_KERNELS_CONV2D_STRIP_HELIUM_H

/*
 * A strip is what a few rows of a det convolution read, over a part of their columns and all
 * planes: inputs less the shift, zero where padding lies. With a stride, every row has its columns
 * sorted by their place in it, so that four neighbouring outputs always read four consecutive
 * floats. The inputs are planar: in_c == 1.
 */

#include <arm_mve.h>

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

enum { PFP_STRIP_FLOATS = 512 };

typedef struct pfp__strip {
    uint32_t outputs; /* along a row: a multiple of 4, or 0 where four do not fit */
    uint32_t rows;    /* inputs along a column, in each plane */
    size_t len;       /* inputs along a row at one place of the stride */
    size_t row_len;   /* at all */
    float in[PFP_STRIP_FLOATS];
} pfp__strip;

/* For `out_rows` by `columns` outputs, or as many columns of them as fit. */
PFP_INLINE void pfp__strip_init(pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t out_rows,
                                uint32_t columns) {
    const uint32_t reach = (s->kernel_w - 1) / s->stride_w;
    strip->rows = (out_rows - 1) * s->stride_h + s->kernel_h;
    const uint32_t len = PFP_STRIP_FLOATS / (s->in_planes * strip->rows * s->stride_w);
    const uint32_t fitting = len > reach ? (len - reach) / 4 * 4 : 0;
    const uint32_t wanted = (columns + 3) / 4 * 4;
    strip->outputs = wanted < fitting ? wanted : fitting;
    strip->len = strip->outputs + reach;
    strip->row_len = strip->len * s->stride_w;
}

PFP_INLINE void pfp__strip_zero(float *to, int32_t count) {
    for (; count > 0; count -= 4) {
        vstrwq_p_f32(to, vdupq_n_f32(0.0f), vctp32q((uint32_t)count));
        to += 4;
    }
}

/* Every `step`th of `in` less the shift. */
PFP_INLINE void pfp__strip_copy(float *to, int32_t count, const float *in, uint32_t step,
                                float shift) {
    if (step == 1) {
        for (; count > 0; count -= 4) {
            const mve_pred16_t some = vctp32q((uint32_t)count);
            vstrwq_p_f32(to, vsubq_n_f32(vldrwq_z_f32(in, some), shift), some);
            in += 4;
            to += 4;
        }
        return;
    }
    for (; count > 0; count--) {
        *to++ = *in - shift;
        in += step;
    }
}

/* The inputs [begin, end) of a row that lie in [0, in_len), where the first is `start` and each
 * `step` further on. */
typedef struct pfp__strip_part {
    int32_t begin, end;
} pfp__strip_part;

PFP_INLINE pfp__strip_part pfp__strip_within(int32_t start, int32_t step, int32_t len,
                                             int32_t in_len) {
    pfp__strip_part part = {0, 0};
    if (start < 0) {
        part.begin = (step - 1 - start) / step;
    }
    if (start < in_len) {
        part.end = (in_len - start + step - 1) / step;
    }
    part.begin = part.begin < len ? part.begin : len;
    part.end = part.end < len ? part.end : len;
    part.end = part.end > part.begin ? part.end : part.begin;
    return part;
}

/* Fills the rows from `done` on for the outputs from (y, x) on; the rows before are there. */
PFP_INLINE void pfp__strip_fill(pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t done,
                                uint32_t y, uint32_t x, const float *in, const float *shift) {
    const int32_t top = (int32_t)(y * s->stride_h) - (int32_t)s->pad_top;
    const int32_t left = (int32_t)(x * s->stride_w) - (int32_t)s->pad_left;
    const int32_t len = (int32_t)strip->len, step = (int32_t)s->stride_w;
    for (int32_t place = 0; place < step; place++) {
        const int32_t start = left + place;
        const pfp__strip_part part = pfp__strip_within(start, step, len, (int32_t)s->in_w);
        for (uint32_t plane = 0; plane < s->in_planes; plane++) {
            float *to = strip->in + (plane * strip->rows + done) * strip->row_len + place * len;
            for (int32_t row = top + (int32_t)done; row < top + (int32_t)strip->rows; row++) {
                int32_t begin = part.begin, end = part.end;
                if (row < 0 || row >= (int32_t)s->in_h) {
                    begin = end = len;
                }
                pfp__strip_zero(to, begin);
                if (begin < end) {
                    const size_t at = (plane * s->in_h + (uint32_t)row) * s->in_w +
                                      (uint32_t)(start + begin * step);
                    pfp__strip_copy(to + begin, end - begin, in + at, s->stride_w, shift[plane]);
                }
                pfp__strip_zero(to + end, len - end);
                to += strip->row_len;
            }
        }
    }
}

/* Moves the rows that the outputs `out_rows` further down share to the front; returns how many. */
PFP_INLINE uint32_t pfp__strip_move(pfp__strip *strip, const pfp_conv2d_shape *s,
                                    uint32_t out_rows) {
    const uint32_t gone = out_rows * s->stride_h;
    if (gone >= strip->rows) {
        return 0;
    }
    const uint32_t rows = strip->rows - gone;
    for (uint32_t plane = 0; plane < s->in_planes; plane++) {
        float *to = strip->in + plane * strip->rows * strip->row_len;
        const float *from = to + gone * strip->row_len;
        for (int32_t left = (int32_t)(rows * strip->row_len); left > 0; left -= 4) {
            const mve_pred16_t some = vctp32q((uint32_t)left);
            vstrwq_p_f32(to, vldrwq_z_f32(from, some), some);
            from += 4;
            to += 4;
        }
    }
    return rows;
}

#endif
