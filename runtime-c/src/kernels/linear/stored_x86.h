#ifndef PFP_KERNELS_LINEAR_STORED_X86_H
#define PFP_KERNELS_LINEAR_STORED_X86_H

/*
 * Eight outputs at one position from weights of a compact format, in a register of AVX2: outputs in
 * lanes. The sums run as in stored_c.h, to the same bits. Several panels at once hide the latency
 * of an addition. Without AVX2 and FMA it is stored_c.h itself.
 */

#include "vec/fma.h"

#if defined(__AVX2__) && PFP_HAS_FMA

#include <immintrin.h>

#include "kernels/linear/stored.h"

enum { PFP_STORED_PANELS = 4 };

/* Sums over the inputs so far: m*q, v*q^2 and m2*w, of stored means q and stored variances w. */
typedef struct pfp__sums {
    __m256 mean, a, b;
} pfp__sums;

PFP_INLINE pfp__sums pfp__sums_zero(void) {
    const __m256 zero = _mm256_setzero_ps();
    const pfp__sums sums = {zero, zero, zero};
    return sums;
}

/* Stored means and variances of eight outputs. */
typedef struct pfp__stored_x86 {
    __m256 mean, var;
} pfp__stored_x86;

PFP_INLINE __m128i pfp__bytes_x86(const uint8_t *at) {
    return _mm_loadl_epi64((const __m128i *)(const void *)at);
}

PFP_INLINE __m256 pfp__float_of_i8_x86(const uint8_t *at) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(pfp__bytes_x86(at)));
}

/* Eight halves in the order of outputs 0, 4, 1, 5, 2, 6, 3, 7, as floats in that of outputs. */
PFP_INLINE __m256 pfp__float_of_halves_x86(const uint8_t *at) {
    const __m128i halves = _mm_loadu_si128((const __m128i *)(const void *)at);
    const __m128i order = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
    const __m128i sorted = _mm_shuffle_epi8(halves, order);
#if defined(__F16C__)
    return _mm256_cvtph_ps(sorted);
#else
    /* See stored_c.h. */
    const __m256i wide = _mm256_cvtepu16_epi32(sorted);
    const __m256i sign = _mm256_slli_epi32(_mm256_srli_epi32(wide, 15), 31);
    const __m256i bits = _mm256_srli_epi32(_mm256_slli_epi32(wide, 17), 4);
    const __m256 magnitude = _mm256_mul_ps(_mm256_castsi256_ps(bits), _mm256_set1_ps(0x1p112f));
    return _mm256_or_ps(magnitude, _mm256_castsi256_ps(sign));
#endif
}

/* One input of f16 or bf16. */
PFP_INLINE pfp__stored_x86 pfp__stored_one_x86(pfp__format format, const uint8_t *at) {
    pfp__stored_x86 w;
    if (format == PFP_F16) {
        w.mean = pfp__float_of_halves_x86(at);
        w.var = pfp__float_of_halves_x86(at + 16);
    } else {
        const __m256i words = _mm256_loadu_si256((const __m256i *)(const void *)at);
        w.mean = _mm256_castsi256_ps(words);
        w.var = _mm256_castsi256_ps(_mm256_slli_epi32(words, 16));
    }
    return w;
}

/* Both inputs of a pair; the second one's variance holds 2^-16 of the first one's. */
typedef struct pfp__stored_pair_x86 {
    pfp__stored_x86 first, second;
} pfp__stored_pair_x86;

/* The sds of a pair, in the halves of lanes. */
PFP_INLINE __m256i pfp__sds_x86(pfp__format format, const uint8_t *at) {
    if (format == PFP_I8U8) {
        return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(const void *)at));
    }
    const __m256i both = _mm256_cvtepu8_epi32(pfp__bytes_x86(at));
    const __m256i apart = _mm256_or_si256(both, _mm256_slli_epi32(both, 12));
    return _mm256_and_si256(apart, _mm256_set1_epi16(15));
}

