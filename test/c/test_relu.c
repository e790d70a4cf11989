/* The relu kernels against exact moments, and these against numerical integration. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/gauss.h"
#include "support/guarded.h"
#include "support/kernels.h"

static const size_t lens[] = {1, 2, 3, 4, 5, 7, 8, 9, 17};
enum { LENS = sizeof lens / sizeof lens[0] };

/* Half a unit in the last place of a mean, which no fit can avoid. */
static double rounding(double mean) {
    return 0x1p-24 * fabs(mean);
}

/* What float rounding adds to the published errors of the variance, without fused multiply-adds. */
static const double var_rounding = 1e-7;
static const double relative_rounding = 2e-6;

static gauss run_one(const kernel *k, float mean, float var) {
    float out_mean, out_var;
    ((relu_general *)k->function)(1, &mean, &var, &out_mean, &out_var);
    const gauss y = {(double)out_mean, (double)out_var};
    return y;
}

static void check_moments(const kernel *k, float mean, float var, gauss want) {
    const gauss_errors errors = gauss_published_errors(k->tier);
    const double sd = sqrt((double)var);
    const gauss got = run_one(k, mean, var);
    check_context("%s mean %.9g var %.9g", k->symbol, (double)mean, (double)var);
    check_close("mean", 0, (float)got.mean, want.mean, errors.mean * sd + rounding(want.mean));
    check_close("var", 0, (float)got.var, want.var, (errors.var + var_rounding) * (double)var);
    if (fabs((double)mean) <= 6.0 * sd) {
        check_close("relative var", 0, (float)got.var, want.var,
                    (errors.var_relative + relative_rounding) * want.var);
    }
    if (!(got.var >= 0.0)) {
        check_fail("variance %.9g", got.var);
    }
}

/* Published errors out to |a| = 6, absolute ones out to 40, over magnitudes of the variance. */
static void test_moments_by_integration(void **state) {
    (void)state;
    static const float vars[] = {1e-20f, 3e-4f, 1.0f, 7.0f, 1e20f};
    for (int i = -160; i <= 160; i += CHECK_STEP) {
        for (size_t v = 0; v < sizeof vars / sizeof vars[0]; v++) {
            const double a = i / 4.0;
            const float mean = (float)(a * sqrt((double)vars[v]));
            const gauss x = {(double)mean, (double)vars[v]};
            const gauss want = gauss_relu_integrated(x);
            FOR_EACH_KERNEL(k, "relu", "general") {
                check_moments(k, mean, vars[v], want);
            }
        }
    }
}

/* The closed form is good to 1e-9, so that a fine grid can be checked against it. */
static void test_moments_on_a_fine_grid(void **state) {
    (void)state;
    const int steps = sizeof(void *) > 4 ? 24000 : 2400;
    for (int i = -steps; i <= steps; i += CHECK_STEP) {
        const gauss x = {(double)(float)(6.0 * i / steps), 1.0};
        const gauss want = gauss_relu(x);
        FOR_EACH_KERNEL(k, "relu", "general") {
            check_moments(k, (float)x.mean, 1.0f, want);
        }
    }
}

static void draw_inputs(size_t len, float *mean, float *var) {
    for (size_t i = 0; i < len; i++) {
        mean[i] = draw_uniform(-3.0f, 3.0f);
        var[i] = draw_bits() % 8 == 0 ? 0.0f : draw_uniform(0.0f, 2.0f);
    }
}

static void test_lengths(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_KERNEL(k, "relu", "general") {
        for (size_t l = 0; l < LENS; l++) {
            const size_t len = lens[l];
            float *in_mean = guarded_floats(len), *in_var = guarded_floats(len);
            float *out_mean = guarded_floats(len), *out_var = guarded_floats(len);
            draw_inputs(len, in_mean, in_var);
            check_context("%s len %lu", k->symbol, (unsigned long)len);
            ((relu_general *)k->function)(len, in_mean, in_var, out_mean, out_var);
            for (size_t i = 0; i < len; i++) {
                const gauss one = run_one(k, in_mean[i], in_var[i]);
                check_close("mean", i, out_mean[i], one.mean, 0.0);
                check_close("var", i, out_var[i], one.var, 0.0);
            }
            ((relu_general *)k->function)(len, in_mean, in_var, in_mean, in_var);
            check_all_same("mean in place", len, in_mean, out_mean);
            check_all_same("var in place", len, in_var, out_var);
            guarded_release_all();
        }
    }
}

static void test_no_variance_is_exact(void **state) {
    (void)state;
    static const float means[] = {0.0f,    -0.0f,   1.0f,     -1.0f,   1e-30f,
                                  -1e-30f, FLT_MAX, -FLT_MAX, FLT_MIN, 3.14159274f};
    FOR_EACH_KERNEL(k, "relu", "general") {
        for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
            const gauss y = run_one(k, means[i], 0.0f);
            check_context("%s mean %.9g", k->symbol, (double)means[i]);
            check_close("mean", 0, (float)y.mean, fmax((double)means[i], 0.0), 0.0);
            check_close("var", 0, (float)y.var, 0.0, 0.0);
        }
    }
}

