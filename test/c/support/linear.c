#include "support/linear.h"

#include <math.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"

static float draw_mean(draw_kind kind) {
    switch (kind) {
    case DRAW_WHOLE:
        return draw_whole(-8, 8);
    case DRAW_TYPICAL:
        switch (draw_bits() % 8) {
        case 0:
            return 0.0f;
        case 1:
            return -0.0f;
        default:
            return draw_uniform(-2.0f, 2.0f);
        }
    case DRAW_SPREAD:
    default:
        return (draw_bits() % 2 == 0 ? 1.0f : -1.0f) * draw_magnitude(-12.0f, 6.0f);
    }
}

static float draw_var(draw_kind kind) {
    switch (kind) {
    case DRAW_WHOLE:
        return draw_whole(0, 4);
    case DRAW_TYPICAL:
        return draw_bits() % 8 == 0 ? 0.0f : draw_uniform(0.0f, 1.0f);
    case DRAW_SPREAD:
    default:
        return draw_magnitude(-12.0f, 6.0f);
    }
}

static float *draw_array(float (*draw)(draw_kind), draw_kind kind, size_t len) {
    float *values = guarded_floats(len);
    for (size_t i = 0; i < len; i++) {
        values[i] = draw(kind);
    }
    return values;
}

linear linear_draw(draw_kind kind, size_t in_len, size_t k_len, size_t out_len) {
    linear l;
    l.kind = kind;
    l.in_len = in_len;
    l.k_len = k_len;
    l.out_len = out_len;
    l.in_mean = draw_array(draw_mean, kind, in_len);
    l.in_var = draw_array(draw_var, kind, in_len);
    l.weight_mean = draw_array(draw_mean, kind, out_len * k_len);
    l.weight_var = draw_array(draw_var, kind, out_len * k_len);
    l.bias_mean = draw_array(draw_mean, kind, out_len);
    l.bias_var = draw_array(draw_var, kind, out_len);
    l.planes = 1;
    l.shift = guarded_floats(1);
    l.shift[0] = 0.0f;
    return l;
}

void linear_draw_shift(linear *l, size_t planes) {
    l->planes = planes;
    l->shift = draw_array(draw_mean, l->kind, planes);
}

static void fill(float *values, size_t len, float value) {
    for (size_t i = 0; i < len; i++) {
        values[i] = value;
    }
}

void linear_set(linear *l, const linear_constants *values) {
    fill(l->in_mean, l->in_len, values->in_mean);
    fill(l->in_var, l->in_len, values->in_var);
    fill(l->weight_mean, l->out_len * l->k_len, values->weight_mean);
    fill(l->weight_var, l->out_len * l->k_len, values->weight_var);
    fill(l->bias_mean, l->out_len, values->bias_mean);
    fill(l->bias_var, l->out_len, values->bias_var);
    fill(l->shift, l->planes, 0.0f);
}

float *linear_pack(const linear *l, size_t outputs) {
    const size_t panels = (l->out_len + outputs - 1) / outputs;
    float *packed = guarded_floats(panels * (l->k_len + 1) * 2 * outputs);
    float *at = packed;
    for (size_t first = 0; first < panels * outputs; first += outputs) {
        for (size_t row = 0; row <= l->k_len; row++) { /* row 0: bias, row k + 1: weight k */
            for (size_t j = 0; j < outputs; j++) {
                const size_t out = first + j;
                float mean = 0.0f, var = 0.0f;
                if (out < l->out_len) {
                    const size_t weight = out * l->k_len + row - 1;
                    mean = row == 0 ? l->bias_mean[out] : l->weight_mean[weight];
                    var = row == 0 ? l->bias_var[out] : l->weight_var[weight];
                }
                at[j] = mean;
                at[outputs + j] = var;
            }
            at += 2 * outputs;
        }
    }
    return packed;
}

float *linear_pack_means(const linear *l, size_t outputs) {
    const size_t panels = (l->out_len + outputs - 1) / outputs;
    float *packed = guarded_floats(panels * (l->k_len + 1) * outputs);
    float *at = packed;
    for (size_t first = 0; first < panels * outputs; first += outputs) {
        for (size_t row = 0; row <= l->k_len; row++) { /* row 0: bias, row k + 1: weight k */
            for (size_t out = first; out < first + outputs; out++) {
                const float *means = row == 0 ? l->bias_mean : l->weight_mean + row - 1;
                const size_t step = row == 0 ? 1 : l->k_len;
                *at++ = out < l->out_len ? means[out * step] : 0.0f;
            }
        }
    }
    return packed;
}

static linear_moments bias(const linear *l, size_t out) {
    linear_moments sum;
    sum.mean = (double)l->bias_mean[out];
    sum.var = (double)l->bias_var[out];
    sum.magnitude = fabs(sum.mean);
    return sum;
}

static void add(linear_moments *sum, const linear *l, int exact, size_t in, size_t weight) {
    const float shift = exact ? l->shift[in / (l->in_len / l->planes)] : 0.0f;
    const double m = (double)(l->in_mean[in] - shift);
    const double v = exact ? 0.0 : (double)l->in_var[in];
    const double mw = (double)l->weight_mean[weight];
    const double vw = (double)l->weight_var[weight];
    sum->mean += m * mw;
    sum->var += v * mw * mw + m * m * vw + v * vw;
    sum->magnitude += fabs(m * mw);
}

linear_moments dense_reference(const linear *l, int exact, size_t out) {
    linear_moments sum = bias(l, out);
    for (size_t k = 0; k < l->k_len; k++) {
        add(&sum, l, exact, k, out * l->k_len + k);
    }
    return sum;
}

linear_moments conv2d_reference(const linear *l, int exact, const pfp_conv2d_shape *shape, size_t y,
                                size_t x, size_t out) {
    linear_moments sum = bias(l, out);
    size_t weight = out * l->k_len;
    for (size_t plane = 0; plane < shape->in_planes; plane++) {
        const size_t plane_in = plane * (l->in_len / l->planes);
        for (size_t ky = 0; ky < shape->kernel_h; ky++) {
            for (size_t kx = 0; kx < shape->kernel_w; kx++) {
                /* In coordinates of the padded input. */
                const size_t py = y * shape->stride_h + ky;
                const size_t px = x * shape->stride_w + kx;
                const int inside = py >= shape->pad_top && py < shape->pad_top + shape->in_h &&
                                   px >= shape->pad_left && px < shape->pad_left + shape->in_w;
                for (size_t c = 0; c < shape->in_c; c++, weight++) {
                    if (inside) {
                        const size_t row = (py - shape->pad_top) * shape->in_w;
                        const size_t in = (row + px - shape->pad_left) * shape->in_c + c;
                        add(&sum, l, exact, plane_in + in, weight);
                    }
                }
            }
        }
    }
    return sum;
}

void linear_check_mean(const linear *l, const linear_moments *want, size_t index, float mean) {
    const double rounding = l->kind == DRAW_WHOLE ? 0.0 : 0x1p-24;
    const double terms = (double)l->k_len + 1.0;
    check_close("mean", index, mean, want->mean, rounding * (terms + 1.0) * want->magnitude);
}

void linear_check(const linear *l, const linear_moments *want, size_t index, float mean,
                  float var) {
    const double rounding = l->kind == DRAW_WHOLE ? 0.0 : 0x1p-24;
    const double terms = (double)l->k_len + 1.0;
    linear_check_mean(l, want, index, mean);
    check_close("var", index, var, want->var, rounding * (2.0 * terms + 3.0) * want->var);
}
