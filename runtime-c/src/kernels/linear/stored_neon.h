#ifndef PFP_KERNELS_LINEAR_STORED_NEON_H
#define PFP_KERNELS_LINEAR_STORED_NEON_H

/*
 * Eight outputs at one position from weights of a compact format, in NEON registers: outputs in
 * lanes, inputs by lane. The sums run as in stored_c.h, to the same bits. Two panels at once share
 * what is done for an input.
 */

#include <arm_neon.h>

#include "kernels/linear/stored.h"
#include "kernels/linear/tile_neon.h"

enum { PFP_STORED_PANELS = 2 };

/* Sums over the inputs so far: m*q, v*q^2 and m2*w, of stored means q and stored variances w. */
typedef struct pfp__sums {
    float32x4_t mean0, mean1;
    float32x4_t a0, a1;
    float32x4_t b0, b1;
} pfp__sums;

PFP_INLINE pfp__sums pfp__sums_zero(void) {
    const float32x4_t zero = vdupq_n_f32(0.0f);
    const pfp__sums sums = {zero, zero, zero, zero, zero, zero};
    return sums;
}

/* What a loop needs in registers. Compilers that know a constant load it anew at every use. */
typedef struct pfp__constants_neon {
    uint8x16_t place[4]; /* which four of sixteen bytes go to the tops of the lanes */
    float32x4_t second;  /* what the second of a pair leaves in the first, see stored_c.h */
} pfp__constants_neon;

PFP_INLINE pfp__constants_neon pfp__constants_neon_load(void) {
    static const uint8_t places[64] = {
        255, 255, 255, 0,  255, 255, 255, 1,  255, 255, 255, 2,  255, 255, 255, 3,
        255, 255, 255, 4,  255, 255, 255, 5,  255, 255, 255, 6,  255, 255, 255, 7,
        255, 255, 255, 8,  255, 255, 255, 9,  255, 255, 255, 10, 255, 255, 255, 11,
        255, 255, 255, 12, 255, 255, 255, 13, 255, 255, 255, 14, 255, 255, 255, 15,
    };
    static const float second[4] = {0x1p-16f, 0.0f, 0x1p-16f, 0.0f};
    pfp__constants_neon c;
    for (size_t i = 0; i < 4; i++) {
        c.place[i] = vld1q_u8(places + 16 * i);
    }
    c.second = vld1q_f32(second);
    __asm__(""
            : "+w"(c.place[0]), "+w"(c.place[1]), "+w"(c.place[2]), "+w"(c.place[3]),
              "+w"(c.second));
    return c;
}

/*
 * Four inputs: mean, variance, and what the stored variances are multiplied by: v + m^2, for pairs
 * that share a lane less 2^-16 of the second one's in the first one's place, as in stored_c.h.
 */
typedef struct pfp__inputs_neon {
    float32x4_t m, v, m2;
} pfp__inputs_neon;

PFP_INLINE pfp__inputs_neon pfp__inputs_neon_of(const pfp__constants_neon *c, pfp__format format,
                                                int det, float32x4_t mean, float32x4_t var,
                                                float shift) {
    pfp__inputs_neon in;
    in.m = det ? vsubq_f32(mean, vdupq_n_f32(shift)) : mean;
    in.v = var;
    in.m2 = det ? vmulq_f32(in.m, in.m) : vfmaq_f32(var, in.m, in.m);
    if (pfp__stored_in_pairs(format)) {
        in.m2 = vfmsq_f32(in.m2, vrev64q_f32(in.m2), c->second);
    }
    return in;
}

/* Adds lane `lane` of the inputs; a macro, since the instruction holds the lane's number. */
#define PFP_SUMS_NEON_ADD_LANE(sums, det, q0, q1, w0, w1, in, lane)                                \
    do {                                                                                           \
        (sums)->mean0 = vfmaq_laneq_f32((sums)->mean0, q0, (in).m, lane);                          \
        (sums)->mean1 = vfmaq_laneq_f32((sums)->mean1, q1, (in).m, lane);                          \
        if (!(det)) {                                                                              \
            (sums)->a0 = vfmaq_laneq_f32((sums)->a0, vmulq_f32(q0, q0), (in).v, lane);             \
            (sums)->a1 = vfmaq_laneq_f32((sums)->a1, vmulq_f32(q1, q1), (in).v, lane);             \
        }                                                                                          \
        (sums)->b0 = vfmaq_laneq_f32((sums)->b0, w0, (in).m2, lane);                               \
        (sums)->b1 = vfmaq_laneq_f32((sums)->b1, w1, (in).m2, lane);                               \
    } while (0)

