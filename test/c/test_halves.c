/* The kernels of dtype f16: dense layers bit by bit, relu against exact moments, conversions. */

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

static half_tap *dense_taps(const linear *l) {
    half_tap *taps = calloc(l->in_len, sizeof *taps);
    assert_non_null(taps);
    const size_t plane = l->in_len / l->planes;
    for (size_t k = 0; k < l->in_len; k++) {
        const half_tap tap = {(long)k, k / plane, k, k % plane % RUN == 0};
        taps[k] = tap;
    }
    return taps;
}

static void run_dense(const kernel *k, const half_layer *h, pfp_half *mean, pfp_half *var) {
    const linear *l = h->l;
    const pfp_dense_shape shape = {(uint32_t)l->in_len, (uint32_t)l->out_len, (uint32_t)l->planes};
    if (strcmp(k->form, "det") == 0) {
        ((dense_det_f16 *)k->function)(&shape, h->in, h->shift, h->packed,
                                       guarded_halves(2 * l->in_len), mean, var);
    } else {
        ((dense_general_f16 *)k->function)(&shape, h->in_mean, h->in_var, h->packed,
                                           guarded_halves(l->in_len), mean, var);
    }
}

static void check_dense(const kernel *k, const linear *l, float scale) {
    half_layer h = half_layer_new(l, scale);
    pfp_half *mean = guarded_halves(l->out_len), *var = guarded_halves(l->out_len);
    run_dense(k, &h, mean, var);
    half_tap *taps = dense_taps(l);
    for (size_t out = 0; out < l->out_len; out++) {
        half_check(&h, strcmp(k->form, "det") == 0, taps, l->in_len, out, out, mean[out], var[out]);
    }
    free(taps);
    half_layer_free(&h);
    guarded_release_all();
}

/* Around the lanes, the run and the number of panels that a kernel takes at once. */
static void check_dense_shapes(const kernel *k, draw_kind kind) {
    static const size_t in_lens[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 17, 31, 32, 33, 44, 64, 101};
    static const size_t out_lens[] = {1, 4, 5, 7, 8, 9, 16, 17, 25, 33};
    for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
        for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
            check_context("%s in_len %lu out_len %lu", k->symbol, (unsigned long)in_lens[i],
                          (unsigned long)out_lens[o]);
            const linear l = linear_draw(kind, in_lens[i], in_lens[i], out_lens[o]);
            check_dense(k, &l, 1.0f);
        }
    }
}

static void test_dense(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "dense", "general") {
        check_dense_shapes(k, DRAW_TYPICAL);
        check_dense_shapes(k, DRAW_WHOLE);
    }
    FOR_EACH_HALF_KERNEL(k, "dense", "det") {
        check_dense_shapes(k, DRAW_TYPICAL);
        check_dense_shapes(k, DRAW_WHOLE);
    }
}

static void test_dense_planes(void **state) {
    (void)state;
    static const size_t planes[] = {2, 3, 5}, lengths[] = {1, 3, 8, 9, 33};
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "dense", "det") {
        for (size_t p = 0; p < sizeof planes / sizeof planes[0]; p++) {
            for (size_t n = 0; n < sizeof lengths / sizeof lengths[0]; n++) {
                const size_t in_len = planes[p] * lengths[n];
                check_context("%s %lu planes of %lu", k->symbol, (unsigned long)planes[p],
                              (unsigned long)lengths[n]);
                linear l = linear_draw(DRAW_TYPICAL, in_len, in_len, 25);
                linear_draw_shift(&l, planes[p]);
                check_dense(k, &l, 0x1p-3f);
            }
        }
    }
}

/* Each term alone, so that none can be missing; then none at all. */
static void test_dense_terms(void **state) {
    (void)state;
    static const linear_constants only[] = {
        {.in_mean = 3.0f, .weight_mean = -2.0f}, {.bias_mean = -5.0f},
        {.in_var = 3.0f, .weight_mean = -2.0f},  {.in_mean = -3.0f, .weight_var = 2.0f},
        {.in_var = 3.0f, .weight_var = 2.0f},    {.bias_var = 5.0f},
        {.in_mean = 3.0f, .in_var = 2.0f},       {.in_mean = 0.0f},
    };
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "dense", "general") {
        for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
            check_context("%s term %lu", k->symbol, (unsigned long)i);
            linear l = linear_draw(DRAW_WHOLE, 37, 37, 11);
            linear_set(&l, &only[i]);
            check_dense(k, &l, 1.0f);
        }
    }
}

/* Denormal halves count: inputs, products and sums below 2^-14. */
static void test_dense_denormals(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "dense", "general") {
        check_context("%s", k->symbol);
        linear l = linear_draw(DRAW_TYPICAL, 40, 40, 9);
        for (size_t i = 0; i < l.in_len; i++) {
            l.in_mean[i] *= 0x1p-13f;
            l.in_var[i] *= 0x1p-20f;
        }
        for (size_t i = 0; i < l.out_len; i++) {
            l.bias_mean[i] = 0.0f;
            l.bias_var[i] = 0.0f;
        }
        check_dense(k, &l, 1.0f);
    }
}

/* What a half cannot hold becomes infinite, and nothing hides it. */
static void test_dense_overflow(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "dense", "general") {
        check_context("%s", k->symbol);
        linear l = linear_draw(DRAW_WHOLE, 8, 8, 3);
        const linear_constants large = {
            .in_mean = 60000.0f, .weight_mean = 2.0f, .weight_var = 1.0f};
        linear_set(&l, &large);
        half_layer h = half_layer_new(&l, 1.0f);
        pfp_half *mean = guarded_halves(3), *var = guarded_halves(3);
        run_dense(k, &h, mean, var);
        for (size_t out = 0; out < 3; out++) {
            assert_true(half_value(mean[out]) == (double)INFINITY);
            assert_true(half_value(var[out]) == (double)INFINITY);
        }
        half_layer_free(&h);
        guarded_release_all();
    }
}

