#ifndef PFP_KERNELS_LINEAR_QUAD_STORED_HELIUM_H
#define PFP_KERNELS_LINEAR_QUAD_STORED_HELIUM_H

/*
 * The sums of a quad in Helium registers, four outputs at a time: outputs in lanes, positions from
 * core registers, where one instruction loads all four. One of the three sums runs after another,
 * so that it and the weights stay in the eight registers.
 */

#include "kernels/linear/quad_stored.h"
#include "kernels/linear/stored_helium.h"

/* One sum of four outputs at each position. */
typedef struct pfp__quad_helium {
    float32x4_t p0, p1, p2, p3;
} pfp__quad_helium;

typedef struct pfp__quad_four {
    float p[PFP_QUAD];
} pfp__quad_four;

/*
 * Adds four weights times the next input of each position; a macro and not a function, since each
 * input has its core register: compilers form no multiple load of registers that their allocation
 * has not put in order by chance.
 */
#define PFP_QUAD_HELIUM_ADD(sum, w, in)                                                            \
    do {                                                                                           \
        register float in0_ __asm__("r4");                                                         \
        register float in1_ __asm__("r5");                                                         \
        register float in2_ __asm__("r6");                                                         \
        register float in3_ __asm__("r8");                                                         \
        __asm__("ldmia %4!, {r4, r5, r6, r8}"                                                      \
                : "=r"(in0_), "=r"(in1_), "=r"(in2_), "=r"(in3_), "+r"(in)                         \
                : "m"(*(const pfp__quad_four *)(const void *)(in)));                               \
        const float32x4_t w_ = w;                                                                  \
        (sum).p0 = vfmaq_n_f32((sum).p0, w_, in0_);                                                \
        (sum).p1 = vfmaq_n_f32((sum).p1, w_, in1_);                                                \
        (sum).p2 = vfmaq_n_f32((sum).p2, w_, in2_);                                                \
        (sum).p3 = vfmaq_n_f32((sum).p3, w_, in3_);                                                \
    } while (0)

/* Of the outputs from `sums` on at all positions. */
PFP_INLINE pfp__quad_helium pfp__quad_helium_load(int runs_on, const float *sums) {
    pfp__quad_helium q;
    if (!runs_on) {
        q.p0 = q.p1 = q.p2 = q.p3 = vdupq_n_f32(0.0f);
        return q;
    }
    q.p0 = vldrwq_f32(sums);
    q.p1 = vldrwq_f32(sums + PFP_STORED_TILE);
    q.p2 = vldrwq_f32(sums + 2 * PFP_STORED_TILE);
    q.p3 = vldrwq_f32(sums + 3 * PFP_STORED_TILE);
    return q;
}

PFP_INLINE void pfp__quad_helium_store(pfp__quad_helium q, float *sums) {
    vstrwq_f32(sums, q.p0);
    vstrwq_f32(sums + PFP_STORED_TILE, q.p1);
    vstrwq_f32(sums + 2 * PFP_STORED_TILE, q.p2);
    vstrwq_f32(sums + 3 * PFP_STORED_TILE, q.p3);
}

PFP_INLINE float32x4_t pfp__helium_square(float32x4_t x) {
    return vmulq_f32(x, x);
}

