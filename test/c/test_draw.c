/* The draw and reparameterize kernels: a mean plus a deviation times what normal gives. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "vec/fma.h"

static const size_t lens[] = {0, 1, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 25, 31, 32, 33, 100};

static int is_var(const kernel *k) {
    return strcmp(k->op, "reparameterize") == 0;
}

static void run(const kernel *k, size_t len, const float *mean, const float *spread,
                pfp_normal_state *state, float *out) {
    /* Both ops have the same type. */
    ((draw_general *)k->function)(len, mean, spread, state, out);
}

/* Means around one; deviations or variances over many magnitudes, with zeros among them. */
static float *draw_means(size_t len) {
    float *mean = guarded_floats(len);
    for (size_t i = 0; i < len; i++) {
        mean[i] = draw_bits() % 8 == 0 ? -0.0f : draw_uniform(-2.0f, 2.0f);
    }
    return mean;
}

static float *draw_spreads(size_t len) {
    float *spread = guarded_floats(len);
    for (size_t i = 0; i < len; i++) {
        spread[i] = draw_bits() % 4 == 0 ? 0.0f : draw_magnitude(-12.0f, 6.0f);
    }
    return spread;
}

typedef void len_check(const kernel *k, size_t len);

static void for_each_kernel_and_len(len_check *check) {
    static const char *const ops[] = {"draw", "reparameterize"};
    for (size_t op = 0; op < 2; op++) {
        FOR_EACH_KERNEL(k, ops[op], "general") {
            draw_restart();
            for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
                check_context("%s len %lu", k->symbol, (unsigned long)lens[i]);
                check(k, lens[i]);
                guarded_release_all();
            }
        }
    }
}

static void check_reference(const kernel *k, size_t len) {
    const float *mean = draw_means(len), *spread = draw_spreads(len);
    float *out = guarded_floats(len), *normals = guarded_floats(len);
    pfp_normal_state state, same;
    pfp_normal_seed(&state, draw_bits());
    same = state;
    run(k, len, mean, spread, &state, out);
    ((normal_general *)next_kernel(NULL, "normal", "general")->function)(len, &same, normals);
    assert_memory_equal(&state, &same, sizeof state);
    for (size_t i = 0; i < len; i++) {
        const double n = (double)normals[i];
        const double sd = is_var(k) ? sqrt((double)spread[i]) : (double)spread[i];
        const double want = (double)mean[i] + sd * n;
        /* The last is for builds that round the product apart. */
        const double root = is_var(k) ? 2.2e-5 : 0.0;
        const double rounding = 0x1p-23 * (fabs((double)mean[i]) + fabs(sd * n));
        check_close("out", i, out[i], want, root * fabs(sd * n) + rounding);
        if (spread[i] == 0.0f) {
            assert_true(out[i] == mean[i]);
        }
    }
}

static void test_reference(void **state) {
    (void)state;
    for_each_kernel_and_len(check_reference);
}

static void check_in_place(const kernel *k, size_t len) {
    float *mean = draw_means(len), *spread = draw_spreads(len), *out = guarded_floats(len);
    float *over_mean = guarded_floats(len);
    memcpy(over_mean, mean, len * sizeof *mean);
    pfp_normal_state state, second, third;
    pfp_normal_seed(&state, draw_bits());
    second = third = state;
    run(k, len, mean, spread, &state, out);
    run(k, len, over_mean, spread, &second, over_mean);
    run(k, len, mean, spread, &third, spread);
    check_all_same("over mean", len, over_mean, out);
    check_all_same("over spread", len, spread, out);
}

static void test_in_place(void **state) {
    (void)state;
    for_each_kernel_and_len(check_in_place);
}

static void check_same_as_c(const kernel *k, size_t len) {
    const float *mean = draw_means(len), *spread = draw_spreads(len);
    float *out = guarded_floats(len), *c = guarded_floats(len);
    pfp_normal_state state, same;
    pfp_normal_seed(&state, draw_bits());
    same = state;
    run(k, len, mean, spread, &state, out);
    run(next_kernel(NULL, k->op, k->form), len, mean, spread, &same, c);
    check_all_same("out", len, out, c);
    assert_memory_equal(&state, &same, sizeof state);
}

static void test_same_bits_as_c(void **state) {
    (void)state;
    assert_string_equal(next_kernel(NULL, "draw", "general")->isa, "c");
    assert_string_equal(next_kernel(NULL, "reparameterize", "general")->isa, "c");
    if (!PFP_HAS_FMA) {
        skip();
    }
    for_each_kernel_and_len(check_same_as_c);
}

/* The smallest variances, denormal ones included, give no more than their deviation, never NaN. */
static void test_tiny_variances(void **state) {
    (void)state;
    static const float tiny[] = {FLT_MIN, FLT_MIN / 2.0f, FLT_MIN / 1048576.0f, 1.4e-45f, 0.0f};
    enum { LEN = 8 };
    FOR_EACH_KERNEL(k, "reparameterize", "general") {
        for (size_t t = 0; t < sizeof tiny / sizeof tiny[0]; t++) {
            check_context("%s var %g", k->symbol, (double)tiny[t]);
            float *mean = guarded_floats(LEN), *var = guarded_floats(LEN);
            float *out = guarded_floats(LEN);
            for (size_t i = 0; i < LEN; i++) {
                mean[i] = 0.0f;
                var[i] = tiny[t];
            }
            pfp_normal_state generator;
            pfp_normal_seed(&generator, t);
            run(k, LEN, mean, var, &generator, out);
            for (size_t i = 0; i < LEN; i++) {
                check_close("out", i, out[i], 0.0, 6.7 * sqrt((double)tiny[t]));
            }
            guarded_release_all();
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_same_bits_as_c),
        cmocka_unit_test(test_tiny_variances),
    };
    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
