#ifndef PFP_KERNELS_LINEAR_STORED_HELIUM_H
#define PFP_KERNELS_LINEAR_STORED_HELIUM_H

/*
 * Eight outputs at one position from weights of a compact format, in Helium registers: outputs in
 * lanes, inputs from core registers. The sums run as in stored_c.h. Six sums leave two of the eight
 * registers, so that weights are widened as they are loaded and used at once.
 */

#include "kernels/linear/stored.h"
#include "kernels/linear/tile_helium.h"
#include "vec/half_helium.h"

enum { PFP_STORED_PANELS = 1 };

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

/* v + m^2, for pairs that share a lane less 2^-16 of the second one's in the first one's place. */
PFP_INLINE float32x4_t pfp__m2_helium(pfp__format format, float32x4_t m2) {
    static const float second[4] = {0x1p-16f, 0.0f, 0x1p-16f, 0.0f};
    return pfp__stored_in_pairs(format) ? vfmsq_f32(m2, vrev64q_f32(m2), vldrwq_f32(second)) : m2;
}

/* Works out into `scratch` what the stored variances of each input are multiplied by. */
PFP_INLINE void pfp__m2_prepare(pfp__format format, size_t len, const float *in_mean,
                                const float *in_var, float *scratch) {
    for (int32_t left = (int32_t)len; left > 0; left -= 4) {
        const mve_pred16_t some = vctp32q((uint32_t)left);
        const float32x4_t m = vldrwq_z_f32(in_mean, some);
        const float32x4_t v = vldrwq_z_f32(in_var, some);
        vstrwq_p_f32(scratch, pfp__m2_helium(format, vfmaq_f32(v, m, m)), some);
        in_mean += 4;
        in_var += 4;
        scratch += 4;
    }
}

/* Four outputs' means against one input. */
#define PFP_SUMS_HELIUM_ADD_Q(sums, i, det, q, m, v)                                               \
    do {                                                                                           \
        (sums)->mean##i = vfmaq_n_f32((sums)->mean##i, q, m);                                      \
        if (!(det)) {                                                                              \
            (sums)->a##i = vfmaq_n_f32((sums)->a##i, vmulq_f32(q, q), v);                          \
        }                                                                                          \
    } while (0)

#define PFP_SUMS_HELIUM_ADD_I8(sums, i, det, bytes, m, v)                                          \
    do {                                                                                           \
        const float32x4_t q_ = vcvtq_f32_s32(vldrbq_s32((const int8_t *)(bytes)));                 \
        PFP_SUMS_HELIUM_ADD_Q(sums, i, det, q_, m, v);                                             \
    } while (0)

/* The sds of a pair for four outputs: the first one's in the lower halves of lanes. */
PFP_INLINE uint16x8_t pfp__sds_helium(pfp__format format, const uint8_t *at) {
    if (format == PFP_I8U8) {
        return vldrbq_u16(at);
    }
    const uint32x4_t both = vldrbq_u32(at);
    const uint16x8_t apart = vreinterpretq_u16_u32(vsliq_n_u32(both, both, 12));
    return vbicq_n_u16(vbicq_n_u16(apart, 0xF0), 0xF000);
}

#define PFP_SUMS_HELIUM_ADD_SDS(sums, i, sds, p)                                                   \
    do {                                                                                           \
        const uint16x8_t u_ = sds;                                                                 \
        const uint16x8_t squares_ = vmulq_u16(u_, u_);                                             \
        (sums)->b##i = vfmaq_n_f32((sums)->b##i, vcvtq_f32_u32(vmovlbq_u16(squares_)), (p).first); \
        (sums)->b##i = vfmaq_n_f32(                                                                \
            (sums)->b##i, vcvtq_n_f32_u32(vreinterpretq_u32_u16(squares_), 16), (p).second);       \
    } while (0)

