#ifndef PFP_KERNELS_CONV2D_QUAD_HELIUM_H
#define PFP_KERNELS_CONV2D_QUAD_HELIUM_H

/*
 * A quad is four positions of a planar convolution, side by side, in Helium registers: positions in
 * lanes, weights from core registers, where one instruction loads the six of a tap. They are means
 * and variances of three outputs in form det, `exact` 0, and means of six in form exact, `exact` 1;
 * `exact` is a constant wherever it is passed.
 */

#include "kernels/conv2d/strip_helium.h"

enum { PFP_QUAD_TILE = 3, PFP_QUAD_TILE_EXACT = 6 };

PFP_INLINE uint32_t pfp__quad_tile(int exact) {
    return exact ? PFP_QUAD_TILE_EXACT : PFP_QUAD_TILE;
}

/* The weights of a tap: of outputs 0 to 2, then variances or those of outputs 3 to 5. */
typedef struct pfp__quad_tap {
    float a0, a1, a2, b0, b1, b2;
} pfp__quad_tap;

/* Loads a tap and steps on: compilers form no multiple load of registers that their allocation has
 * not put in order by chance, and take four or five instructions. */
PFP_INLINE pfp__quad_tap pfp__quad_next(const float **weights) {
    register float a0 __asm__("r4");
    register float a1 __asm__("r5");
    register float a2 __asm__("r6");
    register float b0 __asm__("r8");
    register float b1 __asm__("r9");
    register float b2 __asm__("r10");
    __asm__("ldmia %6!, {r4, r5, r6, r8, r9, r10}"
            : "=r"(a0), "=r"(a1), "=r"(a2), "=r"(b0), "=r"(b1), "=r"(b2), "+r"(*weights)
            : "m"(*(const pfp__quad_tap *)(const void *)*weights));
    const pfp__quad_tap tap = {a0, a1, a2, b0, b1, b2};
    return tap;
}

typedef struct pfp__quad {
    float32x4_t a0, a1, a2;
    float32x4_t b0, b1, b2;
} pfp__quad;

PFP_INLINE pfp__quad pfp__quad_bias(const float **weights) {
    const pfp__quad_tap bias = pfp__quad_next(weights);
    pfp__quad sum;
    sum.a0 = vdupq_n_f32(bias.a0);
    sum.a1 = vdupq_n_f32(bias.a1);
    sum.a2 = vdupq_n_f32(bias.a2);
    sum.b0 = vdupq_n_f32(bias.b0);
    sum.b1 = vdupq_n_f32(bias.b1);
    sum.b2 = vdupq_n_f32(bias.b2);
    return sum;
}

PFP_INLINE pfp__quad pfp__quad_add(int exact, pfp__quad sum, const float **weights,
                                   const float *in) {
    const pfp__quad_tap tap = pfp__quad_next(weights);
    const float32x4_t m = vldrwq_f32(in), n = exact ? m : vmulq_f32(m, m);
    sum.a0 = vfmaq_n_f32(sum.a0, m, tap.a0);
    sum.a1 = vfmaq_n_f32(sum.a1, m, tap.a1);
    sum.a2 = vfmaq_n_f32(sum.a2, m, tap.a2);
    sum.b0 = vfmaq_n_f32(sum.b0, n, tap.b0);
    sum.b1 = vfmaq_n_f32(sum.b1, n, tap.b1);
    sum.b2 = vfmaq_n_f32(sum.b2, n, tap.b2);
    return sum;
}

/* Six floats a tap in both forms, and as many of bias. */
PFP_INLINE size_t pfp__quad_panel_len(const pfp_conv2d_shape *s) {
    return 6 * ((size_t)s->in_planes * s->kernel_h * s->kernel_w + 1);
}

/* How a quad walks over a strip. */
typedef struct pfp__quad_walk {
    uint32_t planes, kernel_h, kernel_w, stride_w;
    size_t len, row_len, plane_gap;
} pfp__quad_walk;

PFP_INLINE pfp__quad_walk pfp__quad_walk_of(const pfp__strip *strip, const pfp_conv2d_shape *s) {
    pfp__quad_walk walk;
    walk.planes = s->in_planes;
    walk.kernel_h = s->kernel_h;
    walk.kernel_w = s->kernel_w;
    walk.stride_w = s->stride_w;
    walk.len = strip->len;
    walk.row_len = strip->row_len;
    walk.plane_gap = (strip->rows - s->kernel_h) * strip->row_len;
    return walk;
}

/* A kernel row of any width and stride. */
PFP_INLINE pfp__quad pfp__quad_add_row(int exact, pfp__quad sum, const pfp__quad_walk *walk,
                                       const float **weights, const float *in) {
    uint32_t place = 0;
    for (uint32_t taps = walk->kernel_w; taps > 0; taps--) {
        sum = pfp__quad_add(exact, sum, weights, in);
        in += walk->len;
        if (++place == walk->stride_w) {
            place = 0;
            in -= walk->row_len - 1;
        }
    }
    return sum;
}

/*
 * The sums of `panel`, where `in` is the strip at the first output. A constant `width` is the
 * kernel's, at stride 1; with 0 both may be any.
 */
PFP_INLINE pfp__quad pfp__quad_sum(int exact, const pfp__quad_walk *walk, uint32_t width,
                                   const float *in, const float *panel) {
    const float *weights = panel;
    pfp__quad sum = pfp__quad_bias(&weights);
    uint32_t planes = walk->planes;
    do {
        uint32_t rows = walk->kernel_h;
        do {
            if (width > 0) {
                for (uint32_t tap = 0; tap < width; tap++) {
                    sum = pfp__quad_add(exact, sum, &weights, in + tap);
                }
            } else {
                sum = pfp__quad_add_row(exact, sum, walk, &weights, in);
            }
            in += walk->row_len;
        } while (--rows > 0);
        in += walk->plane_gap;
    } while (--planes > 0);
    return sum;
}

/* Writes the first three of position i to address `at`[i] and on, the others `gap` bytes further.
 */
PFP_INLINE void pfp__quad_store(pfp__quad sum, uint32x4_t at, uint32_t gap) {
    vstrwq_scatter_base_f32(at, 0, sum.a0);
    vstrwq_scatter_base_f32(at, 4, sum.a1);
    vstrwq_scatter_base_f32(at, 8, sum.a2);
    at = vaddq_n_u32(at, gap);
    vstrwq_scatter_base_f32(at, 0, sum.b0);
    vstrwq_scatter_base_f32(at, 4, sum.b1);
    vstrwq_scatter_base_f32(at, 8, sum.b2);
}

PFP_INLINE uint32_t pfp__quad_address(const float *p) {
    return (uint32_t)(uintptr_t)p;
}

#endif
