/*
 * The convolution kernels that end with pooling and relu, against a double-precision reference and
 * against the kernels whose work they join.
 */

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/conv2d.h"
#include "support/gauss.h"
#include "support/guarded.h"
#include "vec/fma.h"

static const char op[] = "conv2d_maxpool2d_relu";

static int is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

/* The convolution's moments at the four positions of a window. */
static void window(const kernel *k, const linear *l, const pfp_conv2d_shape *s, size_t y, size_t x,
                   size_t c, gauss elements[4]) {
    for (size_t i = 0; i < 4; i++) {
        const linear_moments moments =
            conv2d_reference(l, !is(k->form, "general"), s, 2 * y + i / 2, 2 * x + i % 2, c);
        elements[i].mean = moments.mean;
        elements[i].var = moments.var;
    }
}

/* As test_maxpool2d.c: the published errors once per fold, relative to all that goes in. */
static void check_moments(const kernel *k, const gauss elements[4], size_t out, float mean,
                          float var) {
    const gauss want = gauss_relu(gauss_max_fold(4, elements));
    const gauss_errors errors = gauss_published_errors(k->tier);
    double var_in = 0.0, mean_in = 0.0;
    for (size_t i = 0; i < 4; i++) {
        var_in += elements[i].var;
        mean_in = fmax(mean_in, fabs(elements[i].mean));
    }
    check_close("mean", out, mean, want.mean,
                4.0 * (errors.mean * sqrt(var_in) + 0x1p-23 * mean_in));
    check_close("var", out, var, want.var, 4.0 * errors.var * var_in);
    if (!(var >= 0.0f)) {
        check_fail("var[%lu] = %.9g", (unsigned long)out, (double)var);
    }
}

static void check_largest(const gauss elements[4], size_t out, float got) {
    double want = 0.0;
    for (size_t i = 0; i < 4; i++) {
        want = fmax(want, elements[i].mean);
    }
    check_close("out", out, got, want, 0.0);
}

static void check_reference(const kernel *k, draw_kind kind, const pfp_conv2d_shape *s) {
    const linear l = conv2d_draw(k, kind, s);
    const conv2d_outputs out = conv2d_run(k, &l, s);
    size_t i = 0;
    for (size_t y = 0; y < s->out_h; y++) {
        for (size_t x = 0; x < s->out_w; x++) {
            for (size_t c = 0; c < s->out_c; c++, i++) {
                gauss elements[4];
                window(k, &l, s, y, x, c, elements);
                if (is(k->form, "exact")) {
                    check_largest(elements, i, out.mean[i]);
                } else {
                    check_moments(k, elements, i, out.mean[i], out.var[i]);
                }
            }
        }
    }
}

/* Whole numbers, whose convolution is exact: means that are nearly equal would sort by rounding. */
static void test_moments(void **state) {
    (void)state;
    conv2d_for_each(op, DRAW_WHOLE, check_reference);
}

/* The kernel that pools with the instruction set and the special functions of `k`. */
static const kernel *pooling_of(const kernel *k) {
    const char *form = is(k->form, "exact") ? "det" : "general";
    const kernel *c = NULL;
    FOR_EACH_KERNEL(pooling, "maxpool2d_relu", form) {
        if (is(pooling->tier, k->tier)) {
            c = c == NULL ? pooling : c;
            if (is(pooling->isa, k->isa)) {
                return pooling;
            }
        }
    }
    return c;
}

static void check_same_as_apart(const kernel *k, draw_kind kind, const pfp_conv2d_shape *s) {
    const linear l = conv2d_draw(k, kind, s);
    const conv2d_outputs out = conv2d_run(k, &l, s);
    pfp_conv2d_shape unpooled = *s;
    unpooled.out_h *= 2;
    unpooled.out_w *= 2;
    const conv2d_outputs between = conv2d_run(next_kernel(NULL, "conv2d", k->form), &l, &unpooled);
    const pfp_pool2d_shape pool = {.in_h = unpooled.out_h,
                                   .in_w = unpooled.out_w,
                                   .channels = s->out_c,
                                   .out_h = s->out_h,
                                   .out_w = s->out_w,
                                   .size_h = 2,
                                   .size_w = 2,
                                   .stride_h = 2,
                                   .stride_w = 2};
    const kernel *pooling = pooling_of(k);
    const size_t len = conv2d_output_len(s);
    float *mean = guarded_floats(len);
    if (is(k->form, "exact")) {
        ((maxpool2d_relu_det *)pooling->function)(&pool, between.mean, mean);
    } else {
        float *var = guarded_floats(len);
        ((maxpool2d_relu_general *)pooling->function)(&pool, between.mean, between.var, mean, var);
        check_all_same("var", len, out.var, var);
    }
    check_all_same("mean", len, out.mean, mean);
}

/* All kernels convolve to the same bits wherever they have FMA. */
static void test_same_bits_as_apart(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    conv2d_for_each(op, DRAW_TYPICAL, check_same_as_apart);
}

static void test_same_bits_for_large_and_tiny_values(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    conv2d_for_each(op, DRAW_SPREAD, check_same_as_apart);
}

static void test_large_shapes(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    conv2d_for_each_large(op, check_same_as_apart);
}

static void test_outputs_over_consumed_input(void **state) {
    (void)state;
    conv2d_check_over_input(op);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_same_bits_as_apart),
        cmocka_unit_test(test_same_bits_for_large_and_tiny_values),
        cmocka_unit_test(test_large_shapes),
        cmocka_unit_test(test_outputs_over_consumed_input),
    };
    return cmocka_run_group_tests_name("conv2d_maxpool2d_relu", tests, NULL, NULL);
}
