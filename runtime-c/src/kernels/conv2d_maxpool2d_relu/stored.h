#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_STORED_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_STORED_H

/*
 * The body of the kernels of compact weight formats: a quad is a window. Include after what
 * kernels/conv2d/stored.h asks for.
 */

#include "kernels/conv2d/stored.h"
#include "kernels/maxpool2d/window_2x2.h"

/* Writes the first min(8, left) channels of a window. */
PFP_OUTLINE void pfp__quad_pool(pfp__format format, int det, enum pfp__tier tier,
                                const pfp__conv2d_task *t, const pfp__quad_sums *sums,
                                const float *header, size_t out, size_t left) {
    for (size_t o = 0; o < PFP_STORED_TILE && o < left; o += 4) {
        const pfp__quad_scales scales = pfp__quad_scales_of(format, header, o);
        const pfp__gauss largest =
            pfp__window_2x2_fold(tier, pfp__quad_finish(format, det, sums, &scales, 0, o),
                                 pfp__quad_finish(format, det, sums, &scales, 1, o),
                                 pfp__quad_finish(format, det, sums, &scales, 2, o),
                                 pfp__quad_finish(format, det, sums, &scales, 3, o));
        pfp__gauss_store(t->out_mean + out + o, t->out_var + out + o,
                         pfp__gauss_relu(largest, tier), left - o < 4 ? left - o : 4);
    }
}

PFP_INLINE void pfp__conv2d_maxpool2d_relu_part(pfp__format format, int det, enum pfp__tier tier,
                                                const pfp__conv2d_task *t) {
    const pfp_conv2d_shape *s = t->shape;
    pfp__quad_sums sums[PFP_QUAD_PANELS];
    pfp__quad_windows w;
    size_t out = 0;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            for (uint32_t i = 0; i < PFP_QUAD; i++) {
                pfp__quad_windows_set(&w, s, i, 2 * y + i / 2, 2 * x + i % 2);
            }
            for (size_t first = 0; first < s->out_c; first += PFP_QUAD_PANELS * PFP_STORED_TILE) {
                pfp__quad_run(format, det, t, &w, first, sums);
                for (size_t n = 0; n < PFP_QUAD_PANELS; n++) {
                    const size_t c = first + n * PFP_STORED_TILE;
                    if (c < s->out_c) {
                        const uint8_t *panel = pfp__conv2d_stored_panel(format, t, c);
                        pfp__quad_pool(format, det, tier, t, &sums[n],
                                       (const float *)(const void *)panel, out + c, s->out_c - c);
                    }
                }
            }
            out += s->out_c;
        }
    }
}

PFP_INLINE void pfp__conv2d_maxpool2d_relu_stored(pfp__format format, int det, enum pfp__tier tier,
                                                  const pfp__conv2d_task *t) {
    pfp__conv2d_rows r;
    pfp__conv2d_rows_begin(&r, det, 2, t);
    while (pfp__conv2d_rows_next(&r, det, 2, t)) {
        pfp__conv2d_maxpool2d_relu_part(format, det, tier, &r.task);
    }
}

#endif
