#ifndef PFP_KERNELS_CONV2D_STORED_H
#define PFP_KERNELS_CONV2D_STORED_H

/*
 * Convolutions with weights of a compact format, four positions by eight outputs at a time. Include
 * after a vec header of four lanes and one of kernels/linear/quad_stored_c.h and its siblings.
 * Padding is added as products with zero.
 */

#include "kernels/conv2d/band.h"
#include "kernels/conv2d/form.h"
#include "vec/fma.h"
#include "vec/gauss.h"

enum {
    /* Panels that share the laying out of inputs. */
    PFP_QUAD_PANELS = 4
};

/* What a kernel is called with. */
typedef struct pfp__conv2d_task {
    const pfp_conv2d_shape *shape;
    pfp__conv2d_in in;
    const uint8_t *weights;
    float *out_mean, *out_var;
} pfp__conv2d_task;

/*
 * The windows of a quad: where they begin in the padded input and, where all of them lie within the
 * input, `whole`, in its first plane.
 */
typedef struct pfp__quad_windows {
    size_t y[PFP_QUAD], x[PFP_QUAD];
    size_t in[PFP_QUAD];
    int whole;
} pfp__quad_windows;

PFP_OUTLINE void pfp__quad_windows_set(pfp__quad_windows *w, const pfp_conv2d_shape *s, size_t i,
                                       uint32_t y, uint32_t x) {
    w->y[i] = (size_t)y * s->stride_h;
    w->x[i] = (size_t)x * s->stride_w;
    const int is_inside =
        w->y[i] >= s->pad_top && w->y[i] + s->kernel_h <= (size_t)s->pad_top + s->in_h &&
        w->x[i] >= s->pad_left && w->x[i] + s->kernel_w <= (size_t)s->pad_left + s->in_w;
    w->whole = is_inside && (i == 0 || w->whole);
    w->in[i] = is_inside ? ((w->y[i] - s->pad_top) * s->in_w + w->x[i] - s->pad_left) * s->in_c : 0;
}

/*
 * What is laid out at once: `count` taps of a kernel row, or of each of `times` whole rows, from
 * tap `k` of the chunk on.
 */
typedef struct pfp__quad_piece {
    size_t plane;  /* the first input of its plane */
    size_t row;    /* of the kernel */
    size_t column; /* in floats */
    size_t count, times, k;
    const float *shift; /* of the plane, in form det */
} pfp__quad_piece;

/* Where taps of a kernel row are for each position, and those of the next row from there. */
typedef struct pfp__quad_rows {
    const float *mean[PFP_QUAD], *var[PFP_QUAD];
    size_t step;
} pfp__quad_rows;

/* By fours, of which the last of a row may repeat some. */
PFP_OUTLINE void pfp__quad_turn(int det, const pfp__quad_rows *rows, float shift, size_t count,
                                size_t times, size_t k, pfp__quad_inputs *to) {
    const pfp__quad_rows r = *rows;
    const size_t last = count < 4 ? 0 : count - 4;
    for (size_t row = 0; row < times; row++, k += count) {
        const size_t begin = row * r.step;
        for (size_t n = 0;; n = n + 4 < last ? n + 4 : last) {
            pfp__vec m[PFP_QUAD], v[PFP_QUAD];
            for (size_t i = 0; i < PFP_QUAD; i++) {
                m[i] = pfp__vec_load(r.mean[i] + begin + n);
                m[i] = det ? pfp__vec_sub(m[i], pfp__vec_set1(shift)) : m[i];
            }
            pfp__vec_store_turned(to->m + k + n, m);
            if (!det) {
                for (size_t i = 0; i < PFP_QUAD; i++) {
                    v[i] = pfp__vec_load(r.var[i] + begin + n);
                }
                pfp__vec_store_turned(to->v + k + n, v);
            }
            for (size_t i = 0; i < PFP_QUAD; i++) {
                m[i] = det ? pfp__vec_mul(m[i], m[i]) : pfp__vec_fma(v[i], m[i], m[i]);
            }
            pfp__vec_store_turned(to->m2 + k + n, m);
            if (n == last) {
                break;
            }
        }
    }
}

/* Of windows that lie within the input; four taps or more. */
PFP_INLINE void pfp__quad_fill_whole(int det, const pfp__conv2d_task *t, const pfp__quad_windows *w,
                                     const pfp__quad_piece *piece, pfp__quad_inputs *to) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t offset = piece->plane + piece->row * s->in_w * s->in_c + piece->column;
    pfp__quad_rows rows;
    for (size_t i = 0; i < PFP_QUAD; i++) {
        rows.mean[i] = t->in.mean + w->in[i] + offset;
        rows.var[i] = det ? NULL : t->in.var + w->in[i] + offset;
    }
    rows.step = (size_t)s->in_w * s->in_c;
    pfp__quad_turn(det, &rows, det ? *piece->shift : 0.0f, piece->count, piece->times, piece->k,
                   to);
}

