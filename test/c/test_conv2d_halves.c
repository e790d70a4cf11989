/* The convolutions of dtype f16: bit by bit, and with pooling and relu against exact moments. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/gauss.h"
#include "support/guarded.h"
#include "support/halves.h"
#include "support/kernels.h"

enum { RUN = 32 };

/* Rows and columns of the convolution that an output stands for. */
static size_t pooled(const kernel *k) {
    return strcmp(k->op, "conv2d") == 0 ? 1 : 2;
}

static int is_det(const kernel *k) {
    return strcmp(k->form, "det") == 0;
}

static size_t reach(size_t out, uint32_t stride, uint32_t kernel_size) {
    return (out - 1) * stride + kernel_size;
}

static size_t scratch_len(const kernel *k, const pfp_conv2d_shape *s) {
    if (!is_det(k)) {
        return (size_t)s->in_h * s->in_w * s->in_c;
    }
    return 2 * s->in_planes * s->in_c * reach(pooled(k) * s->out_h, s->stride_h, s->kernel_h) *
           reach(pooled(k) * s->out_w, s->stride_w, s->kernel_w);
}

/* The taps of position y, x of the convolution, in the order of pfp_kernels.h. */
static size_t taps_at(const pfp_conv2d_shape *s, size_t y, size_t x, half_tap *taps) {
    const size_t row = (size_t)s->kernel_w * s->in_c;
    const size_t rows_a_run = row < RUN ? RUN / row : 1;
    size_t count = 0;
    for (size_t p = 0; p < s->in_planes; p++) {
        for (size_t i = 0; i < s->kernel_h; i++) {
            for (size_t t = 0; t < row; t++) {
                const long in_y = (long)(y * s->stride_h + i) - (long)s->pad_top;
                const long in_x = (long)(x * s->stride_w + t / s->in_c) - (long)s->pad_left;
                const int inside =
                    in_y >= 0 && in_y < (long)s->in_h && in_x >= 0 && in_x < (long)s->in_w;
                half_tap *tap = &taps[count];
                tap->in = -1;
                if (inside) {
                    tap->in =
                        (((long)p * (long)s->in_h + in_y) * (long)s->in_w + in_x) * (long)s->in_c +
                        (long)(t % s->in_c);
                }
                tap->plane = p;
                tap->k = count++;
                tap->starts = row > RUN ? t % RUN == 0 : t == 0 && i % rows_a_run == 0;
            }
        }
    }
    return count;
}

typedef struct outputs {
    pfp_half *mean, *var;
} outputs;

static outputs run(const kernel *k, const half_layer *h, const pfp_conv2d_shape *s) {
    const size_t len = (size_t)s->out_h * s->out_w * s->out_c;
    const outputs out = {guarded_halves(len), guarded_halves(len)};
    pfp_half *scratch = guarded_halves(scratch_len(k, s));
    if (is_det(k)) {
        ((conv2d_det_f16 *)k->function)(s, h->in, h->shift, h->packed, scratch, out.mean, out.var);
    } else {
        ((conv2d_general_f16 *)k->function)(s, h->in_mean, h->in_var, h->packed, scratch, out.mean,
                                            out.var);
    }
    return out;
}

/*
 * One output of the fused kernels. As test_conv2d_maxpool2d_relu.c: the published errors once per
 * fold, relative to all that goes in; then the rounding to a half.
 */
static void check_pooled(const kernel *k, const half_layer *h, const pfp_conv2d_shape *s,
                         half_tap *taps, size_t y, size_t x, size_t c, float mean, float var) {
    const gauss_errors errors = gauss_published_errors(k->tier);
    gauss window[4];
    double var_in = 0.0, mean_in = 0.0;
    for (size_t i = 0; i < 4; i++) {
        float m, v;
        const size_t count = taps_at(s, 2 * y + i / 2, 2 * x + i % 2, taps);
        half_sums(h, is_det(k), taps, count, c, &m, &v);
        window[i].mean = (double)m;
        window[i].var = (double)v;
        var_in += window[i].var;
        mean_in = fmax(mean_in, fabs(window[i].mean));
    }
    const gauss want = gauss_relu(gauss_max_fold(4, window));
    check_close("mean", c, mean, want.mean,
                4.0 * (errors.mean * sqrt(var_in) + 0x1p-23 * mean_in) + half_rounding(want.mean));
    check_close("var", c, var, want.var, 4.0 * errors.var * var_in + half_rounding(want.var));
}

