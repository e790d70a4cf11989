/* The convolution kernels against a double-precision reference and against each other. */

#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/linear.h"
#include "vec/fma.h"

static int is_det(const kernel *k) {
    return strcmp(k->form, "det") == 0;
}

static size_t input_len(const pfp_conv2d_shape *s) {
    return (size_t)s->in_h * s->in_w * s->in_c;
}

static size_t output_len(const pfp_conv2d_shape *s) {
    return (size_t)s->out_h * s->out_w * s->out_c;
}

static linear draw_problem(draw_kind kind, const pfp_conv2d_shape *s) {
    return linear_draw(kind, input_len(s), (size_t)s->kernel_h * s->kernel_w * s->in_c, s->out_c);
}

typedef struct outputs {
    float *mean, *var;
} outputs;

static outputs run(const kernel *k, const linear *l, const pfp_conv2d_shape *s) {
    const float *weights = linear_pack(l, k->outputs);
    const size_t patch =
        (size_t)(s->kernel_h + s->stride_h) * (s->kernel_w + s->stride_w) * s->in_c;
    float *scratch = strcmp(k->scratch, "none") == 0 ? NULL : guarded_floats(patch);
    float *shift = guarded_floats(1);
    shift[0] = 0.0f;
    const outputs out = {guarded_floats(output_len(s)), guarded_floats(output_len(s))};
    if (is_det(k)) {
        ((conv2d_det *)k->function)(s, l->in_mean, shift, weights, scratch, out.mean, out.var);
    } else {
        ((conv2d_general *)k->function)(s, l->in_mean, l->in_var, weights, scratch, out.mean,
                                        out.var);
    }
    return out;
}

static void check_reference(const kernel *k, const linear *l, const pfp_conv2d_shape *s) {
    const outputs out = run(k, l, s);
    size_t i = 0;
    for (size_t y = 0; y < s->out_h; y++) {
        for (size_t x = 0; x < s->out_w; x++) {
            for (size_t c = 0; c < s->out_c; c++, i++) {
                const linear_moments want = conv2d_reference(l, is_det(k), s, y, x, c);
                linear_check(l, &want, i, out.mean[i], out.var[i]);
            }
        }
    }
}

typedef void shape_check(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape);

typedef struct size2 {
    uint32_t h, w;
} size2;

typedef struct padding {
    uint32_t top, left, bottom, right;
} padding;

static const size2 inputs[] = {{1, 1}, {2, 9}, {5, 7}, {8, 6}};
static const size2 kernel_sizes[] = {{1, 1}, {3, 3}, {5, 5}, {3, 5}};
static const size2 strides[] = {{1, 1}, {2, 2}, {2, 1}};
static const padding paddings[] = {
    {0, 0, 0, 0}, {1, 1, 1, 1}, {2, 2, 2, 2}, {0, 2, 1, 0}, {3, 1, 0, 4}};
static const uint32_t in_channels[] = {1, 3, 6};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static uint32_t outputs_along(uint32_t padded, uint32_t kernel_size, uint32_t stride) {
    return padded < kernel_size ? 0 : (padded - kernel_size) / stride + 1;
}

static void check_channels(const kernel *k, draw_kind kind, pfp_conv2d_shape s,
                           shape_check *check) {
    const size_t t = k->outputs;
    const size_t out_channels[] = {1, t - 1, t, t + 1, 2 * t + 1};
    for (size_t i = 0; i < COUNT(in_channels); i++) {
        for (size_t o = 0; o < COUNT(out_channels); o++) {
            s.in_c = in_channels[i];
            s.out_c = (uint32_t)out_channels[o];
            check_context("%s in %ux%ux%u out %ux%ux%u kernel %ux%u stride %ux%u pad %u,%u",
                          k->symbol, (unsigned)s.in_h, (unsigned)s.in_w, (unsigned)s.in_c,
                          (unsigned)s.out_h, (unsigned)s.out_w, (unsigned)s.out_c,
                          (unsigned)s.kernel_h, (unsigned)s.kernel_w, (unsigned)s.stride_h,
                          (unsigned)s.stride_w, (unsigned)s.pad_top, (unsigned)s.pad_left);
            check(k, kind, &s);
            guarded_release_all();
        }
    }
}

