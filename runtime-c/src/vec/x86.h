#ifndef PFP_VEC_X86_H
#define PFP_VEC_X86_H

/**
 * Float lanes in an x86-64 register, as many as the compiler's flags give: 16 with AVX-512, 8 with
 * AVX2 and FMA, else 4. What each function does is said in c.h. A file that needs four lanes
 * defines PFP_LANES as 4 first.
 */

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "coefficients.h"
#include "fma.h"
#include "inline.h"

#ifndef PFP_LANES
#if defined(__AVX512F__) && PFP_HAS_FMA
#define PFP_LANES 16
#elif defined(__AVX2__) && PFP_HAS_FMA
#define PFP_LANES 8
#else
#define PFP_LANES 4
#endif
#endif

#define PFP_STEP PFP_INLINE
#define PFP_IN_FLIGHT 1

typedef float pfp__vec __attribute__((vector_size(4 * PFP_LANES)));
typedef int32_t pfp__ivec __attribute__((vector_size(4 * PFP_LANES)));
typedef uint32_t pfp__uvec __attribute__((vector_size(4 * PFP_LANES)));

/* In memory, at any address a float may have. */
typedef float pfp__vec_unaligned __attribute__((vector_size(4 * PFP_LANES), aligned(4), may_alias));

#if PFP_LANES == 16
typedef __mmask16 pfp__mask;
#else
typedef pfp__ivec pfp__mask;
#endif

PFP_INLINE pfp__vec pfp__vec_set1(float s) {
#if PFP_LANES == 16
    return _mm512_set1_ps(s);
#elif PFP_LANES == 8
    return _mm256_set1_ps(s);
#else
    return _mm_set1_ps(s);
#endif
}

PFP_INLINE pfp__ivec pfp__ivec_set1(int32_t s) {
#if PFP_LANES == 16
    return (pfp__ivec)_mm512_set1_epi32(s);
#elif PFP_LANES == 8
    return (pfp__ivec)_mm256_set1_epi32(s);
#else
    return (pfp__ivec)_mm_set1_epi32(s);
#endif
}

PFP_INLINE pfp__vec pfp__vec_load(const float *p) {
    return *(const pfp__vec_unaligned *)p;
}

PFP_INLINE void pfp__vec_store(float *p, pfp__vec x) {
    *(pfp__vec_unaligned *)p = x;
}

/** The lanes [from, to). */
PFP_INLINE pfp__mask pfp__mask_between(size_t from, size_t to) {
#if PFP_LANES == 16
    return (pfp__mask)(((1U << to) - 1U) & ~((1U << from) - 1U));
#elif PFP_LANES == 8
    const pfp__ivec lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    return (lanes >= pfp__ivec_set1((int32_t)from)) & (lanes < pfp__ivec_set1((int32_t)to));
#else
    const pfp__ivec lanes = {0, 1, 2, 3};
    return (lanes >= pfp__ivec_set1((int32_t)from)) & (lanes < pfp__ivec_set1((int32_t)to));
#endif
}

/** The lanes of `mask`, the others zero; reads these alone. */
PFP_INLINE pfp__vec pfp__vec_load_masked(const float *p, pfp__mask mask) {
#if PFP_LANES == 16
    return _mm512_maskz_loadu_ps(mask, p);
#elif PFP_LANES == 8
    return _mm256_maskload_ps(p, (__m256i)mask);
#else
    const pfp__vec x = {mask[0] != 0 ? p[0] : 0.0f, mask[1] != 0 ? p[1] : 0.0f,
                        mask[2] != 0 ? p[2] : 0.0f, mask[3] != 0 ? p[3] : 0.0f};
    return x;
#endif
}

PFP_INLINE pfp__vec pfp__vec_load_first(const float *p, size_t n) {
    return pfp__vec_load_masked(p, pfp__mask_between(0, n));
}

PFP_INLINE void pfp__vec_store_first(float *p, pfp__vec x, size_t n) {
#if PFP_LANES == 16
    _mm512_mask_storeu_ps(p, pfp__mask_between(0, n), x);
#elif PFP_LANES == 8
    _mm256_maskstore_ps(p, (__m256i)pfp__mask_between(0, n), x);
#else
    for (size_t i = 0; i < n; i++) {
        p[i] = x[i];
    }
#endif
}

