#ifndef PFP_KERNELS_CONV2D_STORED_H
#define PFP_KERNELS_CONV2D_STORED_H

/*
 * The body of the convolution kernels of compact weight formats. Include after one of
 * kernels/linear/stored_c.h, stored_neon.h and stored_helium.h. The inputs of a window are laid out
 * in scratch, zero where they fall on padding; from there on a position is a dense layer, whose
 * weights are expanded in registers.
 */

#include <assert.h>

#include "kernels/conv2d/window.h"
#include "pfp/pfp_kernels.h"

PFP_INLINE size_t pfp__conv2d_taps(const pfp_conv2d_shape *s) {
    return (size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c;
}

/* The inputs of window `w` in one plane, less `shift`, to taps[kernel_h * kernel_w * in_c]. */
PFP_INLINE void pfp__window_gather(const pfp_conv2d_shape *s, const pfp__window *w, const float *in,
                                   float shift, float *taps) {
    const size_t len = (size_t)s->kernel_h * s->kernel_w * s->in_c;
    if (w->rows * w->run < len) {
        for (size_t k = 0; k < len; k++) {
            taps[k] = 0.0f;
        }
    }
    for (size_t row = 0; row < w->rows; row++) {
        const float *from = in + w->in + row * w->in_step;
        float *to = taps + w->tap + row * w->tap_step;
        for (size_t k = 0; k < w->run; k++) {
            to[k] = from[k] - shift;
        }
    }
}

/* The output channels of `count` panels at one position, from the inputs in `scratch`. */
PFP_INLINE void pfp__conv2d_stored_panels(size_t count, pfp__format format, int det,
                                          const pfp_conv2d_shape *s, const float *scratch,
                                          const uint8_t *panel, size_t first, float *out_mean,
                                          float *out_var) {
    const size_t taps = pfp__conv2d_taps(s);
    const size_t header = pfp__stored_header(format) * sizeof(float);
    const size_t panel_bytes = pfp__stored_panel_bytes(format, taps);
    pfp__sums sums[PFP_STORED_PANELS];
    for (size_t i = 0; i < count; i++) {
        sums[i] = pfp__sums_zero();
    }
    pfp__sums_add(sums, count, panel_bytes, format, det, taps, scratch, det ? NULL : scratch + taps,
                  0.0f, det ? NULL : scratch + 2 * taps, panel + header);
    for (size_t i = 0; i < count; i++, first += PFP_STORED_TILE, panel += panel_bytes) {
        pfp__sums_store(sums[i], format, det, (const float *)(const void *)panel, s->out_c - first,
                        out_mean + first, out_var + first);
    }
}

PFP_INLINE void pfp__conv2d_stored_position(pfp__format format, int det, const pfp_conv2d_shape *s,
                                            const float *scratch, const uint8_t *panel,
                                            float *out_mean, float *out_var) {
    const size_t panel_bytes = pfp__stored_panel_bytes(format, pfp__conv2d_taps(s));
    size_t first = 0;
    for (; first + (PFP_STORED_PANELS - 1) * PFP_STORED_TILE < s->out_c;
         first += PFP_STORED_PANELS * PFP_STORED_TILE) {
        pfp__conv2d_stored_panels(PFP_STORED_PANELS, format, det, s, scratch, panel, first,
                                  out_mean, out_var);
        panel += PFP_STORED_PANELS * panel_bytes;
    }
    for (; first < s->out_c; first += PFP_STORED_TILE) {
        pfp__conv2d_stored_panels(1, format, det, s, scratch, panel, first, out_mean, out_var);
        panel += panel_bytes;
    }
}

PFP_INLINE void pfp__conv2d_stored_general(pfp__format format, const pfp_conv2d_shape *shape,
                                           const float *in_mean, const float *in_var,
                                           const void *weights, float *scratch, float *out_mean,
                                           float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    assert(scratch != NULL && shape->in_planes == 1);
    const pfp_conv2d_shape s = *shape;
    const size_t taps = pfp__conv2d_taps(&s);
    for (uint32_t y = 0; y < s.out_h; y++) {
        for (uint32_t x = 0; x < s.out_w; x++) {
            const pfp__window w = pfp__window_of(&s, y, x);
            pfp__window_gather(&s, &w, in_mean, 0.0f, scratch);
            pfp__window_gather(&s, &w, in_var, 0.0f, scratch + taps);
            pfp__m2_prepare(format, taps, scratch, scratch + taps, scratch + 2 * taps);
            pfp__conv2d_stored_position(format, 0, &s, scratch, weights, out_mean, out_var);
            out_mean += s.out_c;
            out_var += s.out_c;
        }
    }
}

PFP_INLINE void pfp__conv2d_stored_det(pfp__format format, const pfp_conv2d_shape *shape,
                                       const float *in, const float *shift, const void *weights,
                                       float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL && scratch != NULL);
    const pfp_conv2d_shape s = *shape;
    const size_t plane = (size_t)s.in_h * s.in_w * s.in_c;
    const size_t taps = pfp__conv2d_taps(&s) / s.in_planes;
    for (uint32_t y = 0; y < s.out_h; y++) {
        for (uint32_t x = 0; x < s.out_w; x++) {
            const pfp__window w = pfp__window_of(&s, y, x);
            for (size_t p = 0; p < s.in_planes; p++) {
                pfp__window_gather(&s, &w, in + p * plane, shift[p], scratch + p * taps);
            }
            pfp__conv2d_stored_position(format, 1, &s, scratch, weights, out_mean, out_var);
            out_mean += s.out_c;
            out_var += s.out_c;
        }
    }
}

#endif