static void for_each_shape(const kernel *k, draw_kind kind, shape_check *check) {
    draw_restart();
    for (size_t i = 0; i < COUNT(inputs); i++) {
        for (size_t n = 0; n < COUNT(kernel_sizes); n++) {
            for (size_t d = 0; d < COUNT(strides); d++) {
                for (size_t p = 0; p < COUNT(paddings); p++) {
                    const padding *pad = &paddings[p];
                    pfp_conv2d_shape s;
                    s.in_planes = 1;
                    s.in_h = inputs[i].h;
                    s.in_w = inputs[i].w;
                    s.kernel_h = kernel_sizes[n].h;
                    s.kernel_w = kernel_sizes[n].w;
                    s.stride_h = strides[d].h;
                    s.stride_w = strides[d].w;
                    s.pad_top = pad->top;
                    s.pad_left = pad->left;
                    s.out_h =
                        outputs_along(pad->top + s.in_h + pad->bottom, s.kernel_h, s.stride_h);
                    s.out_w =
                        outputs_along(pad->left + s.in_w + pad->right, s.kernel_w, s.stride_w);
                    if (s.out_h > 0 && s.out_w > 0) {
                        check_channels(k, kind, s, check);
                    }
                }
            }
        }
    }
}

static void for_each_kernel_and_shape(draw_kind kind, shape_check *check) {
    FOR_EACH_KERNEL(k, "conv2d", "general") {
        for_each_shape(k, kind, check);
    }
    FOR_EACH_KERNEL(k, "conv2d", "det") {
        for_each_shape(k, kind, check);
    }
}

static void check_drawn(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    const linear l = draw_problem(kind, shape);
    check_reference(k, &l, shape);
}

static void test_whole_numbers_are_exact(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_drawn);
}

static void test_typical_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_TYPICAL, check_drawn);
}

static void test_large_and_tiny_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_SPREAD, check_drawn);
}

/* Every term alone, so that none can be missing; then none at all. */
static void test_each_term(void **state) {
    (void)state;
    static const linear_constants only[] = {
        {.in_mean = 3.0f, .weight_mean = -2.0f},
        {.bias_mean = -5.0f},
        {.in_var = 3.0f, .weight_mean = -2.0f},
        {.in_mean = -3.0f, .weight_var = 2.0f},
        {.in_var = 3.0f, .weight_var = 2.0f},
        {.bias_var = 5.0f},
        {.in_mean = 3.0f, .in_var = 2.0f},
        {.weight_mean = 3.0f, .weight_var = 2.0f},
        {.in_mean = 0.0f},
    };
    static const pfp_conv2d_shape shape = {.in_planes = 1,
                                           .in_h = 6,
                                           .in_w = 7,
                                           .in_c = 3,
                                           .out_h = 6,
                                           .out_w = 7,
                                           .out_c = 6,
                                           .kernel_h = 3,
                                           .kernel_w = 3,
                                           .stride_h = 1,
                                           .stride_w = 1,
                                           .pad_top = 1,
                                           .pad_left = 1};
    for (size_t i = 0; i < COUNT(only); i++) {
        FOR_EACH_KERNEL(k, "conv2d", "general") {
            linear l = draw_problem(DRAW_WHOLE, &shape);
            linear_set(&l, &only[i]);
            check_context("%s term %lu", k->symbol, (unsigned long)i);
            check_reference(k, &l, &shape);
            guarded_release_all();
        }
        FOR_EACH_KERNEL(k, "conv2d", "det") {
            linear l = draw_problem(DRAW_WHOLE, &shape);
            linear_set(&l, &only[i]);
            check_context("%s term %lu", k->symbol, (unsigned long)i);
            check_reference(k, &l, &shape);
            guarded_release_all();
        }
    }
}

static void check_same_as_c(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    const linear l = draw_problem(kind, shape);
    const outputs out = run(k, &l, shape);
    const outputs c = run(next_kernel(NULL, k->op, k->form), &l, shape);
    check_all_same("mean", output_len(shape), out.mean, c.mean);
    check_all_same("var", output_len(shape), out.var, c.var);
}

/* The list begins with the C kernels, which have the same bits wherever both have FMA. */
static void test_same_bits_as_c(void **state) {
    (void)state;
    assert_string_equal(next_kernel(NULL, "conv2d", "general")->isa, "c");
    assert_string_equal(next_kernel(NULL, "conv2d", "det")->isa, "c");
    if (!PFP_HAS_FMA) {
        skip();
    }
    for_each_kernel_and_shape(DRAW_TYPICAL, check_same_as_c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact), cmocka_unit_test(test_typical_values),
        cmocka_unit_test(test_large_and_tiny_values),   cmocka_unit_test(test_each_term),
        cmocka_unit_test(test_same_bits_as_c),
    };
    return cmocka_run_group_tests_name("conv2d", tests, NULL, NULL);
}
