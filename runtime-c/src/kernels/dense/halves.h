#ifndef PFP_KERNELS_DENSE_HALVES_H
#define PFP_KERNELS_DENSE_HALVES_H

/*
 * The body of the dense kernels of dtype f16. Include after kernels/linear/halves_neon.h or
 * halves_helium.h.
 */

#include <assert.h>

#include "kernels/linear/halves.h"

/* One run of inputs against `count` panels, which lie `stride` halves apart. */
PFP_INLINE void pfp__dense_run(size_t count, int det, size_t len, size_t stride,
                               const pfp__halves_in *in, const pfp_half *w, pfp__sums *sums) {
    pfp__run runs[PFP_HALVES_PANELS_DET];
    pfp__runs_zero(runs, count);
    pfp__runs_add(runs, count, 1, det, len, stride, in, w);
    pfp__runs_widen(runs, count, det, sums);
}

PFP_OUTLINE void pfp__dense_run_general(size_t len, size_t stride, const pfp__halves_in *in,
                                        const pfp_half *w, pfp__sums *sums) {
    pfp__dense_run(PFP_HALVES_PANELS, 0, len, stride, in, w, sums);
}

PFP_OUTLINE void pfp__dense_run_general_one(size_t len, size_t stride, const pfp__halves_in *in,
                                            const pfp_half *w, pfp__sums *sums) {
    pfp__dense_run(1, 0, len, stride, in, w, sums);
}

PFP_OUTLINE void pfp__dense_run_det(size_t len, size_t stride, const pfp__halves_in *in,
                                    const pfp_half *w, pfp__sums *sums) {
    pfp__dense_run(PFP_HALVES_PANELS_DET, 1, len, stride, in, w, sums);
}

PFP_OUTLINE void pfp__dense_run_det_one(size_t len, size_t stride, const pfp__halves_in *in,
                                        const pfp_half *w, pfp__sums *sums) {
    pfp__dense_run(1, 1, len, stride, in, w, sums);
}

/* The outputs of `count` panels from output `first` on. */
PFP_INLINE void pfp__dense_halves_panels(size_t count, int det, const pfp_dense_shape *shape,
                                         const pfp__halves_in *in, const uint8_t *panel,
                                         size_t first, pfp_half *out_mean, pfp_half *out_var) {
    const size_t header = pfp__stored_header(PFP_F16) * sizeof(float);
    const size_t panel_bytes = pfp__stored_panel_bytes(PFP_F16, shape->in_len);
    const size_t stride = panel_bytes / sizeof(pfp_half);
    const size_t plane = shape->in_len / shape->in_planes;
    const pfp_half *w = (const pfp_half *)(const void *)(panel + header);
    pfp__sums sums[PFP_HALVES_PANELS_DET];
    pfp__sums_zero(sums, count);
    for (size_t begin = 0; begin < shape->in_len; begin += plane) {
        for (size_t k = begin; k < begin + plane; k += PFP_HALVES_RUN) {
            const size_t left = begin + plane - k;
            const size_t len = left < PFP_HALVES_RUN ? left : PFP_HALVES_RUN;
            const pfp__halves_in at = pfp__halves_at(in, det, k);
            if (det) {
                (count == 1 ? pfp__dense_run_det_one : pfp__dense_run_det)(len, stride, &at, w,
                                                                           sums);
            } else {
                (count == 1 ? pfp__dense_run_general_one : pfp__dense_run_general)(len, stride, &at,
                                                                                   w, sums);
            }
            w += 2 * PFP_STORED_TILE * len;
        }
    }
    for (size_t i = 0; i < count; i++, first += PFP_STORED_TILE, panel += panel_bytes) {
        pfp__sums_store(&sums[i], det, (const float *)(const void *)panel, shape->out_len - first,
                        out_mean + first, out_var + first);
    }
}

/* `group` panels at a time, then one by one. */
PFP_INLINE void pfp__dense_halves(size_t group, int det, const pfp_dense_shape *shape,
                                  const pfp__halves_in *in, const void *weights, pfp_half *out_mean,
                                  pfp_half *out_var) {
    const size_t panel_bytes = pfp__stored_panel_bytes(PFP_F16, shape->in_len);
    const uint8_t *panel = weights;
    size_t first = 0;
    for (; first + (group - 1) * PFP_STORED_TILE < shape->out_len;
         first += group * PFP_STORED_TILE) {
        pfp__dense_halves_panels(group, det, shape, in, panel, first, out_mean, out_var);
        panel += group * panel_bytes;
    }
    for (; first < shape->out_len; first += PFP_STORED_TILE) {
        pfp__dense_halves_panels(1, det, shape, in, panel, first, out_mean, out_var);
        panel += panel_bytes;
    }
}

PFP_INLINE void pfp__dense_halves_general(const pfp_dense_shape *shape, const pfp_half *in_mean,
                                          const pfp_half *in_var, const void *weights,
                                          pfp_half *scratch, pfp_half *out_mean,
                                          pfp_half *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp__halves_in in = {in_mean, in_var, scratch};
    pfp__halves_m2(shape->in_len, in_mean, in_var, scratch);
    pfp__dense_halves(PFP_HALVES_PANELS, 0, shape, &in, weights, out_mean, out_var);
}

PFP_INLINE void pfp__dense_halves_det(const pfp_dense_shape *shape, const float *in,
                                      const float *shift, const void *weights, pfp_half *scratch,
                                      pfp_half *out_mean, pfp_half *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    const size_t planes = shape->in_planes;
    const size_t plane = shape->in_len / planes;
    pfp_half *m2 = scratch + shape->in_len;
    for (size_t p = 0; p < planes; p++) {
        const size_t at = p * plane;
        pfp__halves_from_floats(plane, in + at, shift[p], shift[planes], scratch + at, m2 + at);
    }
    const pfp__halves_in halves = {scratch, NULL, m2};
    pfp__dense_halves(PFP_HALVES_PANELS_DET, 1, shape, &halves, weights, out_mean, out_var);
}

#endif
