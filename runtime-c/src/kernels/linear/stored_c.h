#ifndef PFP_KERNELS_LINEAR_STORED_C_H
#define PFP_KERNELS_LINEAR_STORED_C_H

/*
 * Eight outputs at one position from weights of a compact format, in plain C: the reference for
 * stored_neon.h and stored_helium.h. Loops over j are for the compiler to vectorise.
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

/* Stored means and variances of eight outputs. */
typedef struct pfp__stored {
    float mean[PFP_STORED_TILE];
    float var[PFP_STORED_TILE];
} pfp__stored;

PFP_INLINE pfp__sums pfp__sums_zero(void) {
    pfp__sums sums;
    for (size_t j = 0; j < PFP_STORED_TILE; j++) {
        sums.mean[j] = 0.0f;
        sums.a[j] = 0.0f;
        sums.b[j] = 0.0f;
    }
    return sums;
}

PFP_INLINE uint32_t pfp__u16_at(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

PFP_INLINE float pfp__float_of_bits(uint32_t bits) {
    union {
        uint32_t bits;
        float value;
    } u;
    u.bits = bits;
    return u.value;
}

/* Any finite half: its exponent starts 112 lower than a float's. */
PFP_INLINE float pfp__float_of_half(uint32_t half) {
    const float magnitude = pfp__float_of_bits((half & 0x7FFFu) << 13) * 0x1p112f;
    return (half & 0x8000u) != 0 ? -magnitude : magnitude;
}

/* One input of f16, where halves stand in the order of outputs 0, 4, 1, 5, 2, 6, 3, 7, or bf16. */
PFP_INLINE pfp__stored pfp__stored_one(pfp__format format, const uint8_t *at) {
    pfp__stored w;
    for (size_t j = 0; j < PFP_STORED_TILE; j++) {
        if (format == PFP_F16) {
            const size_t place = 2 * (2 * (j % 4) + j / 4);
            w.mean[j] = pfp__float_of_half(pfp__u16_at(at + place));
            w.var[j] = pfp__float_of_half(pfp__u16_at(at + 16 + place));
        } else {
            const uint32_t word = pfp__u16_at(at + 4 * j) | pfp__u16_at(at + 4 * j + 2) << 16;
            w.mean[j] = pfp__float_of_bits(word);
            w.var[j] = pfp__float_of_bits(word << 16);
        }
    }
    return w;
}

/* Input `which` of a pair of i8u8 or i8u4; the second variance holds 2^-16 of the first. */
PFP_INLINE pfp__stored pfp__stored_of_pair(pfp__format format, const uint8_t *at, int which) {
    pfp__stored w;
    for (size_t j = 0; j < PFP_STORED_TILE; j++) {
        const uint8_t *sd = at + 2 * PFP_STORED_TILE;
        const uint32_t u0 = format == PFP_I8U8 ? sd[2 * j] : sd[j] & 15u;
        const uint32_t u1 = format == PFP_I8U8 ? sd[2 * j + 1] : (uint32_t)sd[j] >> 4;
        const int mean = at[which != 0 ? PFP_STORED_TILE + j : j];
        w.mean[j] = (float)(mean < 128 ? mean : mean - 256);
        w.var[j] = (float)(u0 * u0);
        if (which != 0) {
            w.var[j] = pfp__fmaf(w.var[j], 0x1p-16f, (float)(u1 * u1));
        }
    }
    return w;
}

/* The last one of an odd number of inputs. */
PFP_INLINE pfp__stored pfp__stored_last(const uint8_t *at) {
    pfp__stored w;
    for (size_t j = 0; j < PFP_STORED_TILE; j++) {
        const int mean = at[j];
        const uint32_t u = at[PFP_STORED_TILE + j];
        w.mean[j] = (float)(mean < 128 ? mean : mean - 256);
        w.var[j] = (float)(u * u);
    }
    return w;
}

PFP_INLINE pfp__sums pfp__sums_add_one(pfp__sums sums, pfp__stored w, int det, float m, float v,
                                       float m2) {
    for (size_t j = 0; j < PFP_STORED_TILE; j++) {
        sums.mean[j] = pfp__fmaf(w.mean[j], m, sums.mean[j]);
        if (!det) {
            sums.a[j] = pfp__fmaf(w.mean[j] * w.mean[j], v, sums.a[j]);
        }
        sums.b[j] = pfp__fmaf(w.var[j], m2, sums.b[j]);
    }
    return sums;
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

/* Adds `len` inputs of weights that begin at an even one. */
PFP_INLINE pfp__sums pfp__sums_add_run(pfp__sums sums, pfp__format format, int det, size_t len,
                                       const float *in_mean, const float *in_var, float shift,
                                       const uint8_t *weights) {
    if (!pfp__stored_in_pairs(format)) {
        for (size_t k = 0; k < len; k++) {
            const pfp__stored w = pfp__stored_one(format, weights + 32 * k);
            const pfp__input in = pfp__input_at(det, k, in_mean, in_var, shift);
            sums = pfp__sums_add_one(sums, w, det, in.m, in.v, in.m2);
        }
        return sums;
    }
    size_t k = 0;
    for (; k + 2 <= len; k += 2) {
        const pfp__input in0 = pfp__input_at(det, k, in_mean, in_var, shift);
        const pfp__input in1 = pfp__input_at(det, k + 1, in_mean, in_var, shift);
        const pfp__stored w0 = pfp__stored_of_pair(format, weights, 0);
        const pfp__stored w1 = pfp__stored_of_pair(format, weights, 1);
        /* Takes out again what the second one's variance holds of the first one's. */
        const float rest = pfp__fmaf(-0x1p-16f, in1.m2, in0.m2);
        sums = pfp__sums_add_one(sums, w0, det, in0.m, in0.v, rest);
        sums = pfp__sums_add_one(sums, w1, det, in1.m, in1.v, in1.m2);
        weights += pfp__stored_bytes(format, 2);
    }
    if (k < len) {
        const pfp__input in = pfp__input_at(det, k, in_mean, in_var, shift);
        sums = pfp__sums_add_one(sums, pfp__stored_last(weights), det, in.m, in.v, in.m2);
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
