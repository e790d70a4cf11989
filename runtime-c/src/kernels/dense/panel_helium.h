#ifndef PFP_KERNELS_DENSE_PANEL_HELIUM_H
#define PFP_KERNELS_DENSE_PANEL_HELIUM_H

/*
 * A panel of eight outputs in Helium registers: outputs in lanes, inputs from core registers, in
 * which a multiplication takes its scalar; so v + m^2 is worked out beforehand, a chunk of inputs
 * at a time, and sums rest in the outputs between chunks.
 */

#include "vec/helium.h"

enum { PFP_PANEL_HELIUM = 8 };

/* Two floats as the words of one number, wherever a float may be. */
typedef uint64_t __attribute__((may_alias, aligned(4))) pfp__two_floats;

typedef struct pfp__pair {
    float a, b;
} pfp__pair;

/*
 * from[0] and from[1], loaded into core registers by one instruction: `volatile` keeps compilers
 * from parting them, which costs a tenth of the speed.
 */
PFP_INLINE pfp__pair pfp__pair_load(const float *from) {
    const uint64_t both = *(const volatile pfp__two_floats *)(const void *)from;
    const union {
        uint32_t bits[2];
        pfp__pair pair;
    } words = {{(uint32_t)both, (uint32_t)(both >> 32)}};
    return words.pair;
}

typedef struct pfp__panel_helium {
    float32x4_t mean0, mean1;
    float32x4_t var0, var1;
} pfp__panel_helium;

/* Where the sums of a panel rest: in the outputs, or in `last` for a last panel that has fewer. */
typedef struct pfp__rest_helium {
    float *mean, *var; /* eight each */
} pfp__rest_helium;

typedef float pfp__last_panel[2 * PFP_PANEL_HELIUM];

PFP_INLINE pfp__rest_helium pfp__rest_of(size_t left, float *out_mean, float *out_var,
                                         float *last) {
    pfp__rest_helium rest = {out_mean, out_var};
    if (left < PFP_PANEL_HELIUM) {
        rest.mean = last;
        rest.var = last + PFP_PANEL_HELIUM;
    }
    return rest;
}

/* The biases { mb[8], vb[8] }. */
PFP_INLINE pfp__panel_helium pfp__panel_helium_bias(const float *panel) {
    pfp__panel_helium sums;
    sums.mean0 = vldrwq_f32(panel);
    sums.mean1 = vldrwq_f32(panel + 4);
    sums.var0 = vldrwq_f32(panel + 8);
    sums.var1 = vldrwq_f32(panel + 12);
    return sums;
}

PFP_INLINE pfp__panel_helium pfp__panel_helium_load(pfp__rest_helium rest) {
    pfp__panel_helium sums;
    sums.mean0 = vldrwq_f32(rest.mean);
    sums.mean1 = vldrwq_f32(rest.mean + 4);
    sums.var0 = vldrwq_f32(rest.var);
    sums.var1 = vldrwq_f32(rest.var + 4);
    return sums;
}

PFP_INLINE void pfp__panel_helium_store(pfp__rest_helium rest, pfp__panel_helium sums) {
    vstrwq_f32(rest.mean, sums.mean0);
    vstrwq_f32(rest.mean + 4, sums.mean1);
    vstrwq_f32(rest.var, sums.var0);
    vstrwq_f32(rest.var + 4, sums.var1);
}

/* Writes the first min(8, left) outputs of two halves. */
PFP_INLINE void pfp__halves_store(float *out, float32x4_t half0, float32x4_t half1, size_t left) {
    vstrwq_p_f32(out, half0, vctp32q((uint32_t)left));
    vstrwq_p_f32(out + 4, half1, vctp32q((uint32_t)(left > 4 ? left - 4 : 0)));
}

/* Moves a last panel of fewer than eight outputs to where they belong. */
PFP_INLINE void pfp__last_panel_store(const float *last, size_t out_len, float *out_mean,
                                      float *out_var) {
    const size_t left = out_len % PFP_PANEL_HELIUM;
    if (left == 0) {
        return;
    }
    const size_t first = out_len - left;
    pfp__halves_store(out_mean + first, vldrwq_f32(last), vldrwq_f32(last + 4), left);
    pfp__halves_store(out_var + first, vldrwq_f32(last + 8), vldrwq_f32(last + 12), left);
}

#endif