static void test_relu(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "relu", "general") {
        const gauss_errors errors = gauss_published_errors(k->tier);
        for (size_t len = 1; len <= 21; len++) {
            check_context("%s len %lu", k->symbol, (unsigned long)len);
            pfp_half *in_mean = guarded_halves(len), *in_var = guarded_halves(len);
            pfp_half *mean = guarded_halves(len), *var = guarded_halves(len);
            for (size_t i = 0; i < len; i++) {
                in_mean[i] = half_nearest((double)draw_uniform(-3.0f, 3.0f));
                in_var[i] = draw_bits() % 8 == 0 ? 0 : half_nearest((double)draw_uniform(0, 2));
            }
            ((relu_general_f16 *)k->function)(len, in_mean, in_var, mean, var);
            for (size_t i = 0; i < len; i++) {
                const gauss x = {half_value(in_mean[i]), half_value(in_var[i])};
                const gauss want = gauss_relu(x);
                check_close("mean", i, (float)half_value(mean[i]), want.mean,
                            errors.mean * sqrt(x.var) + half_rounding(want.mean));
                check_close("var", i, (float)half_value(var[i]), want.var,
                            (errors.var + 1e-7) * x.var + half_rounding(want.var));
            }
            ((relu_general_f16 *)k->function)(len, in_mean, in_var, in_mean, in_var);
            assert_memory_equal(in_mean, mean, len * sizeof *mean);
            assert_memory_equal(in_var, var, len * sizeof *var);
            guarded_release_all();
        }
    }
}

/* Every half there is but NaN, at every place of a vector. */
static void test_widen(void **state) {
    (void)state;
    enum { LEN = 31 };
    FOR_EACH_HALF_KERNEL(k, "widen", "general") {
        check_context("%s", k->symbol);
        for (unsigned first = 0; first <= 0x7C00; first += LEN) {
            const size_t len = 1 + first % LEN;
            pfp_half *mean = guarded_halves(len), *var = guarded_halves(len);
            float *out_mean = guarded_floats(len), *out_var = guarded_floats(len);
            for (size_t i = 0; i < len; i++) {
                const unsigned bits = first + (unsigned)i;
                var[i] = (pfp_half)(bits > 0x7C00 ? 0 : bits);
                mean[i] = (pfp_half)(var[i] | 0x8000u);
            }
            ((widen_f16 *)k->function)(len, mean, var, out_mean, out_var);
            for (size_t i = 0; i < len; i++) {
                assert_true((double)out_mean[i] == half_value(mean[i]));
                assert_true((double)out_var[i] == half_value(var[i]));
            }
            guarded_release_all();
        }
    }
}

static void test_narrow(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_HALF_KERNEL(k, "narrow", "general") {
        for (size_t round = 0; round < 600; round++) {
            const size_t len = 1 + round % 23;
            float *mean = guarded_floats(len), *var = guarded_floats(len);
            pfp_half *out_mean = guarded_halves(len), *out_var = guarded_halves(len);
            for (size_t i = 0; i < len; i++) {
                /* Halves, ties between two of them, what is nearly one, and beyond them all. */
                const double tie = half_value((pfp_half)(draw_bits() % 0x7BFF)) * (1.0 + 0x1p-11);
                mean[i] = (float)tie * (draw_bits() % 2 == 0 ? -1.0f : 1.0f);
                var[i] = draw_bits() % 2 == 0 ? (float)tie : draw_magnitude(-9.0f, 6.0f);
            }
            ((narrow_f16 *)k->function)(len, mean, var, out_mean, out_var);
            for (size_t i = 0; i < len; i++) {
                check_context("%s of %.9g and %.9g", k->symbol, (double)mean[i], (double)var[i]);
                assert_int_equal(out_mean[i], half_nearest((double)mean[i]));
                assert_int_equal(out_var[i], half_nearest((double)var[i]));
            }
            pfp_half *over_mean = (pfp_half *)(void *)mean, *over_var = (pfp_half *)(void *)var;
            ((narrow_f16 *)k->function)(len, mean, var, over_mean, over_var);
            assert_memory_equal(over_mean, out_mean, len * sizeof *out_mean);
            assert_memory_equal(over_var, out_var, len * sizeof *out_var);
            guarded_release_all();
        }
    }
}

/* The reference itself: every half is the nearest to itself, and ties go to even ones. */
static void test_nearest_half(void **state) {
    (void)state;
    for (unsigned bits = 0; bits < 0x7BFF; bits++) {
        const double low = half_value((pfp_half)bits), high = half_value((pfp_half)(bits + 1));
        assert_int_equal(half_nearest(low), bits);
        assert_int_equal(half_nearest((low + high) / 2.0), bits + bits % 2);
        assert_int_equal(half_nearest(-(low + 0.49 * (high - low))), 0x8000u | bits);
    }
    assert_int_equal(half_nearest(65519.0), 0x7BFF);
    assert_int_equal(half_nearest(65520.0), 0x7C00);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_half),
        cmocka_unit_test(test_dense),
        cmocka_unit_test(test_dense_planes),
        cmocka_unit_test(test_dense_terms),
        cmocka_unit_test(test_dense_denormals),
        cmocka_unit_test(test_dense_overflow),
        cmocka_unit_test(test_relu),
        cmocka_unit_test(test_widen),
        cmocka_unit_test(test_narrow),
    };
    return cmocka_run_group_tests_name("halves", tests, NULL, NULL);
}