/* `count` floats, of which a part may be padding: `outside`. */
PFP_OUTLINE void pfp__quad_copy(const pfp__stretch *stretch, const float *in, float outside,
                                size_t count, float *to) {
    for (size_t n = 0; n < count && stretch->inside < count; n += 4) {
        pfp__vec_store_first(to + n, pfp__vec_set1(outside), count - n < 4 ? count - n : 4);
    }
    to += stretch->before;
    for (size_t n = 0; n < stretch->inside; n += 4) {
        const size_t left = stretch->inside - n;
        if (left >= 4) {
            pfp__vec_store(to + n, pfp__vec_load(in + n));
        } else {
            pfp__vec_store_first(to + n, pfp__vec_load_first(in + n, left), left);
        }
    }
}

enum { PFP_QUAD_COPY = 16 };

/* Of any windows: from copies with their padding. */
PFP_OUTLINE void pfp__quad_fill_any(int det, const pfp__conv2d_task *t, const pfp__quad_windows *w,
                                    const pfp__quad_piece *piece, pfp__quad_inputs *to) {
    const pfp_conv2d_shape *s = t->shape;
    const float shift = det ? *piece->shift : 0.0f;
    float mean[PFP_QUAD][PFP_QUAD_COPY], var[PFP_QUAD][PFP_QUAD_COPY];
    pfp__quad_rows rows;
    rows.step = 0;
    for (size_t i = 0; i < PFP_QUAD; i++) {
        rows.mean[i] = mean[i];
        rows.var[i] = var[i];
    }
    for (size_t n = 0; n < piece->count; n += PFP_QUAD_COPY) {
        const size_t left = piece->count - n;
        const size_t count = left < PFP_QUAD_COPY ? left : PFP_QUAD_COPY;
        /* A vector may reach past fewer than four. */
        const pfp__vec zero = pfp__vec_set1(0.0f);
        for (size_t i = 0; i < PFP_QUAD; i++) {
            const pfp__stretch stretch = pfp__stretch_at(
                s, w->y[i] + piece->row, w->x[i] * s->in_c + piece->column + n, count);
            const size_t in = piece->plane + stretch.in;
            pfp__vec_store(mean[i], zero);
            pfp__vec_store(var[i], zero);
            pfp__quad_copy(&stretch, t->in.mean + in, shift, count, mean[i]);
            if (!det) {
                pfp__quad_copy(&stretch, t->in.var + in, 0.0f, count, var[i]);
            }
        }
        pfp__quad_turn(det, &rows, shift, count, 1, piece->k + n, to);
    }
}

/* Lays out the next `len` taps of the windows; `piece` is where they begin, and then where they
 * end. */
PFP_INLINE void pfp__quad_fill(pfp__format format, int det, const pfp__conv2d_task *t,
                               const pfp__quad_windows *w, pfp__quad_piece *piece, size_t len,
                               pfp__quad_inputs *to) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t run = (size_t)s->kernel_w * s->in_c;
    for (piece->k = 0; piece->k < len; piece->k += piece->count * piece->times) {
        if (piece->column == run) {
            piece->column = 0;
            piece->row++;
        }
        if (piece->row == s->kernel_h) {
            piece->row = 0;
            piece->plane += (size_t)s->in_h * s->in_w * s->in_c;
            piece->shift = det ? piece->shift + 1 : NULL;
        }
        const size_t left = len - piece->k, rest = run - piece->column;
        piece->count = rest < left ? rest : left;
        piece->times = 1;
        if (w->whole && piece->count >= 4) {
            if (piece->count == run) {
                const size_t rows = s->kernel_h - piece->row;
                piece->times = left / run < rows ? left / run : rows;
            }
            pfp__quad_fill_whole(det, t, w, piece, to);
            piece->row += piece->times - 1;
        } else {
            pfp__quad_fill_any(det, t, w, piece, to);
        }
        piece->column += piece->count;
    }
    pfp__quad_prepare(format, len, to);
}