static void check_outputs(const kernel *k, const half_layer *h, const pfp_conv2d_shape *s) {
    const outputs out = run(k, h, s);
    half_tap *taps =
        calloc((size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c, sizeof *taps);
    assert_non_null(taps);
    for (size_t y = 0; y < s->out_h; y++) {
        for (size_t x = 0; x < s->out_w; x++) {
            const size_t count = taps_at(s, y, x, taps);
            for (size_t c = 0; c < s->out_c; c++) {
                const size_t at = (y * s->out_w + x) * s->out_c + c;
                if (pooled(k) == 1) {
                    half_check(h, is_det(k), taps, count, c, at, out.mean[at], out.var[at]);
                } else {
                    check_pooled(k, h, s, taps, y, x, c, (float)half_value(out.mean[at]),
                                 (float)half_value(out.var[at]));
                }
            }
        }
    }
    free(taps);
}

static void check_shape(const kernel *k, const pfp_conv2d_shape *shape, float scale) {
    pfp_conv2d_shape s = *shape;
    if (!is_det(k)) {
        s.in_c *= s.in_planes;
        s.in_planes = 1;
    }
    if (pooled(k) == 2) {
        s.out_h /= 2;
        s.out_w /= 2;
        if (s.out_h == 0 || s.out_w == 0) {
            return;
        }
    }
    check_context("%s in %ux%ux%u planes %u out %ux%ux%u kernel %ux%u", k->symbol, (unsigned)s.in_h,
                  (unsigned)s.in_w, (unsigned)s.in_c, (unsigned)s.in_planes, (unsigned)s.out_h,
                  (unsigned)s.out_w, (unsigned)s.out_c, (unsigned)s.kernel_h, (unsigned)s.kernel_w);
    const size_t taps = (size_t)s.in_planes * s.kernel_h * s.kernel_w * s.in_c;
    linear l =
        linear_draw(DRAW_TYPICAL, (size_t)s.in_planes * s.in_h * s.in_w * s.in_c, taps, s.out_c);
    if (is_det(k)) {
        linear_draw_shift(&l, s.in_planes);
    }
    half_layer h = half_layer_new(&l, scale);
    check_outputs(k, &h, &s);
    half_layer_free(&h);
    guarded_release_all();
}

static const pfp_conv2d_shape shapes[] = {
    /* LeNet-5's, smaller. */
    {8, 10, 1, 8, 10, 6, 5, 5, 1, 1, 2, 2, 1},
    {8, 8, 6, 4, 4, 16, 5, 5, 1, 1, 0, 0, 1},
    /* Rows of more than a run, of a run, of less. */
    {4, 6, 13, 3, 4, 9, 2, 3, 1, 1, 0, 0, 1},
    {3, 9, 8, 2, 6, 8, 2, 4, 1, 1, 0, 0, 1},
    {4, 4, 5, 3, 3, 17, 2, 2, 1, 1, 0, 0, 1},
    /* Strides, padding wider than the kernel, one column, planes. */
    {9, 7, 2, 4, 3, 5, 3, 3, 2, 2, 0, 0, 1},
    {2, 3, 3, 6, 8, 4, 3, 2, 1, 1, 3, 4, 1},
    {5, 1, 1, 6, 2, 1, 2, 2, 1, 1, 1, 1, 1},
    {6, 5, 1, 6, 5, 10, 3, 3, 1, 1, 1, 1, 3},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1},
    {7, 8, 20, 4, 2, 8, 2, 3, 2, 3, 1, 0, 1},
};

static void check_all(const char *op, const char *form) {
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, op, form) {
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
            check_shape(k, &shapes[i], i % 2 == 0 ? 1.0f : 0.25f);
        }
    }
}

static void test_general(void **state) {
    (void)state;
    check_all("conv2d", "general");
}

static void test_det(void **state) {
    (void)state;
    check_all("conv2d", "det");
}

static void test_pooled(void **state) {
    (void)state;
    check_all("conv2d_maxpool2d_relu", "general");
}

static void test_pooled_det(void **state) {
    (void)state;
    check_all("conv2d_maxpool2d_relu", "det");
}

/* An output row may lie over input rows that no later row needs. */
static void test_over_its_input(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "conv2d", "general") {
        const pfp_conv2d_shape s = {6, 5, 8, 5, 4, 8, 2, 2, 1, 1, 0, 0, 1};
        enum { IN = 6 * 5 * 8, OUT = 5 * 4 * 8, GAP = 4 * 8 };
        check_context("%s", k->symbol);
        const linear l = linear_draw(DRAW_TYPICAL, IN, 2 * 2 * 8, 8);
        half_layer h = half_layer_new(&l, 1.0f);
        const outputs apart = run(k, &h, &s);
        pfp_half *mean = guarded_halves(GAP + IN), *var = guarded_halves(GAP + IN);
        memcpy(mean + GAP, h.in_mean, IN * sizeof *mean);
        memcpy(var + GAP, h.in_var, IN * sizeof *var);
        ((conv2d_general_f16 *)k->function)(&s, mean + GAP, var + GAP, h.packed, guarded_halves(IN),
                                            mean, var);
        assert_memory_equal(mean, apart.mean, OUT * sizeof *mean);
        assert_memory_equal(var, apart.var, OUT * sizeof *var);
        half_layer_free(&h);
        guarded_release_all();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_general),        cmocka_unit_test(test_det),
        cmocka_unit_test(test_pooled),         cmocka_unit_test(test_pooled_det),
        cmocka_unit_test(test_over_its_input),
    };
    return cmocka_run_group_tests_name("conv2d halves", tests, NULL, NULL);
}
