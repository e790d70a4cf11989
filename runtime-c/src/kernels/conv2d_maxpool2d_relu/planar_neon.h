#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PLANAR_NEON_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PLANAR_NEON_H

/*
 * What the kernels over planes do with their sums: a tile is two windows side by side. Two channels
 * of both make four lanes for Clark's max.
 */

#include "vec/neon.h"
#include "kernels/conv2d/planar_neon.h"
#include "kernels/maxpool2d/window_2x2.h"

/* Form exact ends with a plain max, and without a variance. */
PFP_INLINE pfp__gauss pfp__planar_exact(float32x4_t largest) {
    const float32x4_t zero = vdupq_n_f32(0.0f);
    const pfp__gauss g = {vmaxnmq_f32(largest, zero), zero};
    return g;
}

/* The windows of channels `o` and o + 1: { o left, o right, o + 1 left, o + 1 right }. */
PFP_INLINE pfp__gauss pfp__planar_windows(int exact, enum pfp__tier tier, const pfp__tile_planar *t,
                                          size_t o) {
    if (exact) {
        const float32x4_t largest = vpmaxnmq_f32(vmaxnmq_f32(t->mean[o][0], t->mean[o][1]),
                                                 vmaxnmq_f32(t->mean[o + 1][0], t->mean[o + 1][1]));
        return pfp__planar_exact(largest);
    }
    const pfp__gauss a = {vuzp1q_f32(t->mean[o][0], t->mean[o + 1][0]),
                          vuzp1q_f32(t->var[o][0], t->var[o + 1][0])};
    const pfp__gauss b = {vuzp2q_f32(t->mean[o][0], t->mean[o + 1][0]),
                          vuzp2q_f32(t->var[o][0], t->var[o + 1][0])};
    const pfp__gauss c = {vuzp1q_f32(t->mean[o][1], t->mean[o + 1][1]),
                          vuzp1q_f32(t->var[o][1], t->var[o + 1][1])};
    const pfp__gauss d = {vuzp2q_f32(t->mean[o][1], t->mean[o + 1][1]),
                          vuzp2q_f32(t->var[o][1], t->var[o + 1][1])};
    return pfp__gauss_relu(pfp__window_2x2_fold(tier, a, b, c, d), tier);
}

/* Both windows' channels, from those of pairs of channels. */
PFP_INLINE void pfp__planar_windows_store(size_t outputs, float32x4_t pair0, float32x4_t pair1,
                                          float32x4_t pair2, const pfp__planar_work *w,
                                          float *out) {
    const float32x4_t left = vuzp1q_f32(pair0, pair1), right = vuzp2q_f32(pair0, pair1);
    const float32x4_t rest = vuzp1q_f32(pair2, vextq_f32(pair2, pair2, 1));
    const size_t step = w->shape->out_c;
    if (w->positions == 2 && w->left >= outputs) {
        vst1q_f32(out, left);
        vst1q_f32(out + step, right);
        if (outputs == 6) {
            vst1_f32(out + 4, vget_low_f32(rest));
            vst1_f32(out + step + 4, vget_high_f32(rest));
        }
        return;
    }
    const size_t low = w->left < 4 ? w->left : 4;
    const size_t high = outputs == 4 || w->left < 4 ? 0 : w->left < 6 ? w->left - 4 : 2;
    pfp__vec_store_first(out, left, low);
    pfp__vec_store_first(out + low, rest, high);
    if (w->positions == 2) {
        pfp__vec_store_first(out + step, right, low);
        pfp__vec_store_first(out + step + low, vextq_f32(rest, rest, 2), high);
    }
}

PFP_INLINE void pfp__planar_tiles_pool(int exact, enum pfp__tier tier, size_t outputs,
                                       size_t kernel_w, const pfp__planar_work *work,
                                       float *out_mean, float *out_var) {
    const pfp__planar_work w = *work; /* nothing else can point here */
    pfp__planar_place place = pfp__planar_first(&w);
    do {
        const pfp__tile_planar tile = pfp__tile_planar_sum(exact, outputs, kernel_w, &w, place.at);
        const pfp__gauss pair0 = pfp__planar_windows(exact, tier, &tile, 0);
        const pfp__gauss pair1 = pfp__planar_windows(exact, tier, &tile, 2);
        const pfp__gauss pair2 = outputs == 6 ? pfp__planar_windows(exact, tier, &tile, 4) : pair1;
        pfp__planar_windows_store(outputs, pair0.mean, pair1.mean, pair2.mean, &w,
                                  out_mean + place.out);
        if (!exact) {
            pfp__planar_windows_store(outputs, pair0.var, pair1.var, pair2.var, &w,
                                      out_var + place.out);
        }
    } while (pfp__planar_next(&place, 2, &w));
}

PFP_INLINE void pfp__planar_alone_pool(int exact, enum pfp__tier tier, size_t outputs,
                                       const pfp__conv2d_planar *t, uint32_t y, uint32_t x) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        float mean[4][8] = {{0.0f}}, var[4][8] = {{0.0f}};
        for (uint32_t i = 0; i < 4; i++) {
            pfp__planar_position(exact, t, outputs, first, 2 * y + i / 2, 2 * x + i % 2, mean[i],
                                 var[i]);
        }
        for (size_t o = 0; o < outputs && first + o < s->out_c; o += 4) {
            const size_t left = s->out_c - first - o, here = outputs - o < 4 ? outputs - o : 4;
            const size_t count = left < here ? left : here, at = out + first + o;
            if (exact) {
                const float32x4_t largest =
                    vmaxnmq_f32(vmaxnmq_f32(vld1q_f32(mean[0] + o), vld1q_f32(mean[1] + o)),
                                vmaxnmq_f32(vld1q_f32(mean[2] + o), vld1q_f32(mean[3] + o)));
                pfp__vec_store_first(t->out_mean + at, pfp__planar_exact(largest).mean, count);
            } else {
                const pfp__gauss largest =
                    pfp__window_2x2_fold(tier, pfp__gauss_load(mean[0] + o, var[0] + o, 4),
                                         pfp__gauss_load(mean[1] + o, var[1] + o, 4),
                                         pfp__gauss_load(mean[2] + o, var[2] + o, 4),
                                         pfp__gauss_load(mean[3] + o, var[3] + o, 4));
                pfp__gauss_store(t->out_mean + at, t->out_var + at, pfp__gauss_relu(largest, tier),
                                 count);
            }
        }
    }
}

#endif
