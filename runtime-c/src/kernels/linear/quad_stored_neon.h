#ifndef PFP_KERNELS_LINEAR_QUAD_STORED_NEON_H
#define PFP_KERNELS_LINEAR_QUAD_STORED_NEON_H

/*
 * The sums of a quad in NEON registers: outputs in lanes, positions by lane. Those of the stored
 * variances, which need no mean, run after the others: all at once would need 24 registers.
 */

#include "kernels/linear/quad_stored.h"
#include "kernels/linear/stored_neon.h"

/* One sum of eight outputs at each position; f16 has its own order of outputs. */
typedef struct pfp__quad_neon {
    float32x4_t low[PFP_QUAD], high[PFP_QUAD];
} pfp__quad_neon;

PFP_INLINE pfp__quad_neon pfp__quad_neon_load(int runs_on, pfp__format format,
                                              float (*sums)[PFP_STORED_TILE]) {
    pfp__quad_neon q;
    if (!runs_on) {
        for (size_t p = 0; p < PFP_QUAD; p++) {
            q.low[p] = vdupq_n_f32(0.0f);
            q.high[p] = q.low[p];
        }
        return q;
    }
    for (size_t p = 0; p < PFP_QUAD; p++) {
        const float32x4_t low = vld1q_f32(sums[p]), high = vld1q_f32(sums[p] + 4);
        q.low[p] = format == PFP_F16 ? vzip1q_f32(low, high) : low;
        q.high[p] = format == PFP_F16 ? vzip2q_f32(low, high) : high;
    }
    return q;
}

PFP_INLINE void pfp__quad_neon_store(pfp__quad_neon q, pfp__format format,
                                     float (*sums)[PFP_STORED_TILE]) {
    for (size_t p = 0; p < PFP_QUAD; p++) {
        if (format == PFP_F16) {
            pfp__sums_neon_sort(&q.low[p], &q.high[p]);
        }
        vst1q_f32(sums[p], q.low[p]);
        vst1q_f32(sums[p] + 4, q.high[p]);
    }
}

/* Adds eight weights times an input of each position. */
PFP_INLINE void pfp__quad_neon_add(pfp__quad_neon *q, float32x4_t w0, float32x4_t w1,
                                   float32x4_t positions) {
    q->low[0] = vfmaq_laneq_f32(q->low[0], w0, positions, 0);
    q->high[0] = vfmaq_laneq_f32(q->high[0], w1, positions, 0);
    q->low[1] = vfmaq_laneq_f32(q->low[1], w0, positions, 1);
    q->high[1] = vfmaq_laneq_f32(q->high[1], w1, positions, 1);
    q->low[2] = vfmaq_laneq_f32(q->low[2], w0, positions, 2);
    q->high[2] = vfmaq_laneq_f32(q->high[2], w1, positions, 2);
    q->low[3] = vfmaq_laneq_f32(q->low[3], w0, positions, 3);
    q->high[3] = vfmaq_laneq_f32(q->high[3], w1, positions, 3);
}

/* Stored means of one input: mean and, in form general, their squares with the variance. */
PFP_INLINE void pfp__quad_neon_add_means(pfp__quad_neon *mean, pfp__quad_neon *a, int det,
                                         float32x4_t q0, float32x4_t q1, const float *m,
                                         const float *v) {
    pfp__quad_neon_add(mean, q0, q1, vld1q_f32(m));
    if (!det) {
        pfp__quad_neon_add(a, vmulq_f32(q0, q0), vmulq_f32(q1, q1), vld1q_f32(v));
    }
}

/* Sixteen means of a pair, or with `count` 1 the eight of the last one. */
PFP_INLINE void pfp__quad_neon_add_i8(pfp__quad_neon *mean, pfp__quad_neon *a,
                                      const pfp__constants_neon *c, int det, size_t count,
                                      uint8x16_t means, const float *m, const float *v) {
    for (size_t i = 0; i < count; i++) {
        pfp__quad_neon_add_means(mean, a, det, pfp__float_of_i8_neon(means, c->place[2 * i]),
                                 pfp__float_of_i8_neon(means, c->place[2 * i + 1]),
                                 m + i * PFP_QUAD, v + i * PFP_QUAD);
    }
}