/*
 * Keeps weights from being worked on before `sums` are known: compilers would expand all weights of
 * a loop at once, run out of registers and take a third more instructions.
 */
#define PFP_NEON_AFTER(sums, means, sds)                                                           \
    __asm__(""                                                                                     \
            : "+w"(means), "+w"(sds)                                                               \
            : "w"((sums)->mean0), "w"((sums)->mean1), "w"((sums)->a0), "w"((sums)->a1),            \
              "w"((sums)->b0), "w"((sums)->b1))

/* Four of sixteen bytes as float: each at the top of a lane with zeros below. */
PFP_INLINE float32x4_t pfp__float_of_i8_neon(uint8x16_t bytes, uint8x16_t place) {
    return vcvtq_n_f32_s32(vreinterpretq_s32_u8(vqtbl1q_u8(bytes, place)), 24);
}

/* Adds lanes `lane` and `lane` + 1: sixteen means, and the sds of both by turns. */
#define PFP_SUMS_NEON_ADD_PAIR(sums, c, det, means, sds, in, lane)                                 \
    do {                                                                                           \
        const uint32x4_t low_ =                                                                    \
            vreinterpretq_u32_u16(vmull_u8(vget_low_u8(sds), vget_low_u8(sds)));                   \
        const uint32x4_t high_ = vreinterpretq_u32_u16(vmull_high_u8(sds, sds));                   \
        const float32x4_t qa0_ = pfp__float_of_i8_neon(means, (c)->place[0]);                      \
        const float32x4_t qa1_ = pfp__float_of_i8_neon(means, (c)->place[1]);                      \
        const float32x4_t wa0_ = vcvtq_n_f32_u32(vshlq_n_u32(low_, 16), 16);                       \
        const float32x4_t wa1_ = vcvtq_n_f32_u32(vshlq_n_u32(high_, 16), 16);                      \
        PFP_SUMS_NEON_ADD_LANE(sums, det, qa0_, qa1_, wa0_, wa1_, in, lane);                       \
        const float32x4_t qb0_ = pfp__float_of_i8_neon(means, (c)->place[2]);                      \
        const float32x4_t qb1_ = pfp__float_of_i8_neon(means, (c)->place[3]);                      \
        const float32x4_t wb0_ = vcvtq_n_f32_u32(low_, 16);                                        \
        const float32x4_t wb1_ = vcvtq_n_f32_u32(high_, 16);                                       \
        PFP_SUMS_NEON_ADD_LANE(sums, det, qb0_, qb1_, wb0_, wb1_, in, (lane) + 1);                 \
    } while (0)

/*
 * The sds of a pair, by turns: sixteen bytes, or eight of two 4-bit ones, the first one's below.
 */
PFP_INLINE uint8x16_t pfp__sds_neon(pfp__format format, const uint8_t *at) {
    if (format == PFP_I8U8) {
        return vld1q_u8(at);
    }
    const uint8x8_t both = vld1_u8(at);
    const uint8x8_t first = vand_u8(both, vdup_n_u8(15));
    const uint8x8_t second = vshr_n_u8(both, 4);
    return vcombine_u8(vzip1_u8(first, second), vzip2_u8(first, second));
}

/* Adds lane `lane` of f16: eight means, then eight variances. */
#define PFP_SUMS_NEON_ADD_F16(sums, before, det, weights, in, lane)                                \
    do {                                                                                           \
        const float16_t *halves_ = (const float16_t *)(const void *)(weights);                     \
        float16x4_t qh0_ = vld1_f16(halves_), qh1_ = vld1_f16(halves_ + 4);                        \
        float16x4_t wh0_ = vld1_f16(halves_ + 8), wh1_ = vld1_f16(halves_ + 12);                   \
        PFP_NEON_AFTER(before, qh0_, qh1_);                                                        \
        PFP_NEON_AFTER(before, wh0_, wh1_);                                                        \
        const float32x4_t q0_ = vcvt_f32_f16(qh0_), q1_ = vcvt_f32_f16(qh1_);                      \
        const float32x4_t w0_ = vcvt_f32_f16(wh0_), w1_ = vcvt_f32_f16(wh1_);                      \
        PFP_SUMS_NEON_ADD_LANE(sums, det, q0_, q1_, w0_, w1_, in, lane);                           \
    } while (0)

