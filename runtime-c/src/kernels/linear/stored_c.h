#ifndef PFP_KERNELS_LINEAR_STORED_C_H
#define PFP_KERNELS_LINEAR_STORED_C_H

/*
 * Eight outputs at one position from weights of a compact format, in plain C: the reference for
 * stored_neon.h and its siblings.
 */

#include "kernels/linear/stored.h"
#include "vec/fma.h"

/* How many panels a kernel takes at once. */
enum { PFP_STORED_PANELS = 1 };

/* Sums over the inputs so far: m*q, v*q^2 and m2*w, of stored means q and stored variances w. */
typedef struct pfp__sums {
    float mean[PFP_STORED_TILE];
    float a[PFP_STORED_TILE];
    float b[PFP_STORED_TILE];
} pfp__sums;

PFP_INLINE pfp__sums pfp__sums_zero(void) {
    pfp__sums sums;
    for (size_t j = 0; j < PFP_STORED_TILE; j++) {
        sums.mean[j] = 0.0f;
        sums.a[j] = 0.0f;
        sums.b[j] = 0.0f;
    }
    return sums;
}

PFP_INLINE uint32_t pfp__u32_at(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

PFP_INLINE float pfp__float_of_bits(uint32_t bits) {
    union {
        uint32_t bits;
        float value;
    } u;
    u.bits = bits;
    return u.value;
}

PFP_INLINE float pfp__float_of_i8(const uint8_t *at) {
    return (float)*(const int8_t *)at;
}

/* Of outputs j and j + 4, which the halves of f16 have side by side. */
typedef struct pfp__stored_two {
    float mean[2], var[2];
} pfp__stored_two;

#if defined(__arm__) && defined(__ARM_FP) && (__ARM_FP & 2) && defined(__GNUC__)
/* Written out, since GCC has the type for it under an option of its own alone. */
PFP_INLINE void pfp__floats_of_halves(uint32_t halves, float *to) {
    const float both = pfp__float_of_bits(halves);
    __asm__("vcvtb.f32.f16 %0, %1" : "=t"(to[0]) : "t"(both));
    __asm__("vcvtt.f32.f16 %0, %1" : "=t"(to[1]) : "t"(both));
}
#else
/* Any finite half: its exponent starts 112 lower than a float's. */
PFP_INLINE float pfp__float_of_half(uint32_t half) {
    const float magnitude = pfp__float_of_bits((half & 0x7FFFu) << 13) * 0x1p112f;
    return (half & 0x8000u) != 0 ? -magnitude : magnitude;
}

PFP_INLINE void pfp__floats_of_halves(uint32_t halves, float *to) {
    to[0] = pfp__float_of_half(halves & 0xFFFFu);
    to[1] = pfp__float_of_half(halves >> 16);
}
#endif

/* One input of f16 or bf16. */
PFP_INLINE pfp__stored_two pfp__stored_one(pfp__format format, const uint8_t *at, size_t j) {
    pfp__stored_two w;
    if (format == PFP_F16) {
        pfp__floats_of_halves(pfp__u32_at(at + 4 * j), w.mean);
        pfp__floats_of_halves(pfp__u32_at(at + 16 + 4 * j), w.var);
        return w;
    }
    for (size_t i = 0; i < 2; i++) {
        const uint32_t word = pfp__u32_at(at + 4 * (j + 4 * i));
        w.mean[i] = pfp__float_of_bits(word);
        w.var[i] = pfp__float_of_bits(word << 16);
    }
    return w;
}

/* Both inputs of a pair; the second one's variance holds 2^-16 of the first one's. */
typedef struct pfp__stored_pair {
    pfp__stored_two first, second;
} pfp__stored_pair;

/* A pair of i8u8 or i8u4. */
PFP_INLINE pfp__stored_pair pfp__stored_pair_at(pfp__format format, const uint8_t *at, size_t j) {
    pfp__stored_pair w;
    for (size_t i = 0; i < 2; i++) {
        const uint8_t *mean = at + j + 4 * i, *sd = at + 2 * PFP_STORED_TILE;
        sd += format == PFP_I8U8 ? 2 * (j + 4 * i) : j + 4 * i;
        const uint32_t u0 = format == PFP_I8U8 ? sd[0] : sd[0] & 15u;
        const uint32_t u1 = format == PFP_I8U8 ? sd[1] : (uint32_t)sd[0] >> 4;
        w.first.mean[i] = pfp__float_of_i8(mean);
        w.first.var[i] = (float)(u0 * u0);
        w.second.mean[i] = pfp__float_of_i8(mean + PFP_STORED_TILE);
        w.second.var[i] = pfp__fmaf(w.first.var[i], 0x1p-16f, (float)(u1 * u1));
    }
    return w;
}

/* The last one of an odd number of inputs. */
PFP_INLINE pfp__stored_two pfp__stored_last(const uint8_t *at, size_t j) {
    pfp__stored_two w;
    for (size_t i = 0; i < 2; i++) {
        const uint32_t u = at[PFP_STORED_TILE + j + 4 * i];
        w.mean[i] = pfp__float_of_i8(at + j + 4 * i);
        w.var[i] = (float)(u * u);
    }
    return w;
}

/*
 * The stored means of outputs `o`, 0 or 4, to `o` + 3 for the first or second one of the two inputs
 * that begin at `weights`; the last one of an odd number is a first one.
 */
PFP_INLINE void pfp__stored_means(pfp__format format, const uint8_t *weights, size_t second,
                                  size_t o, float *to) {
    for (size_t j = 0; j < 4; j++) {
        if (pfp__stored_in_pairs(format)) {
            to[j] = pfp__float_of_i8(weights + second * PFP_STORED_TILE + o + j);
        } else {
            to[j] = pfp__stored_one(format, weights + 32 * second, j).mean[o / 4];
        }
    }
}

/* An input: less `shift` and exact in form det, where `var` is not read. */
typedef struct pfp__input {
    float m, v, m2;
} pfp__input;

PFP_INLINE pfp__input pfp__input_at(int det, size_t k, const float *mean, const float *var,
                                    float shift) {
    pfp__input in;
    in.m = det ? mean[k] - shift : mean[k];
    in.v = det ? 0.0f : var[k];
    in.m2 = det ? in.m * in.m : pfp__fmaf(in.m, in.m, in.v);
    return in;
}

PFP_INLINE void pfp__sums_add_two(pfp__sums *sums, size_t j, pfp__stored_two w, int det,
                                  pfp__input in, float m2) {
    for (size_t i = 0; i < 2; i++, j += 4) {
        sums->mean[j] = pfp__fmaf(w.mean[i], in.m, sums->mean[j]);
        if (!det) {
            sums->a[j] = pfp__fmaf(w.mean[i] * w.mean[i], in.v, sums->a[j]);
        }
        sums->b[j] = pfp__fmaf(w.var[i], m2, sums->b[j]);
    }
}

/* Adds `len` inputs of weights that begin at an even one. */
PFP_INLINE pfp__sums pfp__sums_add_run(pfp__sums sums, pfp__format format, int det, size_t len,
                                       const float *in_mean, const float *in_var, float shift,
                                       const uint8_t *weights) {
    if (!pfp__stored_in_pairs(format)) {
        for (size_t k = 0; k < len; k++) {
            const pfp__input in = pfp__input_at(det, k, in_mean, in_var, shift);
            for (size_t j = 0; j < 4; j++) {
                pfp__sums_add_two(&sums, j, pfp__stored_one(format, weights + 32 * k, j), det, in,
                                  in.m2);
            }
        }
        return sums;
    }
    size_t k = 0;
    for (; k + 2 <= len; k += 2) {
        const pfp__input in0 = pfp__input_at(det, k, in_mean, in_var, shift);
        const pfp__input in1 = pfp__input_at(det, k + 1, in_mean, in_var, shift);
        /* Takes out again what the second one's variance holds of the first one's. */
        const float rest = pfp__fmaf(-0x1p-16f, in1.m2, in0.m2);
        for (size_t j = 0; j < 4; j++) {
            const pfp__stored_pair w = pfp__stored_pair_at(format, weights, j);
            pfp__sums_add_two(&sums, j, w.first, det, in0, rest);
            pfp__sums_add_two(&sums, j, w.second, det, in1, in1.m2);
        }
        weights += pfp__stored_bytes(format, 2);
    }
    if (k < len) {
        const pfp__input in = pfp__input_at(det, k, in_mean, in_var, shift);
        for (size_t j = 0; j < 4; j++) {
            pfp__sums_add_two(&sums, j, pfp__stored_last(weights, j), det, in, in.m2);
        }
    }
    return sums;
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

/* The same for `count` panels, which lie `panel_bytes` apart. */
PFP_INLINE void pfp__sums_add(pfp__sums *sums, size_t count, size_t panel_bytes, pfp__format format,
                              int det, size_t len, const float *in_mean, const float *in_var,
                              float shift, const float *m2, const uint8_t *weights) {
    (void)m2;
    for (size_t i = 0; i < count; i++) {
        sums[i] = pfp__sums_add_run(sums[i], format, det, len, in_mean, in_var, shift,
                                    weights + i * panel_bytes);
    }
}

/* Scales the sums, adds the biases and writes the first min(8, left) outputs. */
PFP_INLINE void pfp__sums_store(pfp__sums sums, pfp__format format, int det, const float *header,
                                size_t left, float *out_mean, float *out_var) {
    const size_t count = left < PFP_STORED_TILE ? left : PFP_STORED_TILE;
    for (size_t j = 0; j < count; j++) {
        const float mb = header[j];
        const float vb = header[PFP_STORED_TILE + j];
        if (format == PFP_BF16) {
            out_mean[j] = sums.mean[j] + mb;
            out_var[j] = det ? sums.b[j] + vb : sums.a[j] + (sums.b[j] + vb);
        } else {
            const float sm = header[2 * PFP_STORED_TILE + j];
            const float sv = header[3 * PFP_STORED_TILE + j];
            /* What was taken out of a sum of zero can leave a rounding error below it. */
            const float b = sums.b[j] < 0.0f ? 0.0f : sums.b[j];
            const float var = pfp__fmaf(b, sv, vb);
            out_mean[j] = pfp__fmaf(sums.mean[j], sm, mb);
            out_var[j] = det ? var : pfp__fmaf(sums.a[j], sm * sm, var);
        }
    }
}

#endif
