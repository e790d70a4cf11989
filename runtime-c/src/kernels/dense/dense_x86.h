#ifndef PFP_KERNELS_DENSE_DENSE_X86_H
#define PFP_KERNELS_DENSE_DENSE_X86_H

/* The bodies of the dense kernels for x86-64: several panels at a time. */

#include "vec/x86.h"
#include "kernels/linear/tile_x86.h"
#include "pfp/pfp_kernels.h"

/* What a form has no use for is NULL. */
typedef struct pfp__dense_x86 {
    const float *in_mean, *in_var, *shift;
    const float *weights;
    float *out_mean, *out_var;
} pfp__dense_x86;

/* `panels`, a constant, from output `first` on. */
PFP_INLINE void pfp__dense_x86_panels(enum pfp__form form, const size_t panels,
                                      const pfp_dense_shape *s, const pfp__dense_x86 *d,
                                      size_t first) {
    const size_t tap_len = pfp__tile_x86_tap_len(form);
    const size_t panel_len = tap_len * ((size_t)s->in_len + 1);
    const float *panel = d->weights + first / PFP_TILE_X86 * panel_len;
    const size_t planes = form == PFP_FORM_DET ? s->in_planes : 1;
    const size_t plane = s->in_len / planes;
    pfp__tile_x86 tiles[PFP_TILE_X86_TILES];
    for (size_t n = 0; n < panels; n++) {
        tiles[n] = pfp__tile_x86_bias(form, panel + n * panel_len);
    }
    for (size_t p = 0; p < planes; p++) {
        pfp__run_x86 run = {d->in_mean + p * plane, d->in_var, 0, 0.0f};
        if (form == PFP_FORM_DET) {
            run.shift = d->shift[p];
        }
        pfp__tiles_x86_add(form, 1, panels, tiles, plane, run, panel + tap_len * (p * plane + 1),
                           panel_len);
    }
    for (size_t n = 0; n < panels; n++) {
        const size_t out = first + n * PFP_TILE_X86;
        pfp__tile_x86_store(form, &tiles[n], s->out_len - out, d->out_mean + out,
                            form == PFP_FORM_EXACT ? NULL : d->out_var + out);
    }
}

PFP_INLINE void pfp__dense_x86_all(enum pfp__form form, const pfp_dense_shape *shape,
                                   const pfp__dense_x86 *d) {
    const pfp_dense_shape s = *shape;
    const size_t panels = ((size_t)s.out_len + PFP_TILE_X86 - 1) / PFP_TILE_X86;
    size_t n = 0;
    for (; n + PFP_TILE_X86_TILES <= panels; n += PFP_TILE_X86_TILES) {
        pfp__dense_x86_panels(form, PFP_TILE_X86_TILES, &s, d, n * PFP_TILE_X86);
    }
#if PFP_LANES == 16
    if (panels - n == 3) {
        pfp__dense_x86_panels(form, 3, &s, d, n * PFP_TILE_X86);
        return;
    }
    if (panels - n == 2) {
        pfp__dense_x86_panels(form, 2, &s, d, n * PFP_TILE_X86);
        return;
    }
#endif
    if (n < panels) {
        pfp__dense_x86_panels(form, 1, &s, d, n * PFP_TILE_X86);
    }
}

#endif