/* The means of f16 or bf16. */
PFP_INLINE void pfp__quad_neon_add_one(pfp__quad_neon *mean, pfp__quad_neon *a, pfp__format format,
                                       int det, const uint8_t *weights, const float *m,
                                       const float *v) {
    if (format == PFP_F16) {
        const float16x8_t halves = vld1q_f16((const float16_t *)(const void *)weights);
        pfp__quad_neon_add_means(mean, a, det, vcvt_f32_f16(vget_low_f16(halves)),
                                 vcvt_high_f32_f16(halves), m, v);
    } else {
        const float *words = (const float *)(const void *)weights;
        pfp__quad_neon_add_means(mean, a, det, vld1q_f32(words), vld1q_f32(words + 4), m, v);
    }
}

/* The variances of f16 or bf16. */
PFP_INLINE void pfp__quad_neon_add_one_var(pfp__quad_neon *b, pfp__format format,
                                           const uint8_t *weights, const float *m2) {
    if (format == PFP_F16) {
        const float16x8_t halves = vld1q_f16((const float16_t *)(const void *)(weights + 16));
        pfp__quad_neon_add(b, vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves),
                           vld1q_f32(m2));
    } else {
        const uint32_t *words = (const uint32_t *)(const void *)weights;
        const uint32x4_t low = vshlq_n_u32(vld1q_u32(words), 16);
        const uint32x4_t high = vshlq_n_u32(vld1q_u32(words + 4), 16);
        pfp__quad_neon_add(b, vreinterpretq_f32_u32(low), vreinterpretq_f32_u32(high),
                           vld1q_f32(m2));
    }
}

/* The sds of a pair; `part` is 2^-16, what the second one's lanes hold of the first one's. */
PFP_INLINE void pfp__quad_neon_add_sds(pfp__quad_neon *b, float32x4_t part, uint8x16_t sds,
                                       const float *m2) {
    const float32x4_t second = vld1q_f32(m2 + PFP_QUAD);
    const float32x4_t first = vfmsq_f32(vld1q_f32(m2), second, part);
    const uint32x4_t low = vreinterpretq_u32_u16(vmull_u8(vget_low_u8(sds), vget_low_u8(sds)));
    const uint32x4_t high = vreinterpretq_u32_u16(vmull_high_u8(sds, sds));
    pfp__quad_neon_add(b, vcvtq_n_f32_u32(vshlq_n_u32(low, 16), 16),
                       vcvtq_n_f32_u32(vshlq_n_u32(high, 16), 16), first);
    pfp__quad_neon_add(b, vcvtq_n_f32_u32(low, 16), vcvtq_n_f32_u32(high, 16), second);
}

/* Nothing to prepare: pairs take out what they share on the way. */
PFP_INLINE void pfp__quad_prepare(pfp__format format, size_t len, pfp__quad_inputs *in) {
    (void)format;
    (void)len;
    (void)in;
}

/* The means of the next two inputs. */
PFP_INLINE void pfp__quad_neon_add_two(pfp__quad_neon *mean, pfp__quad_neon *a,
                                       const pfp__constants_neon *c, pfp__format format, int det,
                                       const uint8_t *at, const float *m, const float *v) {
    if (pfp__stored_in_pairs(format)) {
        pfp__quad_neon_add_i8(mean, a, c, det, 2, vld1q_u8(at), m, v);
    } else {
        pfp__quad_neon_add_one(mean, a, format, det, at, m, v);
        pfp__quad_neon_add_one(mean, a, format, det, at + 32, m + PFP_QUAD, v + PFP_QUAD);
    }
}

