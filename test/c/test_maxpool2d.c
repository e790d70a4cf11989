/* The maxpool2d and maxpool2d_relu kernels against exact moments and numerical integration. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/gauss.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/pool.h"

static const char *const ops[] = {"maxpool2d", "maxpool2d_relu"};
enum { OPS = 2 };

static void run(const kernel *k, const pool *p) {
    ((maxpool2d_general *)k->function)(&p->shape, p->in_mean, p->in_var, p->out_mean, p->out_var);
}

static int ends_with_relu(const kernel *k) {
    return strcmp(k->op, "maxpool2d_relu") == 0;
}

static gauss reference(const kernel *k, size_t len, const gauss *elements) {
    const gauss largest = gauss_max_fold(len, elements);
    return ends_with_relu(k) ? gauss_relu(largest) : largest;
}

/* The published errors once per fold, relative to all the variance that goes in, and rounding. */
static void check_output(const kernel *k, const pool *p, size_t out) {
    gauss elements[POOL_WINDOW_MAX];
    const size_t len = pool_window(p, out, elements);
    const gauss want = reference(k, len, elements);
    const gauss_errors errors = gauss_published_errors(k->tier);
    const double folds = (double)len - 1.0 + ends_with_relu(k);
    double var = 0.0, mean = 0.0;
    for (size_t i = 0; i < len; i++) {
        var += elements[i].var;
        mean = fmax(mean, fabs(elements[i].mean));
    }
    check_close("mean", out, p->out_mean[out], want.mean,
                folds * (errors.mean * sqrt(var) + 0x1p-23 * mean));
    check_close("var", out, p->out_var[out], want.var, folds * errors.var * var);
    if (!(p->out_var[out] >= 0.0f)) {
        check_fail("var[%lu] = %.9g", (unsigned long)out, (double)p->out_var[out]);
    }
}

typedef void kernel_check(const kernel *k);

static void for_each_general(kernel_check *check) {
    for (size_t op = 0; op < OPS; op++) {
        FOR_EACH_KERNEL(k, ops[op], "general") {
            draw_restart();
            check(k);
            guarded_release_all();
        }
    }
}

static void check_shape(const kernel *k, const pfp_pool2d_shape *s) {
    check_context("%s window %lux%lu stride %lux%lu channels %lu", k->symbol,
                  (unsigned long)s->size_h, (unsigned long)s->size_w, (unsigned long)s->stride_h,
                  (unsigned long)s->stride_w, (unsigned long)s->channels);
    const pool p = pool_new(s);
    pool_draw(&p);
    run(k, &p);
    for (size_t i = 0; i < p.out_len; i++) {
        check_output(k, &p, i);
    }
    guarded_release_all();
}

static void check_shapes(const kernel *k) {
    for (size_t c = 0; c < pool_channel_count_len; c++) {
        for (size_t w = 0; w < pool_window_len; w++) {
            for (uint32_t out = 1; out <= 3; out += 2) {
                const pfp_pool2d_shape s =
                    pool_shape(pool_channel_counts[c], pool_windows[w][0], pool_windows[w][1],
                               pool_windows[w][2], pool_windows[w][3], out, 4 - out);
                check_shape(k, &s);
            }
        }
    }
}

static void test_shapes(void **state) {
    (void)state;
    for_each_general(check_shapes);
}

/* A window of two: Clark's formula alone, against the integral it solves. */
static void check_pair(const kernel *k, gauss a, gauss b, gauss want) {
    const pfp_pool2d_shape s = pool_shape(1, 1, 2, 1, 1, 1, 1);
    const pool p = pool_new(&s);
    const gauss_errors errors = gauss_published_errors(k->tier);
    p.in_mean[0] = (float)a.mean;
    p.in_var[0] = (float)a.var;
    p.in_mean[1] = (float)b.mean;
    p.in_var[1] = (float)b.var;
    run(k, &p);
    check_context("%s of (%.9g, %.9g) and (%.9g, %.9g)", k->symbol, a.mean, a.var, b.mean, b.var);
    const double sum = a.var + b.var;
    check_close("mean", 0, p.out_mean[0], want.mean,
                errors.mean * sqrt(sum) + 0x1p-23 * fmax(fabs(a.mean), fabs(b.mean)));
    check_close("var", 0, p.out_var[0], want.var, errors.var * sum);
    if (!(p.out_var[0] >= 0.0f)) {
        check_fail("var = %.9g", (double)p.out_var[0]);
    }
    guarded_release_all();
}

/* Distances out to 40, equal means among them, over ratios of the variances. */
static void test_moments_by_integration(void **state) {
    (void)state;
    static const double ratios[] = {1e-4, 1e-2, 0.3, 1.0, 5.0, 1e2, 1e4};
    for (int i = -80; i <= 80; i += CHECK_STEP) {
        const double a = i <= -60 || i >= 60 ? i / 2.0 : i / 8.0;
        for (size_t r = 0; r < sizeof ratios / sizeof ratios[0]; r++) {
            const gauss x = {(double)(float)(a * sqrt(1.0 + ratios[r])), 1.0};
            const gauss y = {0.0, (double)(float)ratios[r]};
            const gauss want = gauss_max_integrated(x, y);
            FOR_EACH_KERNEL(k, "maxpool2d", "general") {
                check_pair(k, x, y, want);
            }
        }
    }
}