/* Adds lane `lane` of bf16: words that are means as they stand, and variances below. */
#define PFP_SUMS_NEON_ADD_BF16(sums, before, det, weights, in, lane)                               \
    do {                                                                                           \
        uint32x4_t low_ = vld1q_u32((const uint32_t *)(const void *)(weights));                    \
        uint32x4_t high_ = vld1q_u32((const uint32_t *)(const void *)((weights) + 16));            \
        PFP_NEON_AFTER(before, low_, high_);                                                       \
        const float32x4_t q0_ = vreinterpretq_f32_u32(low_);                                       \
        const float32x4_t q1_ = vreinterpretq_f32_u32(high_);                                      \
        const float32x4_t w0_ = vreinterpretq_f32_u32(vshlq_n_u32(low_, 16));                      \
        const float32x4_t w1_ = vreinterpretq_f32_u32(vshlq_n_u32(high_, 16));                     \
        PFP_SUMS_NEON_ADD_LANE(sums, det, q0_, q1_, w0_, w1_, in, lane);                           \
    } while (0)

#define PFP_SUMS_NEON_ADD_ONE(sums, before, format, det, weights, in, lane)                        \
    do {                                                                                           \
        if ((format) == PFP_F16) {                                                                 \
            PFP_SUMS_NEON_ADD_F16(sums, before, det, weights, in, lane);                           \
        } else {                                                                                   \
            PFP_SUMS_NEON_ADD_BF16(sums, before, det, weights, in, lane);                          \
        }                                                                                          \
    } while (0)

/* Adds four inputs to a panel, once `before` are known. */
PFP_INLINE void pfp__sums_neon_add_four(pfp__sums *sums, const pfp__sums *before,
                                        const pfp__constants_neon *c, pfp__format format, int det,
                                        pfp__inputs_neon in, const uint8_t *weights) {
    if (pfp__stored_in_pairs(format)) {
        const uint8_t *second = weights + pfp__stored_bytes(format, 2);
        uint8x16_t means0 = vld1q_u8(weights), sds0 = pfp__sds_neon(format, weights + 16);
        uint8x16_t means1 = vld1q_u8(second), sds1 = pfp__sds_neon(format, second + 16);
        PFP_NEON_AFTER(before, means0, sds0);
        PFP_SUMS_NEON_ADD_PAIR(sums, c, det, means0, sds0, in, 0);
        PFP_NEON_AFTER(sums, means1, sds1);
        PFP_SUMS_NEON_ADD_PAIR(sums, c, det, means1, sds1, in, 2);
    } else {
        PFP_SUMS_NEON_ADD_ONE(sums, before, format, det, weights, in, 0);
        PFP_SUMS_NEON_ADD_ONE(sums, sums, format, det, weights + 32, in, 1);
        PFP_SUMS_NEON_ADD_ONE(sums, sums, format, det, weights + 64, in, 2);
        PFP_SUMS_NEON_ADD_ONE(sums, sums, format, det, weights + 96, in, 3);
    }
}

PFP_INLINE void pfp__sums_neon_add_two(pfp__sums *sums, const pfp__constants_neon *c,
                                       pfp__format format, int det, pfp__inputs_neon in,
                                       const uint8_t *weights) {
    if (pfp__stored_in_pairs(format)) {
        uint8x16_t means = vld1q_u8(weights);
        const uint8x16_t sds = pfp__sds_neon(format, weights + 16);
        PFP_SUMS_NEON_ADD_PAIR(sums, c, det, means, sds, in, 0);
    } else {
        PFP_SUMS_NEON_ADD_ONE(sums, sums, format, det, weights, in, 0);
        PFP_SUMS_NEON_ADD_ONE(sums, sums, format, det, weights + 32, in, 1);
    }
}