/* Adds one input of a format whose inputs stand alone. */
PFP_INLINE void pfp__sums_helium_add_one(pfp__sums *sums, pfp__format format, int det, float m,
                                         float v, float m2, const uint8_t *weights) {
    const uint32_t *words = (const uint32_t *)(const void *)weights;
    if (format == PFP_F16) {
        const float16x8_t means = vreinterpretq_f16_u32(vldrwq_u32(words));
        const float32x4_t q0 = PFP_HELIUM_WIDEN(b, means);
        PFP_SUMS_HELIUM_ADD_Q(sums, 0, det, q0, m, v);
        const float32x4_t q1 = PFP_HELIUM_WIDEN(t, means);
        PFP_SUMS_HELIUM_ADD_Q(sums, 1, det, q1, m, v);
        const float16x8_t variances = vreinterpretq_f16_u32(vldrwq_u32(words + 4));
        sums->b0 = vfmaq_n_f32(sums->b0, PFP_HELIUM_WIDEN(b, variances), m2);
        sums->b1 = vfmaq_n_f32(sums->b1, PFP_HELIUM_WIDEN(t, variances), m2);
    } else {
        const uint32x4_t low = vldrwq_u32(words);
        sums->b0 = vfmaq_n_f32(sums->b0, vreinterpretq_f32_u32(vshlq_n_u32(low, 16)), m2);
        PFP_SUMS_HELIUM_ADD_Q(sums, 0, det, vreinterpretq_f32_u32(low), m, v);
        const uint32x4_t high = vldrwq_u32(words + 4);
        sums->b1 = vfmaq_n_f32(sums->b1, vreinterpretq_f32_u32(vshlq_n_u32(high, 16)), m2);
        PFP_SUMS_HELIUM_ADD_Q(sums, 1, det, vreinterpretq_f32_u32(high), m, v);
    }
}

PFP_INLINE void pfp__sums_helium_add_pair(pfp__sums *sums, pfp__format format, int det,
                                          pfp__helium_pair m, pfp__helium_pair v,
                                          pfp__helium_pair p, const uint8_t *weights) {
    if (pfp__stored_in_pairs(format)) {
        const size_t half = format == PFP_I8U8 ? 8 : 4;
        PFP_SUMS_HELIUM_ADD_I8(sums, 0, det, weights, m.first, v.first);
        PFP_SUMS_HELIUM_ADD_I8(sums, 1, det, weights + 4, m.first, v.first);
        PFP_SUMS_HELIUM_ADD_I8(sums, 0, det, weights + 8, m.second, v.second);
        PFP_SUMS_HELIUM_ADD_I8(sums, 1, det, weights + 12, m.second, v.second);
        PFP_SUMS_HELIUM_ADD_SDS(sums, 0, pfp__sds_helium(format, weights + 16), p);
        PFP_SUMS_HELIUM_ADD_SDS(sums, 1, pfp__sds_helium(format, weights + 16 + half), p);
    } else {
        pfp__sums_helium_add_one(sums, format, det, m.first, v.first, p.first, weights);
        pfp__sums_helium_add_one(sums, format, det, m.second, v.second, p.second, weights + 32);
    }
}

/* The last one of an odd number of inputs. */
PFP_INLINE void pfp__sums_helium_add_last(pfp__sums *sums, pfp__format format, int det, float m,
                                          float v, float m2, const uint8_t *weights) {
    if (pfp__stored_in_pairs(format)) {
        PFP_SUMS_HELIUM_ADD_I8(sums, 0, det, weights, m, v);
        PFP_SUMS_HELIUM_ADD_I8(sums, 1, det, weights + 4, m, v);
        const uint32x4_t u0 = vldrbq_u32(weights + 8);
        sums->b0 = vfmaq_n_f32(sums->b0, vcvtq_f32_u32(vmulq_u32(u0, u0)), m2);
        const uint32x4_t u1 = vldrbq_u32(weights + 12);
        sums->b1 = vfmaq_n_f32(sums->b1, vcvtq_f32_u32(vmulq_u32(u1, u1)), m2);
    } else {
        pfp__sums_helium_add_one(sums, format, det, m, v, m2, weights);
    }
}

/* Adds `len` inputs, of which m2 is known. */
PFP_INLINE void pfp__sums_helium_add_run(pfp__sums *sums, pfp__format format, int det, size_t len,
                                         const float *m, const float *v, const float *m2,
                                         const uint8_t *weights) {
    pfp__sums s = *sums;
    for (size_t pairs = len / 2; pairs > 0; pairs--) {
        const pfp__helium_pair ms = pfp__helium_next(&m);
        pfp__helium_pair vs = {0.0f, 0.0f};
        if (!det) {
            vs = pfp__helium_next(&v);
        }
        const pfp__helium_pair m2s = pfp__helium_next(&m2);
        pfp__sums_helium_add_pair(&s, format, det, ms, vs, m2s, weights);
        weights += pfp__stored_bytes(format, 2);
    }
    if (len % 2 != 0) {
        pfp__sums_helium_add_last(&s, format, det, *m, det ? 0.0f : *v, *m2, weights);
    }
    *sums = s;
}

/* Exact inputs less their shift, and what belongs to them, for so many inputs at a time. */
enum { PFP_STORED_CHUNK = 64 };