PFP_INLINE size_t pfp__conv2d_stored_taps(const pfp_conv2d_shape *s) {
    return (size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c;
}

PFP_INLINE const uint8_t *pfp__conv2d_stored_panel(pfp__format format, const pfp__conv2d_task *t,
                                                   size_t first) {
    const size_t bytes = pfp__stored_panel_bytes(format, pfp__conv2d_stored_taps(t->shape));
    return t->weights + first / PFP_STORED_TILE * bytes;
}

/* The sums at a quad's windows of as many panels from output `first` on as `sums` has room for. */
PFP_OUTLINE void pfp__quad_run(pfp__format format, int det, const pfp__conv2d_task *t,
                               const pfp__quad_windows *w, size_t first, pfp__quad_sums *sums) {
    const size_t taps = pfp__conv2d_stored_taps(t->shape), out_c = t->shape->out_c;
    const size_t bytes = pfp__stored_panel_bytes(format, taps);
    const uint8_t *weights =
        pfp__conv2d_stored_panel(format, t, first) + pfp__stored_header(format) * sizeof(float);
    pfp__quad_inputs inputs;
    pfp__quad_piece piece = {0, 0, 0, 0, 1, 0, t->in.shift};
    for (size_t k = 0; k < taps; k += PFP_QUAD_CHUNK) {
        const size_t len = taps - k < PFP_QUAD_CHUNK ? taps - k : PFP_QUAD_CHUNK;
        pfp__quad_fill(format, det, t, w, &piece, len, &inputs);
        for (size_t n = 0; n < PFP_QUAD_PANELS && first + n * PFP_STORED_TILE < out_c; n++) {
            pfp__quad_sums_add(&sums[n], k > 0, format, det, len,
                               out_c - first - n * PFP_STORED_TILE, &inputs,
                               weights + n * bytes + pfp__stored_bytes(format, k));
        }
    }
}

/* Biases and scales of four outputs. */
typedef struct pfp__quad_scales {
    pfp__vec mb, vb, sm, sv;
} pfp__quad_scales;

/* Those from output `o` of a panel on. */
PFP_INLINE pfp__quad_scales pfp__quad_scales_of(pfp__format format, const float *header, size_t o) {
    pfp__quad_scales s;
    s.mb = pfp__vec_load(header + o);
    s.vb = pfp__vec_load(header + PFP_STORED_TILE + o);
    s.sm = format == PFP_BF16 ? s.mb : pfp__vec_load(header + 2 * PFP_STORED_TILE + o);
    s.sv = format == PFP_BF16 ? s.vb : pfp__vec_load(header + 3 * PFP_STORED_TILE + o);
    return s;
}

/* Scales the sums of position `p`, four outputs from output `o` of a panel on, adds the biases. */
PFP_INLINE pfp__gauss pfp__quad_finish(pfp__format format, int det, const pfp__quad_sums *sums,
                                       const pfp__quad_scales *s, size_t p, size_t o) {
    const pfp__vec mean = pfp__vec_load(&sums->mean[p][o]), b = pfp__vec_load(&sums->b[p][o]);
    pfp__gauss g;
    if (format == PFP_BF16) {
        g.mean = pfp__vec_add(mean, s->mb);
        g.var = pfp__vec_add(b, s->vb);
        if (!det) {
            g.var = pfp__vec_add(pfp__vec_load(&sums->a[p][o]), g.var);
        }
        return g;
    }
    g.mean = pfp__vec_fma(s->mb, mean, s->sm);
    /* What was taken out of a sum of zero can leave a rounding error below it. */
    g.var = pfp__vec_fma(s->vb, pfp__vec_max(b, pfp__vec_set1(0.0f)), s->sv);
    if (!det) {
        g.var = pfp__vec_fma(g.var, pfp__vec_load(&sums->a[p][o]), pfp__vec_mul(s->sm, s->sm));
    }
    return g;
}

/* What becomes of a quad's sums of one panel: for `count` positions from output `out` on. */
PFP_OUTLINE void pfp__quad_store(pfp__format format, int det, const pfp__conv2d_task *t,
                                 const pfp__quad_sums *sums, const float *header, size_t count,
                                 size_t out, size_t left) {
    const size_t step = t->shape->out_c;
    for (size_t o = 0; o < PFP_STORED_TILE && o < left; o += 4) {
        const pfp__quad_scales scales = pfp__quad_scales_of(format, header, o);
        const size_t lanes = left - o < 4 ? left - o : 4;
        float *mean = t->out_mean + out + o, *var = t->out_var + out + o;
        for (size_t p = 0; p < count; p++) {
            pfp__gauss_store(mean, var, pfp__quad_finish(format, det, sums, &scales, p, o), lanes);
            mean += step;
            var += step;
        }
    }
}

/* Floats that a padded row of outputs may take: where there is an operating system, more. */
enum { PFP_QUAD_STRIP = PFP_HAS_NEON || PFP_HAS_X86 ? 2048 : 512 };

/*
 * A convolution as one without padding: row by row of its outputs, each from a copy of what it
 * meets. Where no window reaches into padding, or a row takes more than the strip has, all at once.
 */
typedef struct pfp__conv2d_rows {
    pfp__conv2d_task task; /* the next part */
    pfp_conv2d_shape shape;
    uint32_t y;
    float strip[PFP_QUAD_STRIP];
} pfp__conv2d_rows;

/* With `pool` 2, windows of two by two positions stand for outputs. */
PFP_INLINE void pfp__conv2d_rows_begin(pfp__conv2d_rows *r, int det, uint32_t pool,
                                       const pfp__conv2d_task *t) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t height = (size_t)(pool * s->out_h - 1) * s->stride_h + s->kernel_h;
    const size_t width = (size_t)(pool * s->out_w - 1) * s->stride_w + s->kernel_w;
    const size_t rows = (size_t)(pool - 1) * s->stride_h + s->kernel_h;
    const int is_padded = s->pad_top > 0 || s->pad_left > 0 || height > s->in_h || width > s->in_w;
    r->task = *t;
    r->shape = *s;
    r->y = 0;
    if (is_padded && rows * width <= PFP_QUAD_STRIP / (det ? 1u : 2u) / s->in_planes / s->in_c) {
        r->task.shape = &r->shape;
        r->shape.in_h = (uint32_t)rows;
        r->shape.in_w = (uint32_t)width;
        r->shape.pad_top = 0;
        r->shape.pad_left = 0;
        r->shape.out_h = 1;
    }
}