PFP_INLINE pfp__stored_pair_x86 pfp__stored_pair_at_x86(pfp__format format, const uint8_t *at) {
    const __m256i sds = pfp__sds_x86(format, at + 2 * PFP_STORED_TILE);
    const __m256i squares = _mm256_mullo_epi16(sds, sds);
    pfp__stored_pair_x86 w;
    w.first.mean = pfp__float_of_i8_x86(at);
    w.first.var = _mm256_cvtepi32_ps(_mm256_and_si256(squares, _mm256_set1_epi32(UINT16_MAX)));
    w.second.mean = pfp__float_of_i8_x86(at + PFP_STORED_TILE);
    w.second.var = _mm256_fmadd_ps(w.first.var, _mm256_set1_ps(0x1p-16f),
                                   _mm256_cvtepi32_ps(_mm256_srli_epi32(squares, 16)));
    return w;
}

/* The last one of an odd number of inputs. */
PFP_INLINE pfp__stored_x86 pfp__stored_last_x86(const uint8_t *at) {
    const __m256i sds = _mm256_cvtepu8_epi32(pfp__bytes_x86(at + PFP_STORED_TILE));
    const pfp__stored_x86 w = {pfp__float_of_i8_x86(at),
                               _mm256_cvtepi32_ps(_mm256_mullo_epi32(sds, sds))};
    return w;
}

PFP_INLINE void pfp__sums_x86_add(pfp__sums *sums, int det, pfp__stored_x86 w, float m, float v,
                                  float m2) {
    sums->mean = _mm256_fmadd_ps(w.mean, _mm256_set1_ps(m), sums->mean);
    if (!det) {
        sums->a = _mm256_fmadd_ps(_mm256_mul_ps(w.mean, w.mean), _mm256_set1_ps(v), sums->a);
    }
    sums->b = _mm256_fmadd_ps(w.var, _mm256_set1_ps(m2), sums->b);
}

/* What stored variances are multiplied by, see stored_c.h. */
PFP_INLINE void pfp__m2_pair_up(pfp__format format, size_t len, float *m2) {
    for (size_t k = 0; pfp__stored_in_pairs(format) && k + 2 <= len; k += 2) {
        m2[k] = pfp__fmaf(-0x1p-16f, m2[k + 1], m2[k]);
    }
}

PFP_INLINE void pfp__m2_prepare(pfp__format format, size_t len, const float *in_mean,
                                const float *in_var, float *scratch) {
    for (size_t k = 0; k < len; k++) {
        scratch[k] = pfp__fmaf(in_mean[k], in_mean[k], in_var[k]);
    }
    pfp__m2_pair_up(format, len, scratch);
}

/* Adds `len` inputs, of which m2 is known, to `count` panels. */
PFP_INLINE void pfp__sums_x86_add_run(pfp__sums *sums, size_t count, size_t panel_bytes,
                                      pfp__format format, int det, size_t len, const float *m,
                                      const float *v, const float *m2, const uint8_t *weights) {
    pfp__sums s[PFP_STORED_PANELS];
    for (size_t i = 0; i < count; i++) {
        s[i] = sums[i];
    }
    size_t k = 0;
    for (; pfp__stored_in_pairs(format) && k + 2 <= len; k += 2) {
        for (size_t i = 0; i < count; i++) {
            const pfp__stored_pair_x86 w =
                pfp__stored_pair_at_x86(format, weights + i * panel_bytes);
            pfp__sums_x86_add(&s[i], det, w.first, m[k], det ? 0.0f : v[k], m2[k]);
            pfp__sums_x86_add(&s[i], det, w.second, m[k + 1], det ? 0.0f : v[k + 1], m2[k + 1]);
        }
        weights += pfp__stored_bytes(format, 2);
    }
    for (; k < len; k++) {
        for (size_t i = 0; i < count; i++) {
            const uint8_t *at = weights + i * panel_bytes;
            const pfp__stored_x86 w = pfp__stored_in_pairs(format)
                                          ? pfp__stored_last_x86(at)
                                          : pfp__stored_one_x86(format, at);
            pfp__sums_x86_add(&s[i], det, w, m[k], det ? 0.0f : v[k], m2[k]);
        }
        weights += pfp__stored_bytes(format, 1);
    }
    for (size_t i = 0; i < count; i++) {
        sums[i] = s[i];
    }
}

