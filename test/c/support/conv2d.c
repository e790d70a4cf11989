#include "support/conv2d.h"

#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const forms[] = {"general", "det", "exact"};

static int is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static int is_pooled(const char *op) {
    return is(op, "conv2d_maxpool2d_relu");
}

size_t conv2d_input_len(const pfp_conv2d_shape *s) {
    return (size_t)s->in_planes * s->in_h * s->in_w * s->in_c;
}

size_t conv2d_output_len(const pfp_conv2d_shape *s) {
    return (size_t)s->out_h * s->out_w * s->out_c;
}

linear conv2d_draw(const kernel *k, draw_kind kind, const pfp_conv2d_shape *s) {
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c;
    linear l = linear_draw(kind, conv2d_input_len(s), taps, s->out_c);
    if (is(k->form, "det")) {
        linear_draw_shift(&l, s->in_planes);
    }
    return l;
}

static float *scratch_of(const kernel *k, const pfp_conv2d_shape *s) {
    const size_t row = (size_t)(s->kernel_w + s->stride_w) * s->in_c;
    if (is(k->scratch, "none")) {
        return NULL;
    }
    if (is(k->scratch, "row")) {
        return guarded_floats(row);
    }
    if (is(k->scratch, "patches")) {
        return guarded_floats(2 * s->in_planes * (s->kernel_h + s->stride_h) * row);
    }
    if (is(k->scratch, "strip")) {
        const int pooled = is_pooled(k->op);
        const size_t rows = s->kernel_h + (pooled ? s->stride_h : 0);
        const size_t columns = s->kernel_w + (pooled ? 3 : 7) * (size_t)s->stride_w;
        return guarded_floats((is(k->form, "exact") ? 1 : 2) * s->in_planes * rows * columns);
    }
    return guarded_floats((s->kernel_h + s->stride_h) * row);
}

conv2d_outputs conv2d_run_stored(const kernel *k, const stored *packed, const pfp_conv2d_shape *s) {
    const linear *l = &packed->unpacked;
    const conv2d_outputs out = {guarded_floats(conv2d_output_len(s)),
                                guarded_floats(conv2d_output_len(s))};
    float *scratch = scratch_of(k, s);
    if (is(k->form, "det")) {
        ((conv2d_det *)k->function)(s, l->in_mean, l->shift, packed->packed, scratch, out.mean,
                                    out.var);
    } else {
        ((conv2d_general *)k->function)(s, l->in_mean, l->in_var, packed->packed, scratch, out.mean,
                                        out.var);
    }
    return out;
}

static const void *pack(const kernel *k, const linear *l) {
    if (is_compact(k)) {
        return stored_pack(l, k->weights).packed;
    }
    return is(k->form, "exact") ? linear_pack_means(l, k->outputs) : linear_pack(l, k->outputs);
}

void conv2d_run_into(const kernel *k, const linear *l, const pfp_conv2d_shape *s,
                     conv2d_outputs out) {
    float *scratch = scratch_of(k, s);
    const void *weights = pack(k, l);
    if (is(k->form, "exact")) {
        ((conv2d_exact *)k->function)(s, l->in_mean, weights, scratch, out.mean);
    } else if (is(k->form, "det")) {
        ((conv2d_det *)k->function)(s, l->in_mean, l->shift, weights, scratch, out.mean, out.var);
    } else {
        ((conv2d_general *)k->function)(s, l->in_mean, l->in_var, weights, scratch, out.mean,
                                        out.var);
    }
}

conv2d_outputs conv2d_run(const kernel *k, const linear *l, const pfp_conv2d_shape *s) {
    conv2d_outputs out = {guarded_floats(conv2d_output_len(s)), NULL};
    if (!is(k->form, "exact")) {
        out.var = guarded_floats(conv2d_output_len(s));
    }
    conv2d_run_into(k, l, s, out);
    return out;
}

