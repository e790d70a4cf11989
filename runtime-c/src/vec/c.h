#ifndef PFP_VEC_C_H
#define PFP_VEC_C_H

/**
 * Four float lanes in portable C99: the reference for neon.h and helium.h, which give the same
 * names. A kernel's file includes one of the three before the kernel's body.
 */

#include <stddef.h>
#include <stdint.h>

#include "coefficients.h"
#include "fma.h"
#include "inline.h"

/** A step of several dozen operations, see helium.h. */
#define PFP_STEP PFP_INLINE

/** Floats in a vector. x86.h has more. */
#define PFP_LANES 4

/** Vectors that a loop over elements works on at a time, so that none waits for its own results. */
#define PFP_IN_FLIGHT 1

typedef struct pfp__vec {
    float lane[4];
} pfp__vec;

typedef struct pfp__ivec {
    int32_t lane[4];
} pfp__ivec;

#include "words.h"

/** All bits of a lane set: true; none: false. */
typedef struct pfp__mask {
    uint32_t lane[4];
} pfp__mask;

PFP_INLINE pfp__vec pfp__vec_set1(float s) {
    const pfp__vec x = {{s, s, s, s}};
    return x;
}

PFP_INLINE pfp__vec pfp__vec_load(const float *p) {
    const pfp__vec x = {{p[0], p[1], p[2], p[3]}};
    return x;
}

PFP_INLINE void pfp__vec_store(float *p, pfp__vec x) {
    for (int i = 0; i < 4; i++) {
        p[i] = x.lane[i];
    }
}

/** The first `n` lanes, 0 <= n <= 4, from memory, the others zero; reads n floats. */
PFP_INLINE pfp__vec pfp__vec_load_first(const float *p, size_t n) {
    const pfp__vec x = {
        {n > 0 ? p[0] : 0.0f, n > 1 ? p[1] : 0.0f, n > 2 ? p[2] : 0.0f, n > 3 ? p[3] : 0.0f}};
    return x;
}

/** Writes the first `n` lanes, 0 <= n <= 4, and nothing else. */
PFP_INLINE void pfp__vec_store_first(float *p, pfp__vec x, size_t n) {
    if (n > 0) {
        p[0] = x.lane[0];
    }
    if (n > 1) {
        p[1] = x.lane[1];
    }
    if (n > 2) {
        p[2] = x.lane[2];
    }
    if (n > 3) {
        p[3] = x.lane[3];
    }
}

/** to[i][j] = lane i of x[j]: four vectors side by side. */
PFP_INLINE void pfp__vec_store_turned(float (*to)[4], const pfp__vec x[4]) {
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
            to[i][j] = x[j].lane[i];
        }
    }
}

PFP_INLINE float pfp__vec_first(pfp__vec x) {
    return x.lane[0];
}

/** (lane 0 + lane 1) + (lane 2 + lane 3). */
PFP_INLINE float pfp__vec_sum(pfp__vec x) {
    return (x.lane[0] + x.lane[1]) + (x.lane[2] + x.lane[3]);
}

PFP_INLINE pfp__vec pfp__vec_add(pfp__vec a, pfp__vec b) {
    pfp__vec x;
    for (int i = 0; i < 4; i++) {
        x.lane[i] = a.lane[i] + b.lane[i];
    }
    return x;
}

PFP_INLINE pfp__vec pfp__vec_sub(pfp__vec a, pfp__vec b) {
    pfp__vec x;
    for (int i = 0; i < 4; i++) {
        x.lane[i] = a.lane[i] - b.lane[i];
    }
    return x;
}

PFP_INLINE pfp__vec pfp__vec_mul(pfp__vec a, pfp__vec b) {
    pfp__vec x;
    for (int i = 0; i < 4; i++) {
        x.lane[i] = a.lane[i] * b.lane[i];
    }
    return x;
}

PFP_INLINE pfp__vec pfp__vec_mul_n(pfp__vec a, float s) {
    return pfp__vec_mul(a, pfp__vec_set1(s));
}

/** acc + a*b, rounded once where the target multiplies and adds in one instruction. */
PFP_INLINE pfp__vec pfp__vec_fma(pfp__vec acc, pfp__vec a, pfp__vec b) {
    for (int i = 0; i < 4; i++) {
        acc.lane[i] = pfp__fmaf(a.lane[i], b.lane[i], acc.lane[i]);
    }
    return acc;
}