/* Exact inputs less their shift, and what belongs to them, for so many inputs at a time. */
enum { PFP_STORED_CHUNK = 64 };

/* Adds `len` inputs of weights that begin at an even one; `m2` is from pfp__m2_prepare. */
PFP_INLINE void pfp__sums_add(pfp__sums *sums, size_t count, size_t panel_bytes, pfp__format format,
                              int det, size_t len, const float *in_mean, const float *in_var,
                              float shift, const float *m2, const uint8_t *weights) {
    if (!det) {
        pfp__sums_x86_add_run(sums, count, panel_bytes, format, 0, len, in_mean, in_var, m2,
                              weights);
        return;
    }
    float m[PFP_STORED_CHUNK], squares[PFP_STORED_CHUNK];
    while (len > 0) {
        const size_t run = len < PFP_STORED_CHUNK ? len : PFP_STORED_CHUNK;
        for (size_t k = 0; k < run; k++) {
            m[k] = in_mean[k] - shift;
            squares[k] = m[k] * m[k];
        }
        pfp__m2_pair_up(format, run, squares);
        pfp__sums_x86_add_run(sums, count, panel_bytes, format, 1, run, m, NULL, squares, weights);
        in_mean += run;
        weights += pfp__stored_bytes(format, run);
        len -= run;
    }
}

/* See stored_c.h. */
PFP_INLINE void pfp__stored_means(pfp__format format, const uint8_t *weights, size_t second,
                                  size_t o, float *to) {
    if (pfp__stored_in_pairs(format)) {
        const __m128i bytes = pfp__bytes_x86(weights + PFP_STORED_TILE * second);
        const __m128i four = o == 0 ? bytes : _mm_srli_si128(bytes, 4);
        _mm_storeu_ps(to, _mm_cvtepi32_ps(_mm_cvtepi8_epi32(four)));
    } else {
        const __m256 all = pfp__stored_one_x86(format, weights + 32 * second).mean;
        _mm_storeu_ps(to, o == 0 ? _mm256_castps256_ps128(all) : _mm256_extractf128_ps(all, 1));
    }
}

PFP_INLINE void pfp__sums_x86_write(__m256 x, size_t left, float *out) {
    if (left >= PFP_STORED_TILE) {
        _mm256_storeu_ps(out, x);
    } else {
        const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        _mm256_maskstore_ps(out, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)left), lanes), x);
    }
}

/* Scales the sums, adds the biases and writes the first min(8, left) outputs. */
PFP_INLINE void pfp__sums_store(pfp__sums sums, pfp__format format, int det, const float *header,
                                size_t left, float *out_mean, float *out_var) {
    const __m256 mb = _mm256_loadu_ps(header), vb = _mm256_loadu_ps(header + 8);
    __m256 mean, var;
    if (format == PFP_BF16) {
        mean = _mm256_add_ps(sums.mean, mb);
        var = _mm256_add_ps(sums.b, vb);
        var = det ? var : _mm256_add_ps(sums.a, var);
    } else {
        const __m256 sm = _mm256_loadu_ps(header + 16), sv = _mm256_loadu_ps(header + 24);
        /* See stored_c.h. */
        const __m256 b = _mm256_max_ps(sums.b, _mm256_setzero_ps());
        mean = _mm256_fmadd_ps(sums.mean, sm, mb);
        var = _mm256_fmadd_ps(b, sv, vb);
        var = det ? var : _mm256_fmadd_ps(sums.a, _mm256_mul_ps(sm, sm), var);
    }
    pfp__sums_x86_write(mean, left, out_mean);
    pfp__sums_x86_write(var, left, out_var);
}

#else

#include "kernels/linear/stored_c.h"

#endif

#endif