/* Where the larger has no variance the outcome is as small as a relu's: relative errors count. */
static void test_relative_variance(void **state) {
    (void)state;
    for (int i = 0; i <= 600; i++) {
        const gauss x = {(double)(float)(i / 100.0), 0.0};
        const gauss y = {0.0, 1.0};
        const gauss want = gauss_max(x, y);
        FOR_EACH_KERNEL(k, "maxpool2d", "general") {
            const pfp_pool2d_shape s = pool_shape(1, 1, 2, 1, 1, 1, 1);
            const pool p = pool_new(&s);
            p.in_mean[0] = (float)x.mean;
            p.in_var[0] = 0.0f;
            p.in_mean[1] = 0.0f;
            p.in_var[1] = 1.0f;
            run(k, &p);
            check_context("%s distance %.9g", k->symbol, x.mean);
            check_close("relative var", 0, p.out_var[0], want.var,
                        gauss_published_errors(k->tier).var_relative * want.var);
            guarded_release_all();
        }
    }
}

/*
 * Every pattern of equal and unequal means in a window of four, with variances so different that
 * another order gives another outcome (0.003 at least where all means are equal).
 */
static void check_ties(const kernel *k) {
    static const float vars[4] = {1.0f, 9.0f, 0.25f, 4.0f};
    const pfp_pool2d_shape s = pool_shape(4, 2, 2, 2, 2, 1, 1);
    const pool p = pool_new(&s);
    for (int pattern = 0; pattern < 256; pattern++) {
        for (size_t position = 0; position < 4; position++) {
            const size_t at = (position / 2 * s.in_w + position % 2) * s.channels;
            for (size_t c = 0; c < 4; c++) {
                p.in_mean[at + c] = (float)(pattern >> (2 * position) & 3);
                p.in_var[at + c] = vars[(position + c) % 4];
            }
        }
        run(k, &p);
        check_context("%s pattern %d", k->symbol, pattern);
        for (size_t i = 0; i < p.out_len; i++) {
            check_output(k, &p, i);
        }
    }
}

static void test_ties_by_position(void **state) {
    (void)state;
    const gauss forward[4] = {{0.0, 1.0}, {0.0, 9.0}, {0.0, 0.25}, {0.0, 4.0}};
    const gauss swapped[4] = {{0.0, 1.0}, {0.0, 0.25}, {0.0, 9.0}, {0.0, 4.0}};
    assert_true(fabs(gauss_max_fold(4, forward).var - gauss_max_fold(4, swapped).var) > 3e-3);
    for_each_general(check_ties);
}

static void check_exact(const kernel *k) {
    for (size_t w = 0; w < pool_window_len; w++) {
        const pfp_pool2d_shape s = pool_shape(5, pool_windows[w][0], pool_windows[w][1],
                                              pool_windows[w][2], pool_windows[w][3], 2, 2);
        const pool p = pool_new(&s);
        pool_draw(&p);
        for (size_t i = 0; i < p.in_len; i++) {
            p.in_var[i] = 0.0f;
        }
        run(k, &p);
        check_context("%s window %lu without variance", k->symbol, (unsigned long)w);
        for (size_t i = 0; i < p.out_len; i++) {
            gauss elements[POOL_WINDOW_MAX];
            const size_t len = pool_window(&p, i, elements);
            check_close("mean", i, p.out_mean[i], reference(k, len, elements).mean, 0.0);
            check_close("var", i, p.out_var[i], 0.0, 0.0);
        }
        guarded_release_all();
    }
}

static void test_no_variance_is_exact(void **state) {
    (void)state;
    for_each_general(check_exact);
}

/* Denormal, tiny and huge variances, signed zeros and huge means: finite and not negative. */
static void check_extremes(const kernel *k) {
    static const float vars[] = {0.0f, 1e-45f, 1e-39f, FLT_MIN, 1e-20f, 1.0f, 1e30f, FLT_MAX};
    static const float means[] = {0.0f, -0.0f, 1e-30f, -1.0f, 1e18f, -FLT_MAX / 2, FLT_MAX / 2};
    const size_t var_count = sizeof vars / sizeof vars[0];
    const size_t mean_count = sizeof means / sizeof means[0];
    const pfp_pool2d_shape s = pool_shape(5, 2, 2, 2, 2, 1, 2);
    const pool p = pool_new(&s);
    for (int round = 0; round < 500; round++) {
        for (size_t i = 0; i < p.in_len; i++) {
            p.in_var[i] = vars[draw_bits() % var_count];
            p.in_mean[i] = means[draw_bits() % mean_count];
        }
        run(k, &p);
        check_context("%s round %d", k->symbol, round);
        for (size_t i = 0; i < p.out_len; i++) {
            if (!isfinite(p.out_mean[i]) || !isfinite(p.out_var[i]) || !(p.out_var[i] >= 0.0f)) {
                check_fail("[%lu] = mean %.9g var %.9g", (unsigned long)i, (double)p.out_mean[i],
                           (double)p.out_var[i]);
            }
        }
    }
}