#if PFP_LANES == 4
PFP_INLINE void pfp__vec_store_turned(float (*to)[4], const pfp__vec x[4]) {
    pfp__vec a = x[0], b = x[1], c = x[2], d = x[3];
    _MM_TRANSPOSE4_PS(a, b, c, d);
    pfp__vec_store(to[0], a);
    pfp__vec_store(to[1], b);
    pfp__vec_store(to[2], c);
    pfp__vec_store(to[3], d);
}
#endif

PFP_INLINE float pfp__vec_first(pfp__vec x) {
    return x[0];
}

/** (lane 0 + lane 1) + (lane 2 + lane 3): of four lanes. */
PFP_INLINE float pfp__vec_sum(pfp__vec x) {
    return (x[0] + x[1]) + (x[2] + x[3]);
}

PFP_INLINE pfp__vec pfp__vec_add(pfp__vec a, pfp__vec b) {
    return a + b;
}

PFP_INLINE pfp__vec pfp__vec_sub(pfp__vec a, pfp__vec b) {
    return a - b;
}

PFP_INLINE pfp__vec pfp__vec_mul(pfp__vec a, pfp__vec b) {
    return a * b;
}

PFP_INLINE pfp__vec pfp__vec_mul_n(pfp__vec a, float s) {
    return a * pfp__vec_set1(s);
}

PFP_INLINE pfp__vec pfp__vec_fma(pfp__vec acc, pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_fmadd_ps(a, b, acc);
#elif PFP_LANES == 8
    return _mm256_fmadd_ps(a, b, acc);
#elif PFP_HAS_FMA
    return _mm_fmadd_ps(a, b, acc);
#else
    return a * b + acc;
#endif
}

PFP_INLINE pfp__vec pfp__vec_fms(pfp__vec acc, pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_fnmadd_ps(a, b, acc);
#elif PFP_LANES == 8
    return _mm256_fnmadd_ps(a, b, acc);
#elif PFP_HAS_FMA
    return _mm_fnmadd_ps(a, b, acc);
#else
    return acc - a * b;
#endif
}

PFP_INLINE pfp__vec pfp__vec_fma_n(pfp__vec acc, pfp__vec a, float s) {
    return pfp__vec_fma(acc, a, pfp__vec_set1(s));
}

typedef const float *pfp__coefficients;

PFP_INLINE pfp__coefficients pfp__coefficients_load(const float *table) {
    return table;
}

#define pfp__vec_set1_at(coefficients, i) pfp__vec_set1((coefficients)[i])

#define pfp__vec_fma_at(acc, x, coefficients, i) pfp__vec_fma_n(acc, x, (coefficients)[i])

PFP_INLINE pfp__vec pfp__vec_max(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_max_ps(a, b);
#elif PFP_LANES == 8
    return _mm256_max_ps(a, b);
#else
    return _mm_max_ps(a, b);
#endif
}

PFP_INLINE pfp__vec pfp__vec_min(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_min_ps(a, b);
#elif PFP_LANES == 8
    return _mm256_min_ps(a, b);
#else
    return _mm_min_ps(a, b);
#endif
}

PFP_INLINE pfp__ivec pfp__vec_bits(pfp__vec x) {
    return (pfp__ivec)x;
}

PFP_INLINE pfp__vec pfp__ivec_floats(pfp__ivec bits) {
    return (pfp__vec)bits;
}

PFP_INLINE pfp__vec pfp__vec_abs(pfp__vec x) {
    return (pfp__vec)((pfp__ivec)x & pfp__ivec_set1(INT32_MAX));
}

PFP_INLINE pfp__mask pfp__vec_greater(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
#else
    return a > b;
#endif
}

PFP_INLINE pfp__mask pfp__vec_equal(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
#else
    return a == b;
#endif
}

PFP_INLINE pfp__mask pfp__mask_and(pfp__mask a, pfp__mask b) {
    return (pfp__mask)(a & b);
}

