#ifndef PFP_KERNELS_LINEAR_TILE_X86_H
#define PFP_KERNELS_LINEAR_TILE_X86_H

/*
 * Sixteen outputs of a dense layer or a convolution at one position, outputs in lanes: one vector
 * with AVX-512, two with AVX2, four without. The sums run as in tile_c.h, to the same bits.
 * Include after vec/x86.h.
 */

#include "kernels/conv2d/form.h"

enum {
    PFP_TILE_X86 = 16,
    PFP_TILE_X86_VECS = PFP_TILE_X86 / PFP_LANES,
    /* Tiles whose sums fit into the registers, and which hide the latency of an addition. */
    PFP_TILE_X86_TILES = PFP_LANES == 16  ? 4
                         : PFP_LANES == 8 ? 2
                                          : 1,
    /* The same where a tile's weights serve several positions. */
    PFP_TILE_X86_POSITIONS = PFP_LANES == 16  ? 4
                             : PFP_LANES == 8 ? 3
                                              : 1,
    PFP_TILE_X86_MOST = PFP_LANES == 16 ? 8 : PFP_TILE_X86_POSITIONS,
    PFP_TILE_X86_CHUNK = 64
};

/* Form exact has no variances. */
typedef struct pfp__tile_x86 {
    pfp__vec mean[PFP_TILE_X86_VECS];
    pfp__vec var[PFP_TILE_X86_VECS];
} pfp__tile_x86;

/* Weights of one tap, and the bias before them. */
PFP_INLINE size_t pfp__tile_x86_tap_len(enum pfp__form form) {
    return pfp__form_moments(form) * PFP_TILE_X86;
}

PFP_INLINE pfp__tile_x86 pfp__tile_x86_bias(enum pfp__form form, const float *panel) {
    pfp__tile_x86 tile;
    for (size_t i = 0; i < PFP_TILE_X86_VECS; i++) {
        tile.mean[i] = pfp__vec_load(panel + i * PFP_LANES);
        tile.var[i] = form == PFP_FORM_EXACT ? pfp__vec_set1(0.0f)
                                             : pfp__vec_load(panel + PFP_TILE_X86 + i * PFP_LANES);
    }
    return tile;
}

/*
 * Runs of inputs: position p begins p * step floats behind the first. The shift is of form det,
 * the variance of form general.
 */
typedef struct pfp__run_x86 {
    const float *mean, *var;
    size_t step;
    float shift;
} pfp__run_x86;

/* A part of one position's run, in the form in which it is multiplied. */
typedef struct pfp__chunk_x86 {
    float mean[PFP_TILE_X86_CHUNK];
    float m2[PFP_TILE_X86_CHUNK];
} pfp__chunk_x86;

PFP_INLINE void pfp__chunk_x86_fill(enum pfp__form form, pfp__chunk_x86 *chunk, size_t len,
                                    const float *mean, const float *var, float shift) {
    for (size_t k = 0; k < len; k += PFP_LANES) {
        const size_t lanes = len - k < PFP_LANES ? len - k : PFP_LANES;
        const pfp__vec x = pfp__vec_load_first(mean + k, lanes);
        if (form == PFP_FORM_DET) {
            const pfp__vec m = pfp__vec_sub(x, pfp__vec_set1(shift));
            pfp__vec_store(chunk->mean + k, m);
            pfp__vec_store(chunk->m2 + k, pfp__vec_mul(m, m));
        } else {
            pfp__vec_store(chunk->m2 + k, pfp__vec_fma(pfp__vec_load_first(var + k, lanes), x, x));
        }
    }
}

/*
 * Adds `len` inputs at each of `positions` positions to each of `panels` panels, panel_len floats
 * apart: tiles[positions][panels], both constants, at most PFP_TILE_X86_MOST together at
 * PFP_TILE_X86_POSITIONS.
 */
PFP_INLINE void pfp__tiles_x86_add(enum pfp__form form, const size_t positions, const size_t panels,
                                   pfp__tile_x86 *tiles, size_t len, pfp__run_x86 run,
                                   const float *weights, size_t panel_len) {
    const size_t tap_len = pfp__tile_x86_tap_len(form);
    pfp__chunk_x86 chunks[PFP_TILE_X86_POSITIONS];
    pfp__tile_x86 sums[PFP_TILE_X86_MOST];
    for (size_t t = 0; t < positions * panels; t++) {
        sums[t] = tiles[t];
    }
    while (len > 0) {
        const size_t count = len < PFP_TILE_X86_CHUNK ? len : PFP_TILE_X86_CHUNK;
        if (form != PFP_FORM_EXACT) {
            for (size_t p = 0; p < positions; p++) {
                pfp__chunk_x86_fill(form, &chunks[p], count, run.mean + p * run.step,
                                    form == PFP_FORM_GENERAL ? run.var + p * run.step : NULL,
                                    run.shift);
            }
        }
        for (size_t k = 0; k < count; k++) {
            for (size_t n = 0; n < panels; n++) {
                for (size_t i = 0; i < PFP_TILE_X86_VECS; i++) {
                    const float *at = weights + n * panel_len + i * PFP_LANES;
                    const pfp__vec mw = pfp__vec_load(at);
                    for (size_t p = 0; p < positions; p++) {
                        pfp__tile_x86 *sum = &sums[p * panels + n];
                        const float *mean =
                            form == PFP_FORM_DET ? chunks[p].mean : run.mean + p * run.step;
                        sum->mean[i] = pfp__vec_fma_n(sum->mean[i], mw, mean[k]);
                        if (form == PFP_FORM_GENERAL) {
                            sum->var[i] = pfp__vec_fma_n(sum->var[i], pfp__vec_mul(mw, mw),
                                                         run.var[p * run.step + k]);
                        }
                        if (form != PFP_FORM_EXACT) {
                            sum->var[i] = pfp__vec_fma_n(
                                sum->var[i], pfp__vec_load(at + PFP_TILE_X86), chunks[p].m2[k]);
                        }
                    }
                }
            }
            weights += tap_len;
        }
        run.mean += count;
        if (form == PFP_FORM_GENERAL) {
            run.var += count;
        }
        len -= count;
    }
    for (size_t t = 0; t < positions * panels; t++) {
        tiles[t] = sums[t];
    }
}

PFP_INLINE void pfp__tile_x86_store_row(const pfp__vec *x, size_t left, float *out) {
    for (size_t i = 0; i < PFP_TILE_X86_VECS && i * PFP_LANES < left; i++) {
        const size_t lanes = left - i * PFP_LANES;
        if (lanes >= PFP_LANES) {
            pfp__vec_store(out + i * PFP_LANES, x[i]);
        } else {
            pfp__vec_store_first(out + i * PFP_LANES, x[i], lanes);
        }
    }
}

/* Writes the first min(16, left) outputs. */
PFP_INLINE void pfp__tile_x86_store(enum pfp__form form, const pfp__tile_x86 *tile, size_t left,
                                    float *out_mean, float *out_var) {
    pfp__tile_x86_store_row(tile->mean, left, out_mean);
    if (form != PFP_FORM_EXACT) {
        pfp__tile_x86_store_row(tile->var, left, out_var);
    }
}

#endif
