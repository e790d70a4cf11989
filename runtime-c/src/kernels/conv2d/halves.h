#ifndef PFP_KERNELS_CONV2D_HALVES_H
#define PFP_KERNELS_CONV2D_HALVES_H

/*
 * Sums of the convolution kernels of dtype f16. Include after kernels/linear/halves_neon.h or
 * halves_helium.h. Windows are read where they lie, a row of taps at a time; form det first lays
 * out its planes as halves, padding included.
 */

#include <assert.h>
#include <string.h>

#include "kernels/conv2d/window.h"
#include "kernels/linear/halves.h"

/* A convolution over halves. `shape` is the kernel's own, or that of the planes in scratch. */
typedef struct pfp__conv2d_halves {
    pfp_conv2d_shape shape;
    pfp__halves_in in;
    size_t plane; /* elements of one */
    size_t taps;  /* of a window in one plane */
    size_t panel_bytes;
    const uint8_t *weights;
    pfp_half *out_mean, *out_var;
} pfp__conv2d_halves;

PFP_INLINE pfp__conv2d_halves pfp__conv2d_halves_of(const pfp_conv2d_shape *s, pfp__halves_in in,
                                                    const void *weights, pfp_half *out_mean,
                                                    pfp_half *out_var) {
    pfp__conv2d_halves c;
    c.shape = *s;
    c.in = in;
    c.plane = (size_t)s->in_h * s->in_w * s->in_c;
    c.taps = (size_t)s->kernel_h * s->kernel_w * s->in_c;
    c.panel_bytes = pfp__stored_panel_bytes(PFP_F16, s->in_planes * c.taps);
    c.weights = weights;
    c.out_mean = out_mean;
    c.out_var = out_var;
    return c;
}