static void test_extreme_values(void **state) {
    (void)state;
    for_each_general(check_extremes);
}

static void test_det(void **state) {
    (void)state;
    draw_restart();
    for (size_t op = 0; op < OPS; op++) {
        FOR_EACH_KERNEL(k, ops[op], "det") {
            for (size_t c = 0; c < pool_channel_count_len; c++) {
                for (size_t w = 0; w < pool_window_len; w++) {
                    const pfp_pool2d_shape s =
                        pool_shape(pool_channel_counts[c], pool_windows[w][0], pool_windows[w][1],
                                   pool_windows[w][2], pool_windows[w][3], 2, 3);
                    const pool p = pool_new(&s);
                    pool_draw(&p);
                    ((maxpool2d_det *)k->function)(&s, p.in_mean, p.out_mean);
                    check_context("%s window %lu channels %lu", k->symbol, (unsigned long)w,
                                  (unsigned long)s.channels);
                    for (size_t i = 0; i < p.out_len; i++) {
                        gauss elements[POOL_WINDOW_MAX];
                        const size_t len = pool_window(&p, i, elements);
                        double want = ends_with_relu(k) ? 0.0 : -(double)FLT_MAX;
                        for (size_t e = 0; e < len; e++) {
                            want = fmax(want, elements[e].mean);
                        }
                        check_close("out", i, p.out_mean[i], want, 0.0);
                    }
                    guarded_release_all();
                }
            }
        }
    }
}

/* How far before its input an output begins at least, so that no row of it reaches input rows
 * that it or a later one needs; and a multiple of 16 bytes. */
static size_t smallest_lead(const pfp_pool2d_shape *s) {
    const size_t in_step = (size_t)s->stride_h * s->in_w * s->channels;
    const size_t out_row = (size_t)s->out_w * s->channels;
    const size_t last = s->out_h - 1;
    /* The distance grows or shrinks from row to row by the same amount. */
    const size_t lead = in_step < out_row ? (last + 1) * out_row - last * in_step : out_row;
    return (lead + 3) / 4 * 4;
}

/* A copy of `in` with room for an output that begins `lead` floats before it. */
static float *copy_behind(const float *in, size_t len, size_t lead) {
    float *room = guarded_floats((lead + len + 3) / 4 * 4);
    memcpy(room + lead, in, len * sizeof *in);
    return room;
}

static void check_over_input(const kernel *k, const pfp_pool2d_shape *s) {
    const pool p = pool_new(s);
    pool_draw(&p);
    const size_t lead = smallest_lead(s);
    float *mean = copy_behind(p.in_mean, p.in_len, lead);
    if (strcmp(k->form, "det") == 0) {
        maxpool2d_det *function = (maxpool2d_det *)k->function;
        function(s, p.in_mean, p.out_mean);
        function(s, mean + lead, mean);
    } else {
        float *var = copy_behind(p.in_var, p.in_len, lead);
        maxpool2d_general *function = (maxpool2d_general *)k->function;
        function(s, p.in_mean, p.in_var, p.out_mean, p.out_var);
        function(s, mean + lead, var + lead, mean, var);
        check_all_same("var", p.out_len, var, p.out_var);
    }
    check_all_same("mean", p.out_len, mean, p.out_mean);
    guarded_release_all();
}

static void test_outputs_over_consumed_input(void **state) {
    (void)state;
    static const char *const forms[] = {"general", "det"};
    draw_restart();
    for (size_t i = 0; i < 2 * OPS; i++) {
        FOR_EACH_KERNEL(k, ops[i / 2], forms[i % 2]) {
            for (size_t c = 0; c < pool_channel_count_len; c++) {
                for (size_t w = 0; w < pool_window_len; w++) {
                    const pfp_pool2d_shape s =
                        pool_shape(pool_channel_counts[c], pool_windows[w][0], pool_windows[w][1],
                                   pool_windows[w][2], pool_windows[w][3], 5, 3);
                    check_context("%s window %lu channels %lu over its input", k->symbol,
                                  (unsigned long)w, (unsigned long)s.channels);
                    check_over_input(k, &s);
                }
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_moments_by_integration),
        cmocka_unit_test(test_relative_variance),
        cmocka_unit_test(test_ties_by_position),
        cmocka_unit_test(test_no_variance_is_exact),
        cmocka_unit_test(test_extreme_values),
        cmocka_unit_test(test_det),
        cmocka_unit_test(test_outputs_over_consumed_input),
    };
    return cmocka_run_group_tests_name("maxpool2d", tests, NULL, NULL);
}