/** acc - a*b. */
PFP_INLINE pfp__vec pfp__vec_fms(pfp__vec acc, pfp__vec a, pfp__vec b) {
    for (int i = 0; i < 4; i++) {
        acc.lane[i] = pfp__fmaf(-a.lane[i], b.lane[i], acc.lane[i]);
    }
    return acc;
}

/** acc + a*s. */
PFP_INLINE pfp__vec pfp__vec_fma_n(pfp__vec acc, pfp__vec a, float s) {
    return pfp__vec_fma(acc, a, pfp__vec_set1(s));
}

/** Coefficients of a polynomial, in memory or, where an instruction takes a lane, in registers. */
typedef const float *pfp__coefficients;

/** Of PFP_COEFFICIENTS floats. */
PFP_INLINE pfp__coefficients pfp__coefficients_load(const float *table) {
    return table;
}

/** Coefficient `i`, a literal, in all lanes. */
#define pfp__vec_set1_at(coefficients, i) pfp__vec_set1((coefficients)[i])

/** acc + x * coefficient `i`, a literal. */
#define pfp__vec_fma_at(acc, x, coefficients, i) pfp__vec_fma_n(acc, x, (coefficients)[i])

PFP_INLINE pfp__vec pfp__vec_max(pfp__vec a, pfp__vec b) {
    pfp__vec x;
    for (int i = 0; i < 4; i++) {
        x.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
    }
    return x;
}

PFP_INLINE pfp__vec pfp__vec_min(pfp__vec a, pfp__vec b) {
    pfp__vec x;
    for (int i = 0; i < 4; i++) {
        x.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
    }
    return x;
}

PFP_INLINE pfp__ivec pfp__vec_bits(pfp__vec x) {
    union {
        pfp__vec floats;
        pfp__ivec bits;
    } u;
    u.floats = x;
    return u.bits;
}

PFP_INLINE pfp__vec pfp__ivec_floats(pfp__ivec bits) {
    union {
        pfp__vec floats;
        pfp__ivec bits;
    } u;
    u.bits = bits;
    return u.floats;
}

PFP_INLINE pfp__vec pfp__vec_abs(pfp__vec x) {
    pfp__ivec bits = pfp__vec_bits(x);
    for (int i = 0; i < 4; i++) {
        bits.lane[i] &= INT32_MAX;
    }
    return pfp__ivec_floats(bits);
}

PFP_INLINE pfp__mask pfp__vec_greater(pfp__vec a, pfp__vec b) {
    pfp__mask m;
    for (int i = 0; i < 4; i++) {
        m.lane[i] = a.lane[i] > b.lane[i] ? UINT32_MAX : 0;
    }
    return m;
}

PFP_INLINE pfp__mask pfp__vec_equal(pfp__vec a, pfp__vec b) {
    pfp__mask m;
    for (int i = 0; i < 4; i++) {
        m.lane[i] = a.lane[i] == b.lane[i] ? UINT32_MAX : 0;
    }
    return m;
}

PFP_INLINE pfp__mask pfp__mask_and(pfp__mask a, pfp__mask b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] &= b.lane[i];
    }
    return a;
}

PFP_INLINE pfp__mask pfp__mask_or(pfp__mask a, pfp__mask b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] |= b.lane[i];
    }
    return a;
}

/** Lane by lane: mask ? a : b. */
PFP_INLINE pfp__vec pfp__vec_select(pfp__mask mask, pfp__vec a, pfp__vec b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] = mask.lane[i] != 0 ? a.lane[i] : b.lane[i];
    }
    return a;
}

PFP_INLINE pfp__ivec pfp__ivec_set1(int32_t s) {
    const pfp__ivec x = {{s, s, s, s}};
    return x;
}

PFP_INLINE pfp__ivec pfp__ivec_add(pfp__ivec a, pfp__ivec b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] = (int32_t)((uint32_t)a.lane[i] + (uint32_t)b.lane[i]);
    }
    return a;
}

PFP_INLINE pfp__ivec pfp__ivec_sub(pfp__ivec a, pfp__ivec b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] = (int32_t)((uint32_t)a.lane[i] - (uint32_t)b.lane[i]);
    }
    return a;
}

PFP_INLINE pfp__ivec pfp__ivec_max(pfp__ivec a, pfp__ivec b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
    }
    return a;
}

