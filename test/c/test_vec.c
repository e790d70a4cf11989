/*
 * The vector functions of the widest instruction set this test is built for: special functions
 * against libm in double precision, with the errors that docs/math.md publishes.
 */

#include <float.h>
#include <math.h>

#include "pfp/pfp_kernels.h"
#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"

#if PFP_HAS_NEON
#include "vec/neon.h"
#elif PFP_HAS_HELIUM
#include "vec/helium.h"
#elif PFP_HAS_VFP
#include "vec/scalar.h"
#else
#include "vec/c.h"
#endif
#include "vec/exp_log.h"
#include "vec/tail.h"

/* Emulated microcontrollers take fewer steps. */
static int steps(void) {
    return sizeof(void *) > 4 ? 200000 : 10000;
}

static double error_of(float got, double want) {
    return fabs((double)got - want);
}

typedef pfp__vec function(pfp__vec x);

static float apply(function *f, float x) {
    return pfp__vec_first(f(pfp__vec_set1(x)));
}

static pfp__vec rsqrt_fast(pfp__vec x) {
    return pfp__vec_rsqrt(x, PFP_TIER_FAST);
}

static pfp__vec rsqrt_accurate(pfp__vec x) {
    return pfp__vec_rsqrt(x, PFP_TIER_ACCURATE);
}

static pfp__vec exp_of(pfp__vec x) {
    return pfp__vec_exp(x);
}

static pfp__vec log_of(pfp__vec x) {
    return pfp__vec_log(x);
}

static void check_rsqrt(const char *name, function *f, double relative) {
    static const float ends[] = {FLT_MIN, 1e-30f, 1e30f, 1.7e38f, FLT_MAX};
    check_context("%s", name);
    for (int i = 0; i <= steps(); i++) {
        const float x = 1.0f + 3.0f * (float)i / (float)steps();
        const double want = 1.0 / sqrt((double)x);
        check_close("rsqrt", (size_t)i, apply(f, x), want, relative * want);
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const double want = 1.0 / sqrt((double)ends[i]);
        check_close("rsqrt at the ends", i, apply(f, ends[i]), want, relative * want);
    }
}

static void test_rsqrt(void **state) {
    (void)state;
    check_rsqrt("fast", rsqrt_fast, 1.7e-5);
    check_rsqrt("accurate", rsqrt_accurate, 1.4e-7);
}

static void test_exp(void **state) {
    (void)state;
    check_context("exp");
    for (int i = 0; i <= steps(); i++) {
        const float x = PFP_EXP_MIN * (float)i / (float)steps();
        const double want = exp((double)x);
        check_close("exp", (size_t)i, apply(exp_of, x), want, 1.9e-7 * want);
        if (-x <= 87.0f) {
            check_close("exp", (size_t)i, apply(exp_of, -x), 1.0 / want, 1.9e-7 / want);
        }
    }
    check_close("exp(0)", 0, apply(exp_of, 0.0f), 1.0, 0.0);
}

static void test_log(void **state) {
    (void)state;
    check_context("log");
    for (int i = -steps(); i <= steps(); i++) {
        const float x = (float)exp(87.0 * i / steps());
        const double want = log((double)x);
        check_close("log", (size_t)(i + steps()), apply(log_of, x), want, 1e-7 * fabs(want));
    }
    check_close("log(1)", 0, apply(log_of, 1.0f), 0.0, 0.0);
    check_close("log(FLT_MIN)", 0, apply(log_of, FLT_MIN), log((double)FLT_MIN), 1e-5);
}

typedef struct tail_errors {
    double r, q;                   /* absolute */
    double r_relative, q_relative; /* relative */
} tail_errors;

static void check_tail(enum pfp__tier tier, const tail_errors *published) {
    tail_errors worst = {0.0, 0.0, 0.0, 0.0};
    for (int i = 0; i <= steps(); i++) {
        const float t = PFP_TAIL_END * (float)i / (float)steps();
        const double x = (double)t;
        const double q = 0.5 * erfc(x * 0.70710678118654752440);
        const double r = 0.39894228040143267794 * exp(-0.5 * x * x) - x * q;
        const pfp__tail tail = pfp__tail_at(pfp__vec_set1(t), tier);
        const double r_error = error_of(pfp__vec_first(tail.r), r);
        const double q_error = error_of(pfp__vec_first(tail.q), q);
        worst.r = fmax(worst.r, r_error);
        worst.q = fmax(worst.q, q_error);
        worst.r_relative = fmax(worst.r_relative, r_error / r);
        worst.q_relative = fmax(worst.q_relative, q_error / q);
    }
    check_context("tier %d", (int)tier);
    check_close("worst r", 0, (float)worst.r, 0.0, published->r);
    check_close("worst q", 0, (float)worst.q, 0.0, published->q);
    check_close("worst relative r", 0, (float)worst.r_relative, 0.0, published->r_relative);
    check_close("worst relative q", 0, (float)worst.q_relative, 0.0, published->q_relative);
}