PFP_INLINE pfp__mask pfp__mask_or(pfp__mask a, pfp__mask b) {
    return (pfp__mask)(a | b);
}

PFP_INLINE pfp__vec pfp__vec_select(pfp__mask mask, pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    return _mm512_mask_blend_ps(mask, b, a);
#elif PFP_LANES == 8
    return _mm256_blendv_ps(b, a, (pfp__vec)mask);
#else
    return (pfp__vec)((mask & (pfp__ivec)a) | (~mask & (pfp__ivec)b));
#endif
}

PFP_INLINE pfp__ivec pfp__ivec_add(pfp__ivec a, pfp__ivec b) {
    return (pfp__ivec)((pfp__uvec)a + (pfp__uvec)b);
}

PFP_INLINE pfp__ivec pfp__ivec_sub(pfp__ivec a, pfp__ivec b) {
    return (pfp__ivec)((pfp__uvec)a - (pfp__uvec)b);
}

PFP_INLINE pfp__ivec pfp__ivec_max(pfp__ivec a, pfp__ivec b) {
    const pfp__ivec greater = a > b;
    return (greater & a) | (~greater & b);
}

PFP_INLINE int32_t pfp__ivec_largest(pfp__ivec x) {
    int32_t largest = x[0];
    for (int i = 1; i < PFP_LANES; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    return largest;
}

PFP_INLINE pfp__ivec pfp__ivec_to_exponent(pfp__ivec x) {
    return (pfp__ivec)((pfp__uvec)x << 23);
}

PFP_INLINE pfp__ivec pfp__ivec_from_exponent(pfp__ivec x) {
    return x >> 23;
}

PFP_INLINE pfp__ivec pfp__ivec_half(pfp__ivec x) {
    return x >> 1;
}

PFP_INLINE pfp__vec pfp__ivec_to_float(pfp__ivec x) {
#if PFP_LANES == 16
    return _mm512_cvtepi32_ps((__m512i)x);
#elif PFP_LANES == 8
    return _mm256_cvtepi32_ps((__m256i)x);
#else
    return _mm_cvtepi32_ps((__m128i)x);
#endif
}

/** Lanes 0, 2, 4 ... of a and then of b. */
PFP_INLINE pfp__vec pfp__vec_even(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    const __m512i at = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_ps(a, at, b);
#elif PFP_LANES == 8
    const __m256d pairs = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0x88));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(pairs, 0xd8));
#else
    return _mm_shuffle_ps(a, b, 0x88);
#endif
}

/** Lanes 1, 3, 5 ... of a and then of b. */
PFP_INLINE pfp__vec pfp__vec_odd(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    const __m512i at = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    return _mm512_permutex2var_ps(a, at, b);
#elif PFP_LANES == 8
    const __m256d pairs = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0xdd));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(pairs, 0xd8));
#else
    return _mm_shuffle_ps(a, b, 0xdd);
#endif
}

PFP_INLINE pfp__ivec pfp__ivec_and(pfp__ivec a, pfp__ivec b) {
    return a & b;
}

PFP_INLINE pfp__ivec pfp__ivec_xor(pfp__ivec a, pfp__ivec b) {
    return a ^ b;
}

PFP_INLINE pfp__ivec pfp__ivec_shift_left(pfp__ivec x, int n) {
    return (pfp__ivec)((pfp__uvec)x << n);
}

PFP_INLINE pfp__ivec pfp__ivec_leading_zeros(pfp__ivec x) {
#if PFP_LANES == 16 && defined(__AVX512CD__)
    return (pfp__ivec)_mm512_lzcnt_epi32((__m512i)x);
#elif PFP_LANES == 8 && defined(__AVX512CD__) && defined(__AVX512VL__)
    return (pfp__ivec)_mm256_lzcnt_epi32((__m256i)x);
#else
    /* The exponent of the number as a float, whose mantissa is kept from rounding up to the next.
     */
    const pfp__uvec bits = (pfp__uvec)x;
    const pfp__vec value = pfp__ivec_to_float((pfp__ivec)(bits & ~(bits >> 8)));
    /* A set highest bit makes it negative, and the sign stands above the exponent; 0 has none. */
    const pfp__uvec exponent = (pfp__uvec)value >> 23;
    const pfp__ivec zeros = pfp__ivec_set1(158) - (pfp__ivec)exponent;
    const pfp__ivec most = pfp__ivec_set1(32);
    const pfp__ivec in_range = pfp__ivec_max(zeros, pfp__ivec_set1(0));
    return most - pfp__ivec_max(most - in_range, pfp__ivec_set1(0));
#endif
}

