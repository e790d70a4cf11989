#ifndef PFP_KERNELS_DENSE_STORED_H
#define PFP_KERNELS_DENSE_STORED_H

/*
 * The body of the dense kernels of compact weight formats. Include after one of
 * kernels/linear/stored_c.h and its siblings.
 */

#include <assert.h>

#include "pfp/pfp_kernels.h"

/* The inputs of a layer, with what pfp__m2_prepare made of them; exact ones have a shift a plane.
 */
typedef struct pfp__dense_inputs {
    const float *mean, *var, *m2, *shift;
} pfp__dense_inputs;

/*
 * Adds planes of exact inputs, each less its own shift. Pairs of inputs do not care for planes: one
 * that lies across an edge is taken from a copy.
 */
PFP_INLINE void pfp__dense_stored_planes(pfp__sums *sums, size_t count, size_t panel_bytes,
                                         pfp__format format, const pfp_dense_shape *shape,
                                         const float *in, const float *shift,
                                         const uint8_t *weights) {
    const size_t plane = shape->in_len / shape->in_planes;
    size_t k = 0;
    for (size_t p = 0; p < shape->in_planes; p++) {
        const size_t end = (p + 1) * plane;
        size_t run = end > k ? end - k : 0;
        if (p + 1 < shape->in_planes) {
            run -= run % 2;
        }
        pfp__sums_add(sums, count, panel_bytes, format, 1, run, in + k, NULL, shift[p], NULL,
                      weights + pfp__stored_bytes(format, k));
        k += run;
        if (k < end) {
            const float pair[2] = {in[k] - shift[p], in[k + 1] - shift[p + 1]};
            pfp__sums_add(sums, count, panel_bytes, format, 1, 2, pair, NULL, 0.0f, NULL,
                          weights + pfp__stored_bytes(format, k));
            k += 2;
        }
    }
}

/* The outputs of `count` panels from output `first` on. */
PFP_INLINE void pfp__dense_stored_panels(size_t count, pfp__format format, int det,
                                         const pfp_dense_shape *shape, const pfp__dense_inputs *in,
                                         const uint8_t *panel, size_t first, float *out_mean,
                                         float *out_var) {
    const size_t header = pfp__stored_header(format) * sizeof(float);
    const size_t panel_bytes = pfp__stored_panel_bytes(format, shape->in_len);
    pfp__sums sums[PFP_STORED_PANELS];
    for (size_t i = 0; i < count; i++) {
        sums[i] = pfp__sums_zero();
    }
    if (det) {
        pfp__dense_stored_planes(sums, count, panel_bytes, format, shape, in->mean, in->shift,
                                 panel + header);
    } else {
        pfp__sums_add(sums, count, panel_bytes, format, 0, shape->in_len, in->mean, in->var, 0.0f,
                      in->m2, panel + header);
    }
    for (size_t i = 0; i < count; i++, first += PFP_STORED_TILE, panel += panel_bytes) {
        pfp__sums_store(sums[i], format, det, (const float *)(const void *)panel,
                        shape->out_len - first, out_mean + first, out_var + first);
    }
}

PFP_INLINE void pfp__dense_stored(pfp__format format, int det, const pfp_dense_shape *shape,
                                  const pfp__dense_inputs *in, const void *weights, float *out_mean,
                                  float *out_var) {
    const size_t panel_bytes = pfp__stored_panel_bytes(format, shape->in_len);
    const uint8_t *panel = weights;
    size_t first = 0;
    for (; first + (PFP_STORED_PANELS - 1) * PFP_STORED_TILE < shape->out_len;
         first += PFP_STORED_PANELS * PFP_STORED_TILE) {
        pfp__dense_stored_panels(PFP_STORED_PANELS, format, det, shape, in, panel, first, out_mean,
                                 out_var);
        panel += PFP_STORED_PANELS * panel_bytes;
    }
    for (; first < shape->out_len; first += PFP_STORED_TILE) {
        pfp__dense_stored_panels(1, format, det, shape, in, panel, first, out_mean, out_var);
        panel += panel_bytes;
    }
}

PFP_INLINE void pfp__dense_stored_general(pfp__format format, const pfp_dense_shape *shape,
                                          const float *in_mean, const float *in_var,
                                          const void *weights, float *scratch, float *out_mean,
                                          float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp__dense_inputs in = {in_mean, in_var, scratch, NULL};
    pfp__m2_prepare(format, shape->in_len, in_mean, in_var, scratch);
    pfp__dense_stored(format, 0, shape, &in, weights, out_mean, out_var);
}

PFP_INLINE void pfp__dense_stored_det(pfp__format format, const pfp_dense_shape *shape,
                                      const float *in, const float *shift, const void *weights,
                                      float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    const pfp__dense_inputs inputs = {in, NULL, NULL, shift};
    pfp__dense_stored(format, 1, shape, &inputs, weights, out_mean, out_var);
}

#endif