static void name_context(const kernel *k, const pfp_conv2d_shape *s) {
    check_context("%s in %ux%ux%ux%u out %ux%ux%u kernel %ux%u stride %ux%u pad %u,%u", k->symbol,
                  (unsigned)s->in_planes, (unsigned)s->in_h, (unsigned)s->in_w, (unsigned)s->in_c,
                  (unsigned)s->out_h, (unsigned)s->out_w, (unsigned)s->out_c, (unsigned)s->kernel_h,
                  (unsigned)s->kernel_w, (unsigned)s->stride_h, (unsigned)s->stride_w,
                  (unsigned)s->pad_top, (unsigned)s->pad_left);
}

typedef struct size2 {
    uint32_t h, w;
} size2;

typedef struct padding {
    uint32_t top, left, bottom, right;
} padding;

typedef struct depth {
    uint32_t planes, channels;
} depth;

static const size2 inputs[] = {{1, 1}, {2, 9}, {5, 7}, {8, 6}};
static const size2 pooled_inputs[] = {{2, 2}, {3, 19}, {5, 7}, {8, 6}};
static const size2 kernel_sizes[] = {{1, 1}, {3, 3}, {5, 5}, {3, 5}};
static const size2 strides[] = {{1, 1}, {2, 2}, {2, 1}};
static const padding paddings[] = {
    {0, 0, 0, 0}, {1, 1, 1, 1}, {2, 2, 2, 2}, {0, 2, 1, 0}, {3, 1, 0, 4}};
/* The last is for form det alone. */
static const depth depths[] = {{1, 1}, {1, 3}, {1, 6}, {3, 1}};

static int takes(const kernel *k, depth d) {
    return (d.planes == 1 || is(k->form, "det")) && (d.channels == 1 || is(k->needs, "any"));
}

static uint32_t outputs_along(const kernel *k, uint32_t padded, uint32_t kernel_size,
                              uint32_t stride) {
    const uint32_t positions = padded < kernel_size ? 0 : (padded - kernel_size) / stride + 1;
    return is_pooled(k->op) ? positions / 2 : positions;
}

/* What a shape takes next of depths and of counts of outputs. */
typedef struct turn {
    size_t depth, outputs;
} turn;

/* A few of the depths and counts of outputs: all pairs occur over a few geometries. */
static void check_channels(const kernel *k, draw_kind kind, pfp_conv2d_shape s, turn *next,
                           conv2d_check *check) {
    const size_t t = k->outputs;
    const size_t out_channels[] = {1, t - 1, t, t + 1, 2 * t + 1};
    for (int i = 0; i < 2; i++) {
        do {
            next->depth = (next->depth + 1) % COUNT(depths);
        } while (!takes(k, depths[next->depth]));
        next->outputs = (next->outputs + 1) % COUNT(out_channels);
        s.in_planes = depths[next->depth].planes;
        s.in_c = depths[next->depth].channels;
        s.out_c = (uint32_t)out_channels[next->outputs];
        name_context(k, &s);
        check(k, kind, &s);
        guarded_release_all();
    }
}

static pfp_conv2d_shape shape_of(const kernel *k, size2 in, size2 kernel_size, size2 stride,
                                 const padding *pad) {
    pfp_conv2d_shape s;
    memset(&s, 0, sizeof s);
    s.in_h = in.h;
    s.in_w = in.w;
    s.kernel_h = kernel_size.h;
    s.kernel_w = kernel_size.w;
    s.stride_h = stride.h;
    s.stride_w = stride.w;
    s.pad_top = pad->top;
    s.pad_left = pad->left;
    s.out_h = outputs_along(k, pad->top + in.h + pad->bottom, kernel_size.h, stride.h);
    s.out_w = outputs_along(k, pad->left + in.w + pad->right, kernel_size.w, stride.w);
    return s;
}

void conv2d_for_each_shape(const kernel *k, draw_kind kind, conv2d_check *check) {
    turn next = {0, 0};
    draw_restart();
    for (size_t i = 0; i < COUNT(inputs); i++) {
        for (size_t n = 0; n < COUNT(kernel_sizes); n++) {
            for (size_t d = 0; d < COUNT(strides); d++) {
                for (size_t p = 0; p < COUNT(paddings); p++) {
                    const size2 in = is_pooled(k->op) ? pooled_inputs[i] : inputs[i];
                    const pfp_conv2d_shape s =
                        shape_of(k, in, kernel_sizes[n], strides[d], &paddings[p]);
                    if (s.out_h > 0 && s.out_w > 0) {
                        check_channels(k, kind, s, &next, check);
                    }
                }
            }
        }
    }
}