PFP_INLINE pfp__ivec pfp__ivec_shift_left_each(pfp__ivec x, pfp__ivec n) {
#if PFP_LANES == 16
    return (pfp__ivec)_mm512_sllv_epi32((__m512i)x, (__m512i)n);
#elif PFP_LANES == 8
    return (pfp__ivec)_mm256_sllv_epi32((__m256i)x, (__m256i)n);
#else
    pfp__ivec y;
    for (int i = 0; i < PFP_LANES; i++) {
        y[i] = n[i] < 32 ? (int32_t)((uint32_t)x[i] << n[i]) : 0;
    }
    return y;
#endif
}

PFP_INLINE pfp__vec pfp__ivec_to_unit(pfp__ivec x) {
    return pfp__ivec_to_float(x) * pfp__vec_set1(0x1p-31f);
}

/** Four integers, the words of the four generators of normal.h. */
typedef int32_t pfp__words __attribute__((vector_size(16)));
typedef uint32_t pfp__uwords __attribute__((vector_size(16)));

PFP_INLINE pfp__words pfp__words_load(const uint32_t *p) {
    return (pfp__words)_mm_loadu_si128((const __m128i *)(const void *)p);
}

PFP_INLINE void pfp__words_store(uint32_t *p, pfp__words x) {
    _mm_storeu_si128((__m128i *)(void *)p, (__m128i)x);
}

PFP_INLINE pfp__words pfp__words_add(pfp__words a, pfp__words b) {
    return (pfp__words)((pfp__uwords)a + (pfp__uwords)b);
}

PFP_INLINE pfp__words pfp__words_xor(pfp__words a, pfp__words b) {
    return a ^ b;
}

PFP_INLINE pfp__words pfp__words_shift_left(pfp__words x, int n) {
    return (pfp__words)((pfp__uwords)x << n);
}

PFP_INLINE pfp__words pfp__words_rotate_left(pfp__words x, int n) {
    const pfp__uwords bits = (pfp__uwords)x;
    return (pfp__words)(bits << n | bits >> (32 - n));
}

/** PFP_LANES / 4 times four words in a vector. */
PFP_INLINE pfp__ivec pfp__words_join(const pfp__words *words) {
#if PFP_LANES == 16
    const __m256i low = _mm256_set_m128i((__m128i)words[1], (__m128i)words[0]);
    const __m256i high = _mm256_set_m128i((__m128i)words[3], (__m128i)words[2]);
    return (pfp__ivec)_mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
#elif PFP_LANES == 8
    return (pfp__ivec)_mm256_set_m128i((__m128i)words[1], (__m128i)words[0]);
#else
    return words[0];
#endif
}

/** Four lanes of a and four of b in turn: the lower half of a0 b0 a1 b1 ... */
PFP_INLINE pfp__vec pfp__vec_fours_low(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    const __m512i at = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    return _mm512_permutex2var_ps(a, at, b);
#elif PFP_LANES == 8
    return _mm256_permute2f128_ps(a, b, 0x20);
#else
    (void)b;
    return a;
#endif
}

/** The upper half. */
PFP_INLINE pfp__vec pfp__vec_fours_high(pfp__vec a, pfp__vec b) {
#if PFP_LANES == 16
    const __m512i at =
        _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    return _mm512_permutex2var_ps(a, at, b);
#elif PFP_LANES == 8
    return _mm256_permute2f128_ps(a, b, 0x31);
#else
    (void)a;
    return b;
#endif
}

#include "rsqrt_bits.h"

#endif
