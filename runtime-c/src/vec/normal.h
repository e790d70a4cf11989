#ifndef PFP_VEC_NORMAL_H
#define PFP_VEC_NORMAL_H

/**
 * Normal numbers, eight a step, the same bits on every target that has fused multiply-add. Vectors
 * of more than four lanes take several steps at once.
 * Random bits: xoshiro128+ (Blackman & Vigna 2021), an own one in each lane, which passes the usual
 * tests but for the lowest bits, and these count for little here. Normals: Box & Muller (1958), a
 * radius sqrt(-2 ln u) times cosine and sine of an angle, from polynomials; in all within 3.3e-5 of
 * the radius.
 * Include after a vec header.
 */

#include "pfp/pfp_kernels.h"
#include "inline.h"

/** The generator in registers. */
typedef struct pfp__normal {
    pfp__words word[4];
} pfp__normal;

PFP_INLINE pfp__normal pfp__normal_load(const pfp_normal_state *state) {
    pfp__normal generator;
    for (int i = 0; i < 4; i++) {
        generator.word[i] = pfp__words_load(state->word[i]);
    }
    return generator;
}

PFP_INLINE void pfp__normal_store(pfp_normal_state *state, pfp__normal generator) {
    for (int i = 0; i < 4; i++) {
        pfp__words_store(state->word[i], generator.word[i]);
    }
}

/** The next 32 bits of each of the four. */
PFP_INLINE pfp__words pfp__normal_bits(pfp__normal *generator) {
    pfp__words *s = generator->word;
    const pfp__words bits = pfp__words_add(s[0], s[3]);
    const pfp__words shifted = pfp__words_shift_left(s[1], 9);
    s[2] = pfp__words_xor(s[2], s[0]);
    s[3] = pfp__words_xor(s[3], s[1]);
    s[1] = pfp__words_xor(s[1], s[2]);
    s[0] = pfp__words_xor(s[0], s[3]);
    s[2] = pfp__words_xor(s[2], shifted);
    s[3] = pfp__words_rotate_left(s[3], 11);
    return bits;
}

/**
 * -2 ln(x / 2^32) for a random x: with x = 2^(32 - n) * (1 + e/2), -1 <= e < 0, it is
 * n * 2 ln 2 + e*P(e), both terms positive, so that it is accurate near zero too. 0 counts as 1.
 */
PFP_INLINE pfp__vec pfp__normal_radius2(pfp__ivec x, pfp__coefficients k) {
    const pfp__ivec n = pfp__ivec_leading_zeros(x);
    /* The highest bit makes a negative number of it: 2^32 less, and e after the division. */
    const pfp__vec e = pfp__ivec_to_unit(pfp__ivec_shift_left_each(x, n));
    const pfp__vec e2 = pfp__vec_mul(e, e);
    const pfp__vec e3 = pfp__vec_mul(e2, e);
    pfp__vec low = pfp__vec_fma_at(pfp__vec_set1_at(k, 0), e, k, 1);
    low = pfp__vec_fma_at(low, e2, k, 2);
    pfp__vec high = pfp__vec_fma_at(pfp__vec_set1_at(k, 3), e, k, 4);
    high = pfp__vec_fma_at(high, e2, k, 5);
    const pfp__vec curve = pfp__vec_mul(e, pfp__vec_fma(low, e3, high));
    return pfp__vec_fma_at(curve, pfp__ivec_to_float(n), k, 17);
}

/**
 * sqrt(x), relative error 2.2e-5, for FLT_MIN <= x; 0 for 0, and between for what is smaller.
 * A guess y of 1/sqrt(x), by halving the exponent, leaves a narrow range for a parabola in x*y^2.
 */