/* Rows of several vectors of positions, from few channels to more than a kernel takes at once. */
static void check_wide(const kernel *k, draw_kind kind, conv2d_check *check) {
    static const uint32_t widths[] = {15, 16, 31, 33, 70};
    static const uint32_t out_channels[] = {1, 5, 6, 7, 13, 19};
    static const size2 kernel_size = {3, 5}, stride = {1, 1};
    for (size_t w = 0; w < COUNT(widths); w++) {
        for (size_t o = 0; o < COUNT(out_channels); o++) {
            const size2 in = {4, widths[w]};
            pfp_conv2d_shape s =
                shape_of(k, in, kernel_size, stride, &paddings[w % COUNT(paddings)]);
            s.in_planes = is(k->form, "det") ? 1 + (uint32_t)o % 3 : 1;
            s.in_c = 1;
            s.out_c = out_channels[o];
            name_context(k, &s);
            check(k, kind, &s);
            guarded_release_all();
        }
    }
}

/*
 * Inputs and weights that a kernel with buffers of a few kilobytes cannot hold at once: too many
 * rows, too wide a row, too large a window, too many taps.
 */
static void check_large(const kernel *k, conv2d_check *check) {
    static const pfp_conv2d_shape deep[] = {
        {40, 9, 12, 40, 9, 5, 3, 3, 1, 1, 1, 1, 1},
        {4, 19, 70, 4, 19, 9, 3, 3, 1, 1, 1, 1, 1},
        {3, 5, 530, 2, 4, 5, 3, 3, 1, 1, 1, 1, 1},
    };
    static const pfp_conv2d_shape planar[] = {
        {70, 30, 1, 70, 30, 5, 3, 3, 1, 1, 1, 1, 1}, {6, 400, 1, 6, 400, 5, 3, 3, 1, 1, 1, 1, 1},
        {6, 400, 1, 4, 200, 5, 3, 3, 1, 2, 1, 1, 3}, {40, 44, 1, 2, 6, 7, 48, 48, 1, 1, 4, 4, 1},
        {26, 30, 1, 2, 6, 7, 25, 25, 1, 1, 0, 0, 1},
    };
    const int is_planar = is(k->needs, "planar");
    const size_t count = is_planar ? COUNT(planar) : COUNT(deep);
    for (size_t i = 0; i < count; i++) {
        pfp_conv2d_shape s = is_planar ? planar[i] : deep[i];
        s.in_planes = is(k->form, "det") ? s.in_planes : 1;
        s.out_h /= is_pooled(k->op) ? 2 : 1;
        s.out_w /= is_pooled(k->op) ? 2 : 1;
        name_context(k, &s);
        check(k, DRAW_TYPICAL, &s);
        guarded_release_all();
    }
}

void conv2d_for_each_large(const char *op, conv2d_check *check) {
    draw_restart();
    for (size_t f = 0; f < COUNT(forms); f++) {
        FOR_EACH_KERNEL(k, op, forms[f]) {
            if (!is(k->isa, "c")) {
                check_large(k, check);
            }
        }
    }
}

void conv2d_stored_for_each_large(const char *op, conv2d_check *check) {
    draw_restart();
    for (size_t f = 0; f < COUNT(forms); f++) {
        FOR_EACH_STORED_KERNEL(k, op, forms[f]) {
            if (!is(k->isa, "c")) {
                check_large(k, check);
            }
        }
    }
}

void conv2d_for_each(const char *op, draw_kind kind, conv2d_check *check) {
    for (size_t f = 0; f < COUNT(forms); f++) {
        FOR_EACH_KERNEL(k, op, forms[f]) {
            conv2d_for_each_shape(k, kind, check);
            check_wide(k, kind, check);
        }
    }
}

/* How far before the input the outputs begin, so that no row of them reaches an input row that it
 * or a later one needs. */