/* The last one of an odd number of inputs. */
PFP_INLINE void pfp__sums_neon_add_last(pfp__sums *sums, const pfp__constants_neon *c,
                                        pfp__format format, int det, pfp__inputs_neon in,
                                        const uint8_t *weights) {
    if (pfp__stored_in_pairs(format)) {
        const uint8x16_t bytes = vld1q_u8(weights);
        const uint16x8_t squares = vmull_high_u8(bytes, bytes);
        const float32x4_t q0 = pfp__float_of_i8_neon(bytes, c->place[0]);
        const float32x4_t q1 = pfp__float_of_i8_neon(bytes, c->place[1]);
        const float32x4_t w0 = vcvtq_f32_u32(vmovl_u16(vget_low_u16(squares)));
        const float32x4_t w1 = vcvtq_f32_u32(vmovl_high_u16(squares));
        PFP_SUMS_NEON_ADD_LANE(sums, det, q0, q1, w0, w1, in, 0);
    } else {
        PFP_SUMS_NEON_ADD_ONE(sums, sums, format, det, weights, in, 0);
    }
}

/* Adds inputs `k` to `k` + 3 to `count` panels. */
PFP_INLINE void pfp__sums_neon_step(pfp__sums *sums, size_t count, const pfp__constants_neon *c,
                                    pfp__format format, int det, const float *in_mean,
                                    const float *in_var, float shift, const uint8_t *const *at,
                                    size_t k) {
    const float32x4_t var = det ? vdupq_n_f32(0.0f) : vld1q_f32(in_var + k);
    const pfp__inputs_neon in =
        pfp__inputs_neon_of(c, format, det, vld1q_f32(in_mean + k), var, shift);
    const size_t skip = pfp__stored_bytes(format, k);
    pfp__sums_neon_add_four(&sums[0], &sums[count - 1], c, format, det, in, at[0] + skip);
    if (count == 2) {
        pfp__sums_neon_add_four(&sums[1], &sums[0], c, format, det, in, at[1] + skip);
    }
}

/* Nothing to prepare: what the stored variances are multiplied by is worked out on the way. */
PFP_INLINE void pfp__m2_prepare(pfp__format format, size_t len, const float *in_mean,
                                const float *in_var, float *scratch) {
    (void)format;
    (void)len;
    (void)in_mean;
    (void)in_var;
    (void)scratch;
}

/* Adds `len` inputs of weights that begin at an even one to `count` panels. */
PFP_INLINE void pfp__sums_add(pfp__sums *sums, size_t count, size_t panel_bytes, pfp__format format,
                              int det, size_t len, const float *in_mean, const float *in_var,
                              float shift, const float *m2, const uint8_t *weights) {
    (void)m2;
    const pfp__constants_neon c = pfp__constants_neon_load();
    const float32x4_t zero = vdupq_n_f32(0.0f);
    const uint8_t *at[PFP_STORED_PANELS];
    for (size_t i = 0; i < count; i++) {
        at[i] = weights + i * panel_bytes;
        /* Two pointers rather than one and a distance, which would be added anew at every use. */
        __asm__("" : "+r"(at[i]));
    }
    for (size_t steps = len / 8; steps > 0; steps--) {
        pfp__sums_neon_step(sums, count, &c, format, det, in_mean, in_var, shift, at, 0);
        pfp__sums_neon_step(sums, count, &c, format, det, in_mean, in_var, shift, at, 4);
        in_mean += 8;
        in_var = det ? NULL : in_var + 8;
        for (size_t i = 0; i < count; i++) {
            at[i] += pfp__stored_bytes(format, 8);
        }
    }
    if (len % 8 >= 4) {
        pfp__sums_neon_step(sums, count, &c, format, det, in_mean, in_var, shift, at, 0);
        in_mean += 4;
        in_var = det ? NULL : in_var + 4;
        for (size_t i = 0; i < count; i++) {
            at[i] += pfp__stored_bytes(format, 4);
        }
    }
    len %= 4;
    if (len >= 2) {
        const float32x4_t mean = vcombine_f32(vld1_f32(in_mean), vget_low_f32(zero));
        const float32x4_t var = det ? zero : vcombine_f32(vld1_f32(in_var), vget_low_f32(zero));
        const pfp__inputs_neon in = pfp__inputs_neon_of(&c, format, det, mean, var, shift);
        for (size_t i = 0; i < count; i++) {
            pfp__sums_neon_add_two(&sums[i], &c, format, det, in, at[i]);
            at[i] += pfp__stored_bytes(format, 2);
        }
        in_mean += 2;
        in_var = det ? NULL : in_var + 2;
        len -= 2;
    }
    if (len > 0) {
        const float32x4_t mean = vld1q_lane_f32(in_mean, vdupq_n_f32(shift), 0);
        const float32x4_t var = det ? zero : vld1q_lane_f32(in_var, zero, 0);
        const pfp__inputs_neon in = pfp__inputs_neon_of(&c, format, det, mean, var, shift);
        for (size_t i = 0; i < count; i++) {
            pfp__sums_neon_add_last(&sums[i], &c, format, det, in, at[i]);
        }
    }
}