PFP_OUTLINE void pfp__conv2d_rows_copy(pfp__conv2d_rows *r, int det, uint32_t pool,
                                       const pfp__conv2d_task *t) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t len = (size_t)r->shape.in_w * s->in_c;
    const size_t all = len * r->shape.in_h * s->in_planes;
    float *to = r->strip;
    for (size_t plane = 0; plane < s->in_planes; plane++) {
        for (size_t row = 0; row < r->shape.in_h; row++) {
            const pfp__stretch stretch =
                pfp__stretch_at(s, (size_t)pool * r->y * s->stride_h + row, 0, len);
            const size_t in = plane * s->in_h * s->in_w * s->in_c + stretch.in;
            pfp__quad_copy(&stretch, t->in.mean + in, det ? t->in.shift[plane] : 0.0f, len, to);
            if (!det) {
                pfp__quad_copy(&stretch, t->in.var + in, 0.0f, len, to + all);
            }
            to += len;
        }
    }
    const size_t out = (size_t)r->y * s->out_w * s->out_c;
    r->task.in.mean = r->strip;
    r->task.in.var = det ? NULL : r->strip + all;
    r->task.out_mean = t->out_mean + out;
    r->task.out_var = t->out_var + out;
}

/* Makes `task` the next part; returns 0 past the last. */
PFP_INLINE int pfp__conv2d_rows_next(pfp__conv2d_rows *r, int det, uint32_t pool,
                                     const pfp__conv2d_task *t) {
    if (r->y == t->shape->out_h) {
        return 0;
    }
    if (r->task.shape == t->shape) {
        r->y = t->shape->out_h;
    } else {
        pfp__conv2d_rows_copy(r, det, pool, t);
        r->y++;
    }
    return 1;
}

PFP_INLINE void pfp__conv2d_stored_part(pfp__format format, int det, const pfp__conv2d_task *t) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t positions = (size_t)s->out_h * s->out_w;
    pfp__quad_sums sums[PFP_QUAD_PANELS];
    pfp__quad_windows w;
    uint32_t y = 0, x = 0;
    for (size_t position = 0; position < positions; position += PFP_QUAD) {
        const size_t left = positions - position;
        const size_t count = left < PFP_QUAD ? left : PFP_QUAD;
        for (size_t i = 0; i < PFP_QUAD; i++) {
            pfp__quad_windows_set(&w, s, i, y, x);
            /* Past the end, the last position again. */
            if (i + 1 < left && ++x == s->out_w) {
                x = 0;
                y++;
            }
        }
        for (size_t first = 0; first < s->out_c; first += PFP_QUAD_PANELS * PFP_STORED_TILE) {
            pfp__quad_run(format, det, t, &w, first, sums);
            for (size_t n = 0; n < PFP_QUAD_PANELS; n++) {
                const size_t c = first + n * PFP_STORED_TILE;
                if (c < s->out_c) {
                    const uint8_t *panel = pfp__conv2d_stored_panel(format, t, c);
                    pfp__quad_store(format, det, t, &sums[n], (const float *)(const void *)panel,
                                    count, position * s->out_c + c, s->out_c - c);
                }
            }
        }
    }
}

PFP_INLINE void pfp__conv2d_stored(pfp__format format, int det, const pfp__conv2d_task *t) {
    pfp__conv2d_rows r;
    pfp__conv2d_rows_begin(&r, det, 1, t);
    while (pfp__conv2d_rows_next(&r, det, 1, t)) {
        pfp__conv2d_stored_part(format, det, &r.task);
    }
}

#endif