static void test_tail(void **state) {
    (void)state;
    /* The fits' own errors: 2.1e-5, 4.4e-5, 2.1e-3, 2.2e-3 and 2e-7, 5e-7, 1.6e-4, 1.6e-4. */
    const tail_errors fast = {2.2e-5, 4.5e-5, 2.1e-3, 2.2e-3};
    const tail_errors accurate = {6.0e-7, 1.1e-6, 2.0e-4, 1.9e-4};
    check_tail(PFP_TIER_FAST, &fast);
    check_tail(PFP_TIER_ACCURATE, &accurate);
}

/* Every lane is its own: a vector of different values gives what each value gives alone. */
static void test_lanes_are_independent(void **state) {
    (void)state;
    draw_restart();
    for (int round = 0; round < 200; round++) {
        float in[PFP_LANES], out[PFP_LANES];
        for (int i = 0; i < PFP_LANES; i++) {
            in[i] = draw_uniform(0.0f, PFP_TAIL_END);
        }
        const pfp__vec x = pfp__vec_load(in);
        check_context("round %d", round);
        pfp__vec_store(out, pfp__tail_accurate(x).q);
        for (size_t i = 0; i < PFP_LANES; i++) {
            const pfp__tail alone = pfp__tail_accurate(pfp__vec_set1(in[i]));
            check_close("q", i, out[i], (double)pfp__vec_first(alone.q), 0.0);
        }
        pfp__vec_store(out, pfp__vec_exp(x));
        for (size_t i = 0; i < PFP_LANES; i++) {
            check_close("exp", i, out[i], (double)apply(exp_of, in[i]), 0.0);
        }
    }
}

static void test_first_lanes(void **state) {
    (void)state;
    check_context("first lanes");
    for (size_t n = 0; n <= PFP_LANES; n++) {
        float *in = guarded_floats(n);
        float *out = guarded_floats(n);
        float all[PFP_LANES];
        for (size_t i = 0; i < n; i++) {
            in[i] = (float)i + 1.0f;
        }
        const pfp__vec x = pfp__vec_load_first(in, n);
        pfp__vec_store(all, x);
        for (size_t i = 0; i < PFP_LANES; i++) {
            check_close("loaded", i, all[i], i < n ? (double)i + 1.0 : 0.0, 0.0);
        }
        pfp__vec_store_first(out, x, n);
        check_all_same("stored", n, out, in);
        guarded_release_all();
    }
}

static void test_comparisons(void **state) {
    (void)state;
    const float a[4] = {1.0f, 2.0f, -0.0f, -3.0f};
    const float b[4] = {2.0f, 1.0f, 0.0f, -3.0f};
    const double max[4] = {2.0, 2.0, 0.0, -3.0};
    const double greater[4] = {0.0, 1.0, 0.0, 0.0};
    const double equal[4] = {0.0, 0.0, 1.0, 1.0};
    const pfp__vec one = pfp__vec_set1(1.0f), zero = pfp__vec_set1(0.0f);
    float out[4];
    check_context("comparisons");
    for (size_t i = 0; i < 4; i += PFP_LANES) {
        const pfp__vec x = pfp__vec_load(a + i), y = pfp__vec_load(b + i);
        pfp__vec_store(out, pfp__vec_max(x, y));
        check_all_close("max", PFP_LANES, out, max + i, 0.0, 0.0);
        pfp__vec_store(out, pfp__vec_select(pfp__vec_greater(x, y), one, zero));
        check_all_close("greater", PFP_LANES, out, greater + i, 0.0, 0.0);
        pfp__vec_store(out, pfp__vec_select(pfp__vec_equal(x, y), one, zero));
        check_all_close("equal", PFP_LANES, out, equal + i, 0.0, 0.0);
    }
#if PFP_LANES == 4
    /* 2^24 swallows a one that is added to it alone. */
    const float addends[4] = {0x1p24f, -0x1p24f, 1.0f, 1.0f};
    check_close("sum", 0, pfp__vec_sum(pfp__vec_load(addends)), 2.0, 0.0);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rsqrt),       cmocka_unit_test(test_exp),
        cmocka_unit_test(test_log),         cmocka_unit_test(test_tail),
        cmocka_unit_test(test_first_lanes), cmocka_unit_test(test_lanes_are_independent),
        cmocka_unit_test(test_comparisons),
    };
    return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