PFP_INLINE pfp__vec pfp__normal_sqrt(pfp__vec x, pfp__coefficients k) {
    const pfp__ivec magic = pfp__ivec_set1(0x5f33e300);
    const pfp__vec y = pfp__ivec_floats(pfp__ivec_sub(magic, pfp__ivec_half(pfp__vec_bits(x))));
    const pfp__vec root = pfp__vec_mul(x, y);
    const pfp__vec ratio = pfp__vec_mul(root, y);
    const pfp__vec curve = pfp__vec_fma_at(pfp__vec_set1_at(k, 15), ratio, k, 16);
    return pfp__vec_mul(root, pfp__vec_fma(pfp__vec_set1_at(k, 14), ratio, curve));
}

/* Numbers that one draw gives, and steps of the generator that it takes. */
enum { PFP_NORMALS = 2 * PFP_LANES, PFP_NORMAL_STEPS = PFP_LANES / 4 };

/** Normals in their order. */
typedef struct pfp__normals {
    pfp__vec low, high;
} pfp__normals;

/** The next 8 * steps numbers, and then nothing of use, 1 to PFP_NORMAL_STEPS. */
PFP_INLINE pfp__normals pfp__normal_draw_steps(pfp__normal *generator, size_t steps) {
    const pfp__coefficients k = pfp__coefficients_load(pfp__normal_coefficients);
    pfp__words radii[PFP_NORMAL_STEPS], angles[PFP_NORMAL_STEPS];
    for (size_t i = 0; i < PFP_NORMAL_STEPS; i++) {
        if (i < steps) {
            radii[i] = pfp__normal_bits(generator);
            angles[i] = pfp__normal_bits(generator);
        } else {
            radii[i] = radii[0];
            angles[i] = angles[0];
        }
    }
    const pfp__ivec x = pfp__words_join(radii);
    const pfp__ivec bits = pfp__words_join(angles);
    const pfp__vec radius2 = pfp__normal_radius2(x, k);
    const pfp__vec radius = pfp__normal_sqrt(radius2, k);

    /* An angle of v times 90 degrees, -1 <= v < 1, and a sign for the cosine: a full circle. */
    const pfp__ivec sign = pfp__ivec_and(bits, pfp__ivec_set1(INT32_MIN));
    const pfp__vec v = pfp__ivec_to_unit(pfp__ivec_shift_left(bits, 1));
    const pfp__vec v2 = pfp__vec_mul(v, v);
    const pfp__vec v4 = pfp__vec_mul(v2, v2);
    const pfp__vec v6 = pfp__vec_mul(v4, v2);
    pfp__vec sine = pfp__vec_fma_at(pfp__vec_set1_at(k, 6), v2, k, 7);
    sine = pfp__vec_fma_at(sine, v4, k, 8);
    sine = pfp__vec_fma_at(sine, v6, k, 9);
    pfp__vec cosine = pfp__vec_fma_at(pfp__vec_set1_at(k, 10), v2, k, 11);
    cosine = pfp__vec_fma_at(cosine, v4, k, 12);
    cosine = pfp__vec_fma_at(cosine, v6, k, 13);

    const pfp__vec side = pfp__vec_mul(radius, cosine);
    const pfp__vec first = pfp__ivec_floats(pfp__ivec_xor(pfp__vec_bits(side), sign));
    const pfp__vec second = pfp__vec_mul(pfp__vec_mul(radius, v), sine);
    pfp__normals normals;
    normals.low = pfp__vec_fours_low(first, second);
    normals.high = pfp__vec_fours_high(first, second);
    return normals;
}

/** The next PFP_NORMALS numbers. */
PFP_INLINE pfp__normals pfp__normal_draw(pfp__normal *generator) {
    return pfp__normal_draw_steps(generator, PFP_NORMAL_STEPS);
}

/** The next `len` numbers, 1 to PFP_NORMALS, of which the last eight are taken whole. */
PFP_INLINE pfp__normals pfp__normal_draw_first(pfp__normal *generator, size_t len) {
    return pfp__normal_draw_steps(generator, (len + 7) / 8);
}

#endif