static size_t smallest_lead(const kernel *k, const pfp_conv2d_shape *s) {
    const uint32_t stride = s->stride_h * (is_pooled(k->op) ? 2 : 1);
    const size_t in_row = (size_t)s->in_w * s->in_c;
    const size_t out_row = (size_t)s->out_w * s->out_c;
    size_t lead = 0;
    for (uint32_t y = 0; y < s->out_h; y++) {
        const uint32_t start = y * stride;
        const uint32_t first = start > s->pad_top ? start - s->pad_top : 0;
        const size_t read = (first < s->in_h ? first : s->in_h) * in_row;
        const size_t written = (y + 1) * out_row;
        if (written > read && written - read > lead) {
            lead = written - read;
        }
    }
    return (lead + 3) / 4 * 4; /* both begin on 16 bytes */
}

/* Copies an input to where outputs may lie over it; returns where they begin. */
static float *place_over(float **in, size_t lead, size_t in_len, size_t out_len) {
    const size_t len = lead + in_len > out_len ? lead + in_len : out_len;
    float *out = guarded_floats((len + 3) / 4 * 4);
    memcpy(out + lead, *in, in_len * sizeof **in);
    *in = out + lead;
    return out;
}

static void check_over(const kernel *k, const pfp_conv2d_shape *s) {
    linear l = conv2d_draw(k, DRAW_TYPICAL, s);
    const conv2d_outputs apart = conv2d_run(k, &l, s);
    const size_t lead = smallest_lead(k, s), len = conv2d_output_len(s);
    conv2d_outputs over = {place_over(&l.in_mean, lead, l.in_len, len), NULL};
    if (apart.var != NULL) {
        over.var = place_over(&l.in_var, lead, l.in_len, len);
    }
    conv2d_run_into(k, &l, s, over);
    check_all_same("mean", len, over.mean, apart.mean);
    if (apart.var != NULL) {
        check_all_same("var", len, over.var, apart.var);
    }
}

/* A row that takes several strips, where an output row reaches just as far as it may. */
static void check_wide_over(const kernel *k) {
    pfp_conv2d_shape s = shape_of(k, (size2){4, 72}, (size2){5, 5}, strides[0], &paddings[2]);
    s.in_planes = 1;
    s.in_c = 1;
    s.out_c = 1;
    name_context(k, &s);
    check_over(k, &s);
    guarded_release_all();
}

/* Of all shapes each `step`th, from `first` on. */
static void check_shapes_over(const kernel *k, size_t first, size_t step) {
    static const size2 sizes[] = {{9, 8}, {12, 7}};
    static const uint32_t in_channels[] = {1, 4, 8};
    static const uint32_t out_channels[] = {4, 12, 20};
    const size_t shapes = COUNT(sizes) * COUNT(kernel_sizes) * COUNT(paddings) * COUNT(in_channels);
    check_wide_over(k);
    for (size_t i = first; i < shapes; i += step) {
        const size_t c = i % COUNT(in_channels), geometry = i / COUNT(in_channels);
        const size_t rest = geometry / COUNT(sizes);
        pfp_conv2d_shape s =
            shape_of(k, sizes[geometry % COUNT(sizes)], kernel_sizes[rest % COUNT(kernel_sizes)],
                     strides[0], &paddings[rest / COUNT(kernel_sizes)]);
        s.in_planes = 1;
        s.in_c = is(k->needs, "planar") ? 1 : in_channels[c];
        s.out_c = out_channels[c];
        name_context(k, &s);
        check_over(k, &s);
        guarded_release_all();
    }
}

void conv2d_check_over_input(const char *op) {
    draw_restart();
    for (size_t f = 0; f < COUNT(forms); f++) {
        FOR_EACH_KERNEL(k, op, forms[f]) {
            if (!is(k->form, "det")) {
                check_shapes_over(k, 0, 1);
            }
        }
    }
}

void conv2d_stored_check_over_input(const char *op) {
    /* The four formats take all shapes between them: they differ only in how weights are expanded.
     */
    enum { FORMATS = 4 };
    size_t checked = 0;
    draw_restart();
    FOR_EACH_STORED_KERNEL(k, op, "general") {
        check_shapes_over(k, checked++ % FORMATS, FORMATS);
    }
}