/* The variances of the next two inputs. */
PFP_INLINE void pfp__quad_neon_add_two_vars(pfp__quad_neon *b, float32x4_t part, pfp__format format,
                                            const uint8_t *at, const float *m2) {
    if (pfp__stored_in_pairs(format)) {
        pfp__quad_neon_add_sds(b, part, pfp__sds_neon(format, at + 16), m2);
    } else {
        pfp__quad_neon_add_one_var(b, format, at, m2);
        pfp__quad_neon_add_one_var(b, format, at + 32, m2 + PFP_QUAD);
    }
}

/* Adds `len` inputs of weights that begin at an even one to all outputs, however many are left:
 * to zero, or with `runs_on` to the sums of the chunk before. Four inputs at a time: a loop of two
 * would spend as much again on its addresses. */
PFP_OUTLINE void pfp__quad_sums_add(pfp__quad_sums *sums, int runs_on, pfp__format format, int det,
                                    size_t len, size_t left, const pfp__quad_inputs *in,
                                    const uint8_t *weights) {
    (void)left;
    const size_t two = pfp__stored_bytes(format, 2);
    const uint8_t *const end = weights + pfp__stored_bytes(format, len - len % 4);
    pfp__quad_neon mean = pfp__quad_neon_load(runs_on, format, sums->mean), a = mean;
    if (!det) {
        a = pfp__quad_neon_load(runs_on, format, sums->a);
    }
    const pfp__constants_neon c = pfp__constants_neon_load();
    const float *m = in->m[0], *v = in->v[0];
    const uint8_t *at = weights;
    /* Two pointers rather than one and a distance, which is too large for loads in pairs. */
    __asm__("" : "+r"(m), "+r"(v));
    for (; at != end; at += 2 * two) {
        pfp__quad_neon_add_two(&mean, &a, &c, format, det, at, m, v);
        pfp__quad_neon_add_two(&mean, &a, &c, format, det, at + two, m + 2 * PFP_QUAD,
                               v + 2 * PFP_QUAD);
        m += 4 * PFP_QUAD;
        v += 4 * PFP_QUAD;
    }
    if (len % 4 >= 2) {
        pfp__quad_neon_add_two(&mean, &a, &c, format, det, at, m, v);
        m += 2 * PFP_QUAD;
        v += 2 * PFP_QUAD;
        at += two;
    }
    if (len % 2 != 0) {
        if (pfp__stored_in_pairs(format)) {
            pfp__quad_neon_add_i8(&mean, &a, &c, det, 1, vld1q_u8(at), m, v);
        } else {
            pfp__quad_neon_add_one(&mean, &a, format, det, at, m, v);
        }
    }
    pfp__quad_neon_store(mean, format, sums->mean);
    if (!det) {
        pfp__quad_neon_store(a, format, sums->a);
    }

    pfp__quad_neon b = pfp__quad_neon_load(runs_on, format, sums->b);
    const float *m2 = in->m2[0];
    const float32x4_t part = vdupq_n_f32(0x1p-16f);
    for (at = weights; at != end; at += 2 * two) {
        pfp__quad_neon_add_two_vars(&b, part, format, at, m2);
        pfp__quad_neon_add_two_vars(&b, part, format, at + two, m2 + 2 * PFP_QUAD);
        m2 += 4 * PFP_QUAD;
    }
    if (len % 4 >= 2) {
        pfp__quad_neon_add_two_vars(&b, part, format, at, m2);
        m2 += 2 * PFP_QUAD;
        at += two;
    }
    if (len % 2 != 0) {
        if (pfp__stored_in_pairs(format)) {
            const uint8x8_t sds = vld1_u8(at + 8);
            const uint16x8_t squares = vmull_u8(sds, sds);
            pfp__quad_neon_add(&b, vcvtq_f32_u32(vmovl_u16(vget_low_u16(squares))),
                               vcvtq_f32_u32(vmovl_high_u16(squares)), vld1q_f32(m2));
        } else {
            pfp__quad_neon_add_one_var(&b, format, at, m2);
        }
    }
    pfp__quad_neon_store(b, format, sums->b);
}

#endif
