#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/position_det.h"
#include "kernels/conv2d/quad_helium.h"

/* All outputs of up to four positions from (y, x) on, which are in `row` and `column` of the
 * strip. */
PFP_INLINE void four_positions(const pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t width,
                               uint32_t row, uint32_t column, uint32_t positions,
                               const float *weights, size_t panel_len, float *out_mean,
                               float *out_var) {
    const uint32x4_t lanes = vidupq_n_u32(0, 4);
    for (uint32_t first = 0; first < s->out_c; first += PFP_QUAD_TILE) {
        const pfp__quad sum = pfp__quad_sum(strip, s, width, row, column, weights);
        weights += panel_len;
        if (positions >= 4 && first + PFP_QUAD_TILE <= s->out_c) {
            pfp__quad_store(sum, out_mean + first, out_var + first, vmulq_n_u32(lanes, s->out_c));
            continue;
        }
        float mean[4][PFP_QUAD_TILE], var[4][PFP_QUAD_TILE];
        pfp__quad_store(sum, mean[0], var[0], vmulq_n_u32(lanes, PFP_QUAD_TILE));
        for (uint32_t i = 0; i < 4 && i < positions; i++) {
            for (uint32_t j = 0; j < PFP_QUAD_TILE && first + j < s->out_c; j++) {
                out_mean[i * s->out_c + first + j] = mean[i][j];
                out_var[i * s->out_c + first + j] = var[i][j];
            }
        }
    }
}

PFP_INLINE void all_positions(pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t width,
                              const float *in, const float *shift, const float *weights,
                              size_t panel_len, float *out_mean, float *out_var) {
    for (uint32_t y = 0; y < s->out_h; y += 2) {
        for (uint32_t x = 0; x < s->out_w; x += strip->outputs) {
            pfp__strip_fill(strip, s, y, x, in, shift);
            for (uint32_t row = 0; row < 2 && y + row < s->out_h; row++) {
                for (uint32_t column = 0; column < strip->outputs && x + column < s->out_w;
                     column += 4) {
                    const size_t out = ((size_t)(y + row) * s->out_w + x + column) * s->out_c;
                    four_positions(strip, s, width, row * s->stride_h, column,
                                   s->out_w - x - column, weights, panel_len, out_mean + out,
                                   out_var + out);
                }
            }
        }
    }
}

static void one_by_one(const pfp_conv2d_shape *s, const float *in, const float *shift,
                       const float *weights, size_t panel_len, float *out_mean, float *out_var) {
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            for (uint32_t c = 0; c < s->out_c; c++) {
                const pfp__moments sum =
                    pfp__position_det(s, y, x, in, shift, weights + c / PFP_QUAD_TILE * panel_len,
                                      PFP_QUAD_TILE, c % PFP_QUAD_TILE);
                *out_mean++ = sum.mean;
                *out_var++ = sum.var;
            }
        }
    }
}

void pfp_conv2d_det_f32_4x3_helium(const pfp_conv2d_shape *shape, const float *in,
                                   const float *shift, const void *weights, float *scratch,
                                   float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    assert(shape->in_c == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const size_t taps = (size_t)s.in_planes * s.kernel_h * s.kernel_w;
    const size_t panel_len = 2 * PFP_QUAD_TILE * (taps + 1);
    pfp__strip strip;
    pfp__strip_init(&strip, &s, 2, s.out_w);
    if (strip.outputs == 0) {
        one_by_one(&s, in, shift, weights, panel_len, out_mean, out_var);
    } else if (s.kernel_w == 5 && s.stride_w == 1) {
        all_positions(&strip, &s, 5, in, shift, weights, panel_len, out_mean, out_var);
    } else if (s.kernel_w == 3 && s.stride_w == 1) {
        all_positions(&strip, &s, 3, in, shift, weights, panel_len, out_mean, out_var);
    } else {
        all_positions(&strip, &s, 0, in, shift, weights, panel_len, out_mean, out_var);
    }
}

#endif
