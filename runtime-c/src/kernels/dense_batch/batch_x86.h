#ifndef PFP_KERNELS_DENSE_BATCH_BATCH_X86_H
#define PFP_KERNELS_DENSE_BATCH_BATCH_X86_H

/*
 * A few inputs against panels of sixteen outputs on x86-64: the tiles of tile_x86.h, in which
 * inputs stand where a convolution has positions. `form` is a constant.
 */

#include "vec/x86.h"
#include "kernels/dense_batch/batch.h"
#include "kernels/linear/tile_x86.h"

enum { PFP_BATCH_X86_PANELS = PFP_TILE_X86_MOST / PFP_TILE_X86_POSITIONS };

/* Rows of a tile. AVX2 has no registers left for the squares of a third one's weights. */
PFP_INLINE size_t pfp__batch_x86_rows(enum pfp__form form) {
    return PFP_LANES == 8 && form == PFP_FORM_GENERAL ? 2 : PFP_TILE_X86_POSITIONS;
}

/* A tile of rows against `panels` panels, a constant, from output `first` on. */
PFP_INLINE void pfp__batch_x86_tile(enum pfp__form form, const size_t panels,
                                    const pfp_dense_shape *s, const pfp__batch *batch,
                                    const float *panel, size_t first) {
    const size_t rows = pfp__batch_x86_rows(form);
    const size_t tap_len = pfp__tile_x86_tap_len(form);
    const size_t panel_len = tap_len * ((size_t)s->in_len + 1);
    const size_t planes = form == PFP_FORM_DET ? s->in_planes : 1;
    const size_t plane = s->in_len / planes;
    pfp__tile_x86 tiles[PFP_TILE_X86_MOST];
    for (size_t t = 0; t < rows * panels; t++) {
        tiles[t] = pfp__tile_x86_bias(form, panel + t % panels * panel_len);
    }
    for (size_t p = 0; p < planes; p++) {
        const pfp__run_x86 run = {batch->in_mean + p * plane, batch->in_var, s->in_len,
                                  form == PFP_FORM_DET ? batch->shift[p] : 0.0f};
        pfp__tiles_x86_add(form, rows, panels, tiles, plane, run, panel + tap_len * (p * plane + 1),
                           panel_len);
    }
    for (size_t t = 0; t < rows * panels; t++) {
        const size_t output = first + t % panels * PFP_TILE_X86;
        const size_t at = t / panels * s->out_len + output;
        pfp__tile_x86_store(form, &tiles[t], s->out_len - output, batch->out_mean + at,
                            form == PFP_FORM_EXACT ? NULL : batch->out_var + at);
    }
}

/* As many rows of the batch as fill tiles; returns how many these are. */
PFP_INLINE size_t pfp__batch_x86(enum pfp__form form, const pfp_dense_shape *shape, size_t count,
                                 pfp__batch batch) {
    const size_t panel_len = pfp__tile_x86_tap_len(form) * ((size_t)shape->in_len + 1);
    const size_t panels = ((size_t)shape->out_len + PFP_TILE_X86 - 1) / PFP_TILE_X86;
    const size_t rows = pfp__batch_x86_rows(form);
    const size_t whole = count - count % rows;
    for (size_t n = 0; n < panels; n += PFP_BATCH_X86_PANELS) {
        const float *panel = batch.weights + n * panel_len;
        for (size_t row = 0; row < whole; row += rows) {
            const pfp__batch tile = pfp__batch_from(batch, shape, row);
            if (n + PFP_BATCH_X86_PANELS <= panels) {
                pfp__batch_x86_tile(form, PFP_BATCH_X86_PANELS, shape, &tile, panel,
                                    n * PFP_TILE_X86);
            } else {
                pfp__batch_x86_tile(form, 1, shape, &tile, panel, n * PFP_TILE_X86);
            }
        }
    }
    return whole;
}

#endif