PFP_INLINE void pfp__sums_helium_add_det(pfp__sums *sums, pfp__format format, size_t len,
                                         const float *in, float shift, const uint8_t *weights) {
    float m[PFP_STORED_CHUNK], m2[PFP_STORED_CHUNK];
    while (len > 0) {
        const size_t run = len < PFP_STORED_CHUNK ? len : PFP_STORED_CHUNK;
        for (size_t k = 0; k < run; k += 4) {
            const mve_pred16_t some = vctp32q((uint32_t)(run - k));
            const float32x4_t all = vsubq_n_f32(vldrwq_z_f32(in + k, some), shift);
            const float32x4_t x = vpselq_f32(all, vdupq_n_f32(0.0f), some);
            vstrwq_f32(m + k, x);
            vstrwq_f32(m2 + k, pfp__m2_helium(format, vmulq_f32(x, x)));
        }
        pfp__sums_helium_add_run(sums, format, 1, run, m, NULL, m2, weights);
        in += run;
        weights += pfp__stored_bytes(format, run);
        len -= run;
    }
}

/* Adds `len` inputs of weights that begin at an even one; `m2` is from pfp__m2_prepare. */
PFP_INLINE void pfp__sums_add(pfp__sums *sums, size_t count, size_t panel_bytes, pfp__format format,
                              int det, size_t len, const float *in_mean, const float *in_var,
                              float shift, const float *m2, const uint8_t *weights) {
    (void)count;
    (void)panel_bytes;
    if (det) {
        pfp__sums_helium_add_det(sums, format, len, in_mean, shift, weights);
    } else {
        pfp__sums_helium_add_run(sums, format, 0, len, in_mean, in_var, m2, weights);
    }
}

/* Of f16 or bf16, the means or the variances of the outputs from `o`, 0 or 4, on. */
PFP_INLINE float32x4_t pfp__helium_stored(pfp__format format, int is_var, const uint8_t *at,
                                          size_t o) {
    const uint32_t *words = (const uint32_t *)(const void *)at;
    if (format == PFP_F16) {
        const float16x8_t halves = vreinterpretq_f16_u32(vldrwq_u32(words + (is_var ? 4 : 0)));
        return o == 0 ? PFP_HELIUM_WIDEN(b, halves) : PFP_HELIUM_WIDEN(t, halves);
    }
    const uint32x4_t both = vldrwq_u32(words + o);
    return vreinterpretq_f32_u32(is_var ? vshlq_n_u32(both, 16) : both);
}

PFP_INLINE float32x4_t pfp__helium_i8(const uint8_t *at) {
    return vcvtq_f32_s32(vldrbq_s32((const int8_t *)at));
}

/* See stored_c.h. */
PFP_INLINE void pfp__stored_means(pfp__format format, const uint8_t *weights, size_t second,
                                  size_t o, float *to) {
    if (pfp__stored_in_pairs(format)) {
        vstrwq_f32(to, pfp__helium_i8(weights + PFP_STORED_TILE * second + o));
    } else {
        vstrwq_f32(to, pfp__helium_stored(format, 0, weights + 32 * second, o));
    }
}

/* Scales the sums of the first min(4, left) outputs, adds the biases and writes them. */
PFP_INLINE void pfp__sums_helium_store(float32x4_t mean, float32x4_t a, float32x4_t b,
                                       pfp__format format, int det, const float *header,
                                       size_t left, float *out_mean, float *out_var) {
    const float32x4_t mb = vldrwq_f32(header);
    const float32x4_t vb = vldrwq_f32(header + 8);
    if (format == PFP_BF16) {
        mean = vaddq_f32(mean, mb);
        b = vaddq_f32(b, vb);
        b = det ? b : vaddq_f32(a, b);
    } else {
        const float32x4_t sm = vldrwq_f32(header + 16);
        const float32x4_t sv = vldrwq_f32(header + 24);
        /* See stored_c.h. */
        const float32x4_t positive = vpselq_f32(vdupq_n_f32(0.0f), b, vcmpltq_n_f32(b, 0.0f));
        mean = vfmaq_f32(mb, mean, sm);
        b = vfmaq_f32(vb, positive, sv);
        b = det ? b : vfmaq_f32(b, a, vmulq_f32(sm, sm));
    }
    pfp__helium_store(out_mean, mean, left);
    pfp__helium_store(out_var, b, left);
}

PFP_INLINE void pfp__sums_store(pfp__sums sums, pfp__format format, int det, const float *header,
                                size_t left, float *out_mean, float *out_var) {
    pfp__sums_helium_store(sums.mean0, sums.a0, sums.b0, format, det, header, left, out_mean,
                           out_var);
    if (left > 4) {
        pfp__sums_helium_store(sums.mean1, sums.a1, sums.b1, format, det, header + 4, left - 4,
                               out_mean + 4, out_var + 4);
    }
}

#endif