PFP_INLINE pfp__conv2d_halves pfp__conv2d_halves_general(const pfp_conv2d_shape *s,
                                                         const pfp_half *in_mean,
                                                         const pfp_half *in_var,
                                                         const void *weights, pfp_half *scratch,
                                                         pfp_half *out_mean, pfp_half *out_var) {
    assert(s != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp__halves_in in = {in_mean, in_var, scratch};
    pfp__halves_m2((size_t)s->in_h * s->in_w * s->in_c, in_mean, in_var, scratch);
    return pfp__conv2d_halves_of(s, in, weights, out_mean, out_var);
}

/* `pooled`: how many rows and columns of the convolution each output stands for. */
PFP_INLINE pfp__conv2d_halves pfp__conv2d_halves_det(const pfp_conv2d_shape *s, uint32_t pooled,
                                                     const float *in, const float *shift,
                                                     const void *weights, pfp_half *scratch,
                                                     pfp_half *out_mean, pfp_half *out_var) {
    assert(s != NULL && in != NULL && shift != NULL && weights != NULL);
    pfp_conv2d_shape planes = *s;
    planes.in_h = (pooled * s->out_h - 1) * s->stride_h + s->kernel_h;
    planes.in_w = (pooled * s->out_w - 1) * s->stride_w + s->kernel_w;
    planes.pad_top = 0;
    planes.pad_left = 0;
    const size_t row = (size_t)planes.in_w * s->in_c;
    const size_t len = s->in_planes * planes.in_h * row;
    const uint32_t fit = planes.in_w > s->pad_left ? planes.in_w - s->pad_left : 0;
    const size_t width = (size_t)(s->in_w < fit ? s->in_w : fit) * s->in_c;
    memset(scratch, 0, 2 * len * sizeof *scratch);
    for (size_t p = 0; p < s->in_planes; p++) {
        for (size_t y = 0; y < s->in_h && y + s->pad_top < planes.in_h; y++) {
            const size_t to =
                (p * planes.in_h + y + s->pad_top) * row + (size_t)s->pad_left * s->in_c;
            pfp__halves_from_floats(width, in + (p * s->in_h + y) * s->in_w * s->in_c, shift[p],
                                    shift[s->in_planes], scratch + to, scratch + len + to);
        }
    }
    const pfp__halves_in halves = {scratch, NULL, scratch + len};
    return pfp__conv2d_halves_of(&planes, halves, weights, out_mean, out_var);
}

PFP_INLINE int pfp__window_is_whole(const pfp__window *w, const pfp_conv2d_shape *s) {
    return w->rows == s->kernel_h && w->run == (size_t)s->kernel_w * s->in_c;
}

PFP_INLINE void pfp__runs_turn(pfp__run *runs, size_t count, int det, pfp__sums *sums) {
    pfp__runs_widen(runs, count, det, sums);
    pfp__runs_zero(runs, count);
}

/*
 * The sums of one panel at `positions` windows that have the same taps. Runs take whole rows of
 * taps, or parts of rows that are longer.
 */
PFP_INLINE void pfp__windows_add(size_t positions, int det, const pfp__conv2d_halves *c,
                                 const pfp__window *windows, const uint8_t *panel,
                                 pfp__sums *sums) {
    const pfp__window w = windows[0];
    const size_t row = (size_t)c->shape.kernel_w * c->shape.in_c;
    const size_t rows_a_run = row < PFP_HALVES_RUN ? PFP_HALVES_RUN / row : 1;
    const size_t first = w.tap / row, begin = w.tap % row;
    const pfp_half *weights =
        (const pfp_half *)(const void *)(panel + pfp__stored_header(PFP_F16) * sizeof(float));
    pfp__run runs[PFP_HALVES_POSITIONS];
    pfp__sums_zero(sums, positions);
    pfp__runs_zero(runs, positions);
    for (size_t p = 0; p < c->shape.in_planes; p++) {
        for (size_t y = 0; y < w.rows; y++) {
            if (y > 0 && (first + y) % rows_a_run == 0) {
                pfp__runs_turn(runs, positions, det, sums);
            }
            size_t end;
            for (size_t t = begin; t < begin + w.run; t = end) {
                if (t > begin) {
                    pfp__runs_turn(runs, positions, det, sums);
                }
                end = begin + w.run;
                if (row > PFP_HALVES_RUN && t - t % PFP_HALVES_RUN + PFP_HALVES_RUN < end) {
                    end = t - t % PFP_HALVES_RUN + PFP_HALVES_RUN;
                }
                pfp__halves_in at[PFP_HALVES_POSITIONS];
                for (size_t i = 0; i < positions; i++) {
                    at[i] = pfp__halves_at(
                        &c->in, det, p * c->plane + windows[i].in + y * w.in_step + t - begin);
                }
                const size_t k = p * c->taps + (first + y) * row + t;
                pfp__runs_add(runs, 1, positions, det, end - t, 0, at,
                              weights + 2 * PFP_STORED_TILE * k);
            }
        }
        pfp__runs_turn(runs, positions, det, sums);
    }
}

PFP_OUTLINE void pfp__windows_general(const pfp__conv2d_halves *c, const pfp__window *windows,
                                      const uint8_t *panel, pfp__sums *sums) {
    pfp__windows_add(PFP_HALVES_POSITIONS, 0, c, windows, panel, sums);
}

PFP_OUTLINE void pfp__windows_det(const pfp__conv2d_halves *c, const pfp__window *windows,
                                  const uint8_t *panel, pfp__sums *sums) {
    pfp__windows_add(PFP_HALVES_POSITIONS, 1, c, windows, panel, sums);
}

PFP_OUTLINE void pfp__window_general(const pfp__conv2d_halves *c, const pfp__window *window,
                                     const uint8_t *panel, pfp__sums *sums) {
    pfp__windows_add(1, 0, c, window, panel, sums);
}

PFP_OUTLINE void pfp__window_det(const pfp__conv2d_halves *c, const pfp__window *window,
                                 const uint8_t *panel, pfp__sums *sums) {
    pfp__windows_add(1, 1, c, window, panel, sums);
}

/* The sums of one panel at `count` windows, several at once where none of them meets padding. */
PFP_INLINE void pfp__windows_sum(int det, const pfp__conv2d_halves *c, size_t count,
                                 const pfp__window *windows, const uint8_t *panel,
                                 pfp__sums *sums) {
    size_t i = 0;
    while (i < count) {
        size_t whole = 0;
        while (whole < PFP_HALVES_POSITIONS && i + whole < count &&
               pfp__window_is_whole(&windows[i + whole], &c->shape)) {
            whole++;
        }
        if (whole == PFP_HALVES_POSITIONS) {
            (det ? pfp__windows_det : pfp__windows_general)(c, windows + i, panel, sums + i);
            i += PFP_HALVES_POSITIONS;
        } else {
            (det ? pfp__window_det : pfp__window_general)(c, windows + i, panel, sums + i);
            i++;
        }
    }
}

/* conv2d: positions of a row, PFP_HALVES_POSITIONS at a time. */
PFP_INLINE void pfp__conv2d_halves_run(int det, const pfp__conv2d_halves *c) {
    const pfp_conv2d_shape *s = &c->shape;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x += PFP_HALVES_POSITIONS) {
            const size_t left = s->out_w - x;
            const size_t count = left < PFP_HALVES_POSITIONS ? left : PFP_HALVES_POSITIONS;
            pfp__window windows[PFP_HALVES_POSITIONS];
            for (uint32_t i = 0; i < count; i++) {
                windows[i] = pfp__window_of(s, y, x + i);
            }
            const uint8_t *panel = c->weights;
            for (size_t first = 0; first < s->out_c; first += PFP_STORED_TILE) {
                pfp__sums sums[PFP_HALVES_POSITIONS];
                pfp__windows_sum(det, c, count, windows, panel, sums);
                size_t out = ((size_t)y * s->out_w + x) * s->out_c + first;
                for (size_t i = 0; i < count; i++, out += s->out_c) {
                    pfp__sums_store(&sums[i], det, (const float *)(const void *)panel,
                                    s->out_c - first, c->out_mean + out, c->out_var + out);
                }
                panel += c->panel_bytes;
            }
        }
    }
}

#endif