/* Denormal, tiny and huge variances with every kind of mean: finite, not negative, in bounds. */
static void test_extreme_values(void **state) {
    (void)state;
    static const float vars[] = {1e-45f, 1e-39f, FLT_MIN, 1e-30f, 1.0f, 1e30f, FLT_MAX};
    static const float means[] = {0.0f, 1e-45f, 1e-30f, 1.0f, 1e18f, FLT_MAX};
    FOR_EACH_KERNEL(k, "relu", "general") {
        for (size_t v = 0; v < sizeof vars / sizeof vars[0]; v++) {
            for (size_t m = 0; m < 2 * sizeof means / sizeof means[0]; m++) {
                const float mean = m % 2 == 0 ? means[m / 2] : -means[m / 2];
                const gauss x = {(double)mean, (double)vars[v]};
                const gauss want = gauss_relu(x);
                const gauss y = run_one(k, mean, vars[v]);
                check_context("%s mean %.9g var %.9g", k->symbol, x.mean, x.var);
                check_close("mean", 0, (float)y.mean, want.mean,
                            1e-4 * sqrt(x.var) + 1e-6 * fabs(x.mean) + 1e-19);
                check_close("var", 0, (float)y.var, want.var, 1e-4 * x.var + (double)FLT_MIN);
                if (!(y.var >= 0.0) || !isfinite(y.mean) || !isfinite(y.var)) {
                    check_fail("gives mean %.9g var %.9g", y.mean, y.var);
                }
            }
        }
    }
}

static void test_never_a_negative_variance(void **state) {
    (void)state;
    draw_restart();
    const int draws = sizeof(void *) > 4 ? 200000 : 20000;
    FOR_EACH_KERNEL(k, "relu", "general") {
        for (int i = 0; i < draws; i++) {
            const float var = draw_magnitude(-37.0f, 37.0f);
            const float mean = draw_uniform(-40.0f, 40.0f) * sqrtf(var);
            const gauss y = run_one(k, mean, var);
            if (!(y.var >= 0.0) || !(y.mean >= 0.0)) {
                check_context("%s mean %.9g var %.9g", k->symbol, (double)mean, (double)var);
                check_fail("gives mean %.9g var %.9g", y.mean, y.var);
            }
        }
    }
}

/* The same order of operations everywhere; only the first guess of 1/sqrt differs on NEON. */
static void test_agrees_with_c(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_KERNEL(k, "relu", "general") {
        const kernel *c = next_kernel(NULL, "relu", "general");
        while (strcmp(c->tier, k->tier) != 0) {
            c = next_kernel(c, "relu", "general");
        }
        assert_string_equal(c->isa, "c");
        /* Errors of both 1/sqrt, and how much of them and of rounding reaches a far variance. */
        const double estimate = strcmp(k->tier, "fast") == 0 ? 1.7e-5 : 2.4e-7;
        const double amplified = 100.0 * estimate;
        for (int i = 0; i < 4000; i++) {
            const float var = draw_uniform(0.0f, 2.0f);
            const float mean = draw_uniform(-6.0f, 6.0f) * sqrtf(var);
            const gauss got = run_one(k, mean, var);
            const gauss want = run_one(c, mean, var);
            check_context("%s mean %.9g var %.9g", k->symbol, (double)mean, (double)var);
            check_close("mean", 0, (float)got.mean, want.mean,
                        estimate * sqrt((double)var) + rounding(want.mean));
            check_close("var", 0, (float)got.var, want.var, amplified * want.var);
        }
    }
}

static void test_det(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_KERNEL(k, "relu", "det") {
        for (size_t l = 0; l < LENS; l++) {
            const size_t len = lens[l];
            float *in = guarded_floats(len), *out = guarded_floats(len);
            check_context("%s len %lu", k->symbol, (unsigned long)len);
            for (size_t i = 0; i < len; i++) {
                in[i] = draw_bits() % 4 == 0 ? -0.0f : draw_uniform(-3.0f, 3.0f);
            }
            ((relu_det *)k->function)(len, in, out);
            for (size_t i = 0; i < len; i++) {
                check_close("out", i, out[i], fmax((double)in[i], 0.0), 0.0);
            }
            ((relu_det *)k->function)(len, in, in);
            check_all_same("in place", len, in, out);
            guarded_release_all();
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_by_integration),
        cmocka_unit_test(test_moments_on_a_fine_grid),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_no_variance_is_exact),
        cmocka_unit_test(test_extreme_values),
        cmocka_unit_test(test_never_a_negative_variance),
        cmocka_unit_test(test_agrees_with_c),
        cmocka_unit_test(test_det),
    };
    return cmocka_run_group_tests_name("relu", tests, NULL, NULL);
}