/** The largest lane. */
PFP_INLINE int32_t pfp__ivec_largest(pfp__ivec x) {
    int32_t largest = x.lane[0];
    for (int i = 1; i < 4; i++) {
        largest = x.lane[i] > largest ? x.lane[i] : largest;
    }
    return largest;
}

/** x << 23: a count becomes an exponent. */
PFP_INLINE pfp__ivec pfp__ivec_to_exponent(pfp__ivec x) {
    for (int i = 0; i < 4; i++) {
        x.lane[i] = (int32_t)((uint32_t)x.lane[i] << 23);
    }
    return x;
}

/** floor(x / 2^23): an exponent becomes a count. */
PFP_INLINE pfp__ivec pfp__ivec_from_exponent(pfp__ivec x) {
    for (int i = 0; i < 4; i++) {
        x.lane[i] = x.lane[i] >> 23;
    }
    return x;
}

/** floor(x / 2). */
PFP_INLINE pfp__ivec pfp__ivec_half(pfp__ivec x) {
    for (int i = 0; i < 4; i++) {
        x.lane[i] = x.lane[i] >> 1;
    }
    return x;
}

PFP_INLINE pfp__vec pfp__ivec_to_float(pfp__ivec x) {
    pfp__vec y;
    for (int i = 0; i < 4; i++) {
        y.lane[i] = (float)x.lane[i];
    }
    return y;
}

/** Four words of random bits. */
PFP_INLINE pfp__words pfp__words_load(const uint32_t *p) {
    const pfp__ivec x = {{(int32_t)p[0], (int32_t)p[1], (int32_t)p[2], (int32_t)p[3]}};
    return x;
}

PFP_INLINE void pfp__words_store(uint32_t *p, pfp__words x) {
    for (int i = 0; i < 4; i++) {
        p[i] = (uint32_t)x.lane[i];
    }
}

PFP_INLINE pfp__ivec pfp__ivec_and(pfp__ivec a, pfp__ivec b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] &= b.lane[i];
    }
    return a;
}

PFP_INLINE pfp__ivec pfp__ivec_xor(pfp__ivec a, pfp__ivec b) {
    for (int i = 0; i < 4; i++) {
        a.lane[i] ^= b.lane[i];
    }
    return a;
}

/** x << n, n a literal from 1 to 31. */
PFP_INLINE pfp__ivec pfp__ivec_shift_left(pfp__ivec x, int n) {
    for (int i = 0; i < 4; i++) {
        x.lane[i] = (int32_t)((uint32_t)x.lane[i] << n);
    }
    return x;
}

/** The bits of x, rotated to the left by n, a literal from 1 to 31. */
PFP_INLINE pfp__words pfp__words_rotate_left(pfp__words x, int n) {
    for (int i = 0; i < 4; i++) {
        const uint32_t bits = (uint32_t)x.lane[i];
        x.lane[i] = (int32_t)(bits << n | bits >> (32 - n));
    }
    return x;
}

/** The zero bits above the highest set one; 32 where none is set. */
PFP_INLINE pfp__ivec pfp__ivec_leading_zeros(pfp__ivec x) {
    for (int i = 0; i < 4; i++) {
#if defined(__GNUC__)
        x.lane[i] = x.lane[i] == 0 ? 32 : __builtin_clz((uint32_t)x.lane[i]);
#else
        int32_t zeros = 32;
        for (uint32_t bits = (uint32_t)x.lane[i]; bits != 0; bits >>= 1) {
            zeros--;
        }
        x.lane[i] = zeros;
#endif
    }
    return x;
}

/** Lane by lane x << n, 0 <= n <= 32. */
PFP_INLINE pfp__ivec pfp__ivec_shift_left_each(pfp__ivec x, pfp__ivec n) {
    for (int i = 0; i < 4; i++) {
        x.lane[i] = n.lane[i] < 32 ? (int32_t)((uint32_t)x.lane[i] << n.lane[i]) : 0;
    }
    return x;
}

/** x / 2^31: all whole numbers become -1 to 1. */
PFP_INLINE pfp__vec pfp__ivec_to_unit(pfp__ivec x) {
    pfp__vec y;
    for (int i = 0; i < 4; i++) {
        y.lane[i] = (float)x.lane[i] * 0x1p-31f;
    }
    return y;
}

#include "rsqrt_bits.h"

#endif
