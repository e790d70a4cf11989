#include <assert.h>

#include "kernels/conv2d/window.h"
#include "kernels/linear/tile_c.h"
#include "pfp/pfp_kernels.h"

void pfp_conv2d_f32_1x4_c(const pfp_conv2d_shape *shape, const float *in_mean, const float *in_var,
                          const void *weights, float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const size_t tap_len = 2 * PFP_TILE_C * (size_t)s.in_c;
    const size_t panel_len = 2 * PFP_TILE_C + s.kernel_h * s.kernel_w * tap_len;
    for (uint32_t oy = 0; oy < s.out_h; oy++) {
        const pfp__taps y = pfp__taps_of_row(&s, oy);
        for (uint32_t ox = 0; ox < s.out_w; ox++) {
            const pfp__taps x = pfp__taps_of_column(&s, ox);
            /* The taps of one kernel row meet consecutive inputs. */
            const size_t run = (size_t)(x.end - x.begin) * s.in_c;
            const uint32_t y_end = run > 0 ? y.end : y.begin;
            const float *panel = weights;
            for (uint32_t first = 0; first < s.out_c; first += PFP_TILE_C) {
                pfp__tile_c tile = pfp__tile_c_bias(panel);
                for (uint32_t ky = y.begin; ky < y_end; ky++) {
                    const size_t iy = oy * s.stride_h + ky - s.pad_top;
                    const size_t ix = ox * s.stride_w + x.begin - s.pad_left;
                    const size_t in = (iy * s.in_w + ix) * s.in_c;
                    const size_t tap = ky * s.kernel_w + x.begin;
                    tile = pfp__tile_c_add(tile, run, in_mean + in, in_var + in,
                                           panel + 2 * PFP_TILE_C + tap * tap_len);
                }
                const size_t out = ((size_t)oy * s.out_w + ox) * s.out_c + first;
                pfp__tile_c_store(tile, s.out_c - first, out_mean + out, out_var + out);
                panel += panel_len;
            }
        }
    }
}