/* See stored_c.h. */
PFP_INLINE void pfp__stored_means(pfp__format format, const uint8_t *weights, size_t second,
                                  size_t o, float *to) {
    if (pfp__stored_in_pairs(format)) {
        const uint32_t *four = (const uint32_t *)(const void *)(weights + 8 * second + o);
        const int8x8_t bytes = vreinterpret_s8_u32(vld1_dup_u32(four));
        vst1q_f32(to, vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(bytes)))));
    } else if (format == PFP_F16) {
        const uint16x8_t halves =
            vld1q_u16((const uint16_t *)(const void *)(weights + 32 * second));
        const uint16x8_t sorted = o == 0 ? vuzp1q_u16(halves, halves) : vuzp2q_u16(halves, halves);
        vst1q_f32(to, vcvt_f32_f16(vreinterpret_f16_u16(vget_low_u16(sorted))));
    } else {
        vst1q_f32(to, vld1q_f32((const float *)(const void *)(weights + 32 * second) + o));
    }
}

/* Four outputs: scales the sums and adds the biases of `header`, which begins with theirs. */
PFP_INLINE void pfp__sums_neon_finish(pfp__format format, int det, const float *header,
                                      float32x4_t *mean, float32x4_t a, float32x4_t *b) {
    const float32x4_t mb = vld1q_f32(header);
    const float32x4_t vb = vld1q_f32(header + 8);
    if (format == PFP_BF16) {
        *mean = vaddq_f32(*mean, mb);
        *b = vaddq_f32(*b, vb);
        *b = det ? *b : vaddq_f32(a, *b);
    } else {
        const float32x4_t sm = vld1q_f32(header + 16);
        const float32x4_t sv = vld1q_f32(header + 24);
        /* See stored_c.h. */
        const float32x4_t positive = vmaxq_f32(*b, vdupq_n_f32(0.0f));
        *mean = vfmaq_f32(mb, *mean, sm);
        *b = vfmaq_f32(vb, positive, sv);
        *b = det ? *b : vfmaq_f32(*b, a, vmulq_f32(sm, sm));
    }
}

/* f16 has outputs 0, 4, 1, 5 in the first four lanes and 2, 6, 3, 7 in the others. */
PFP_INLINE void pfp__sums_neon_sort(float32x4_t *low, float32x4_t *high) {
    const float32x4_t even = vuzp1q_f32(*low, *high);
    *high = vuzp2q_f32(*low, *high);
    *low = even;
}

/* Scales the sums, adds the biases and writes the first min(8, left) outputs. */
PFP_INLINE void pfp__sums_store(pfp__sums sums, pfp__format format, int det, const float *header,
                                size_t left, float *out_mean, float *out_var) {
    if (format == PFP_F16) {
        pfp__sums_neon_sort(&sums.mean0, &sums.mean1);
        pfp__sums_neon_sort(&sums.a0, &sums.a1);
        pfp__sums_neon_sort(&sums.b0, &sums.b1);
    }
    pfp__sums_neon_finish(format, det, header, &sums.mean0, sums.a0, &sums.b0);
    pfp__sums_neon_finish(format, det, header + 4, &sums.mean1, sums.a1, &sums.b1);
    pfp__tile_neon_store_row(sums.mean0, sums.mean1, left, out_mean);
    pfp__tile_neon_store_row(sums.b0, sums.b1, left, out_var);
}

#endif