/* Means against inputs or, with `squared`, their squares against the variances of inputs. */
PFP_INLINE void pfp__quad_helium_means(int runs_on, pfp__format format, int squared, size_t o,
                                       size_t len, const float *in, const uint8_t *weights,
                                       float *sums) {
    pfp__quad_helium sum = pfp__quad_helium_load(runs_on, sums);
    if (pfp__stored_in_pairs(format)) {
        const uint8_t *at = weights + o;
        for (size_t pairs = len / 2; pairs > 0; pairs--) {
            const float32x4_t q0 = pfp__helium_i8(at);
            PFP_QUAD_HELIUM_ADD(sum, squared ? pfp__helium_square(q0) : q0, in);
            const float32x4_t q1 = pfp__helium_i8(at + PFP_STORED_TILE);
            PFP_QUAD_HELIUM_ADD(sum, squared ? pfp__helium_square(q1) : q1, in);
            at += pfp__stored_bytes(format, 2);
        }
        if (len % 2 != 0) {
            const float32x4_t q = pfp__helium_i8(at);
            PFP_QUAD_HELIUM_ADD(sum, squared ? pfp__helium_square(q) : q, in);
        }
    } else {
        for (; len > 0; len--) {
            const float32x4_t q = pfp__helium_stored(format, 0, weights, o);
            PFP_QUAD_HELIUM_ADD(sum, squared ? pfp__helium_square(q) : q, in);
            weights += pfp__stored_bytes(format, 1);
        }
    }
    pfp__quad_helium_store(sum, sums);
}

PFP_INLINE void pfp__quad_helium_vars(int runs_on, pfp__format format, size_t o, size_t len,
                                      const float *in, const uint8_t *weights, float *sums) {
    pfp__quad_helium sum = pfp__quad_helium_load(runs_on, sums);
    if (pfp__stored_in_pairs(format)) {
        const uint8_t *at = weights + 2 * PFP_STORED_TILE + (format == PFP_I8U8 ? 2 * o : o);
        for (size_t pairs = len / 2; pairs > 0; pairs--) {
            const uint16x8_t sds = pfp__sds_helium(format, at);
            const uint16x8_t squares = vmulq_u16(sds, sds);
            PFP_QUAD_HELIUM_ADD(sum, vcvtq_f32_u32(vmovlbq_u16(squares)), in);
            PFP_QUAD_HELIUM_ADD(sum, vcvtq_n_f32_u32(vreinterpretq_u32_u16(squares), 16), in);
            at += pfp__stored_bytes(format, 2);
        }
        if (len % 2 != 0) {
            const uint32x4_t sds =
                vldrbq_u32(weights + pfp__stored_bytes(format, len - 1) + PFP_STORED_TILE + o);
            PFP_QUAD_HELIUM_ADD(sum, vcvtq_f32_u32(vmulq_u32(sds, sds)), in);
        }
    } else {
        for (; len > 0; len--) {
            PFP_QUAD_HELIUM_ADD(sum, pfp__helium_stored(format, 1, weights, o), in);
            weights += pfp__stored_bytes(format, 1);
        }
    }
    pfp__quad_helium_store(sum, sums);
}

/* What stored variances are multiplied by, see stored_c.h. */
PFP_INLINE void pfp__quad_prepare(pfp__format format, size_t len, pfp__quad_inputs *in) {
    for (size_t k = 0; pfp__stored_in_pairs(format) && k + 2 <= len; k += 2) {
        const float32x4_t second = vmulq_n_f32(vldrwq_f32(in->m2[k + 1]), 0x1p-16f);
        vstrwq_f32(in->m2[k], vsubq_f32(vldrwq_f32(in->m2[k]), second));
    }
}

/* Adds `len` inputs of weights that begin at an even one to the first min(8, left) outputs: to
 * zero, or with `runs_on` to the sums of the chunk before. */
PFP_OUTLINE void pfp__quad_sums_add(pfp__quad_sums *sums, int runs_on, pfp__format format, int det,
                                    size_t len, size_t left, const pfp__quad_inputs *in,
                                    const uint8_t *weights) {
    for (size_t o = 0; o < PFP_STORED_TILE && o < left; o += 4) {
        pfp__quad_helium_means(runs_on, format, 0, o, len, in->m[0], weights, &sums->mean[0][o]);
        if (!det) {
            pfp__quad_helium_means(runs_on, format, 1, o, len, in->v[0], weights, &sums->a[0][o]);
        }
        pfp__quad_helium_vars(runs_on, format, o, len, in->m2[0], weights, &sums->b[0][o]);
    }
}

#endif
