/* The classify kernels against softmax in double precision, over fixed points and random draws. */

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/head.h"
#include "support/kernels.h"
#include "support/logits.h"

/*
 * Random draws, and points with which the lattice is closer than these: the vaguer the logits, the
 * more. AArch64 is emulated mostly; a microcontroller has neither the time nor the memory.
 */
#if defined(__aarch64__)
enum { DRAWS = 1 << 18, MANY_POINTS = 1 << 13, MOST_POINTS = 1 << 15 };
#elif UINTPTR_MAX > UINT32_MAX
enum { DRAWS = 1 << 20, MANY_POINTS = 1 << 13, MOST_POINTS = 1 << 17 };
#else
enum { DRAWS = 1 << 15, MANY_POINTS = 1 << 11, MOST_POINTS = 1 << 11 };
#endif

typedef struct outcome {
    head head;
    uint32_t label;
} outcome;

/* Runs the kernel in guarded memory and checks what holds for every outcome. */
static outcome run(const kernel *k, const logits *p, size_t points, const float *normals) {
    const size_t n = p->classes, triangle = n * (n + 1) / 2;
    float *mean = guarded_floats(n), *cov = guarded_floats(triangle);
    float *scratch = guarded_floats(8 * n), *probability = guarded_floats(n);
    pfp_uncertainty u = {-1.0f, -1.0f, -1.0f};
    outcome o;
    for (size_t i = 0; i < n; i++) {
        mean[i] = (float)p->mean[i];
    }
    for (size_t i = 0; i < triangle; i++) {
        cov[i] = (float)p->cov[i];
    }
    o.label = ((classify_general *)k->function)((uint32_t)n, (uint32_t)points, mean, cov, normals,
                                                scratch, probability, &u);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        o.head.probability[i] = (double)probability[i];
        sum += o.head.probability[i];
        if (!(probability[i] >= 0.0f && probability[i] <= 1.0f + 1e-6f)) {
            check_fail("probability[%lu] = %.9g", (unsigned long)i, (double)probability[i]);
        }
        if (probability[i] > probability[o.label] ||
            (i < o.label && probability[i] == probability[o.label])) {
            check_fail("label %lu, but %lu is larger or earlier", (unsigned long)o.label,
                       (unsigned long)i);
        }
    }
    check_close("sum of probabilities", 0, (float)sum, 1.0, 1e-6);
    if (!(0.0f <= u.aleatoric && u.aleatoric <= u.total && 0.0f <= u.epistemic &&
          u.epistemic == u.total - u.aleatoric)) {
        check_fail("total %.9g aleatoric %.9g epistemic %.9g", (double)u.total, (double)u.aleatoric,
                   (double)u.epistemic);
    }
    o.head.total = (double)u.total;
    o.head.aleatoric = (double)u.aleatoric;
    o.head.epistemic = (double)u.epistemic;
    return o;
}

static void check_head(const head *got, const head *want, size_t classes, double tolerance) {
    for (size_t i = 0; i < classes; i++) {
        check_close("probability", i, (float)got->probability[i], want->probability[i], tolerance);
    }
    check_close("total", 0, (float)got->total, want->total, 4.0 * tolerance);
    check_close("aleatoric", 0, (float)got->aleatoric, want->aleatoric, 4.0 * tolerance);
    check_close("epistemic", 0, (float)got->epistemic, want->epistemic, 4.0 * tolerance);
}

/* Points of no special quality, for comparing kernel and reference on the same ones. */
static float *any_points(size_t points, size_t classes) {
    float *normals = guarded_floats(points * classes);
    for (size_t i = 0; i < points * classes; i++) {
        normals[i] = draw_uniform(-2.0f, 2.0f);
    }
    return normals;
}

static void test_shapes(void **state) {
    (void)state;
    static const size_t class_counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 17, 32};
    static const size_t point_counts[] = {4, 8, 12, 64};
    draw_restart();
    FOR_EACH_KERNEL(k, "classify", "general") {
        for (size_t c = 0; c < sizeof class_counts / sizeof class_counts[0]; c++) {
            for (size_t n = 0; n < sizeof point_counts / sizeof point_counts[0]; n++) {
                const size_t classes = class_counts[c], points = point_counts[n];
                const logits p = logits_draw(classes, 3.0f, 1.0f, classes, 0.1f);
                const float *normals = any_points(points, classes);
                check_context("%s classes %lu points %lu", k->symbol, (unsigned long)classes,
                              (unsigned long)points);
                const outcome o = run(k, &p, points, normals);
                const head want = head_from_points(classes, points, p.mean, p.root, normals);
                check_head(&o.head, &want, classes, 5e-6);
                guarded_release_all();
            }
        }
    }
}

static void check_against_draws(const logits *p, const char *name, size_t points) {
    const head_drawn drawn = head_from_draws(p->classes, DRAWS, p->mean, p->root);
    const float *normals = head_normal_points(points, p->classes);
    const float *fewer[] = {head_normal_points(64, p->classes), head_normal_points(128, p->classes),
                            head_normal_points(256, p->classes)};
    FOR_EACH_KERNEL(k, "classify", "general") {
        check_context("%s %s against %lu draws", k->symbol, name, (unsigned long)DRAWS);
        const outcome o = run(k, p, points, normals);
        for (size_t i = 0; i < p->classes; i++) {
            check_close("probability", i, (float)o.head.probability[i],
                        drawn.estimate.probability[i], drawn.four_errors.probability[i] + 1e-6);
        }
        check_close("total", 0, (float)o.head.total, drawn.estimate.total,
                    drawn.four_errors.total + 1e-6);
        check_close("aleatoric", 0, (float)o.head.aleatoric, drawn.estimate.aleatoric,
                    drawn.four_errors.aleatoric + 1e-6);
        check_close("epistemic", 0, (float)o.head.epistemic, drawn.estimate.epistemic,
                    drawn.four_errors.epistemic + 1e-6);
        for (size_t n = 0; n < 3; n++) {
            const size_t few_points = (size_t)64 << n;
            const outcome few = run(k, p, few_points, fewer[n]);
            double worst = 0.0;
            for (size_t i = 0; i < p->classes; i++) {
                worst = fmax(worst, fabs(few.head.probability[i] - o.head.probability[i]));
            }
            print_message("%s %s, %lu points: probability within %.4f, epistemic within %.4f\n",
                          k->symbol, name, (unsigned long)few_points, worst,
                          fabs(few.head.epistemic - o.head.epistemic));
        }
    }
    guarded_release_all();
}

static void test_confident(void **state) {
    (void)state;
    draw_restart();
    logits p = logits_draw(10, 4.0f, 0.5f, 3, 0.3f);
    p.mean[3] = 12.0;
    check_against_draws(&p, "confident", MANY_POINTS);
}

static void test_ambiguous(void **state) {
    (void)state;
    draw_restart();
    logits p = logits_draw(10, 2.0f, 0.4f, 3, 0.2f);
    p.mean[3] = 9.0;
    p.mean[8] = 8.5;
    check_against_draws(&p, "ambiguous", MANY_POINTS);
}

static void test_vague(void **state) {
    (void)state;
    draw_restart();
    const logits p = logits_draw(10, 2.0f, 1.5f, 4, 1.0f);
    check_against_draws(&p, "vague", MOST_POINTS);
}

/* Without variance the points do not matter: one softmax, and all doubt is aleatoric. */
static void test_no_variance(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_KERNEL(k, "classify", "general") {
        const logits p = logits_draw(10, 3.0f, 0.0f, 0, 0.0f);
        const float *normals = any_points(16, 10);
        check_context("%s without variance", k->symbol);
        const outcome o = run(k, &p, 16, normals);
        const head want = head_from_points(10, 16, p.mean, p.root, normals);
        check_head(&o.head, &want, 10, 1e-6);
        check_close("epistemic", 0, (float)o.head.epistemic, 0.0, 2e-6);
        guarded_release_all();
    }
}

/* Classes known exactly: zero rows and columns, at either end and between. */
static void test_certain_classes(void **state) {
    (void)state;
    static const size_t certain[] = {0, 4, 9};
    draw_restart();
    FOR_EACH_KERNEL(k, "classify", "general") {
        for (size_t n = 0; n < sizeof certain / sizeof certain[0]; n++) {
            logits p = logits_draw(10, 3.0f, 1.0f, 10, 0.1f);
            for (size_t i = 0, at = 0; i < 10; i++) {
                for (size_t j = 0; j <= i; j++, at++) {
                    p.cov[at] = i == certain[n] || j == certain[n] ? 0.0 : p.cov[at];
                }
            }
            logits_finish(&p);
            const float *normals = any_points(64, 10);
            check_context("%s class %lu certain", k->symbol, (unsigned long)certain[n]);
            const outcome o = run(k, &p, 64, normals);
            const head want = head_from_points(10, 64, p.mean, p.root, normals);
            check_head(&o.head, &want, 10, 5e-6);
            guarded_release_all();
        }
    }
}

/* All logits move together along one direction: the factor is that direction, in one column. */
static void test_rank_one(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_KERNEL(k, "classify", "general") {
        for (int round = 0; round < 50; round++) {
            logits p = logits_draw(10, 3.0f, 0.0f, 0, 0.0f);
            double direction[10];
            memset(p.root, 0, sizeof p.root);
            for (size_t i = 0, at = 0, row = 0; i < 10; row += ++i) {
                direction[i] = (double)draw_uniform(i == 0 ? 0.5f : -2.0f, 2.0f);
                p.root[row] = direction[i];
                for (size_t j = 0; j <= i; j++, at++) {
                    p.cov[at] = direction[i] * direction[j];
                }
            }
            const float *normals = any_points(64, 10);
            check_context("%s rank one, round %d", k->symbol, round);
            const outcome o = run(k, &p, 64, normals);
            const head want = head_from_points(10, 64, p.mean, p.root, normals);
            /* Rounding of the covariance may leave a pivot up to the floor of 1e-6: 1e-3 sd. */
            check_head(&o.head, &want, 10, 1e-3);
            guarded_release_all();
        }
    }
}

/* Far apart, huge and tiny: finite, and what `run` checks. */
static void test_extreme_values(void **state) {
    (void)state;
    static const float spreads[] = {0.0f, 1e-30f, 1e4f, 1e30f};
    static const float variances[] = {1e-45f, 1e-30f, 1e4f, 1e30f};
    draw_restart();
    FOR_EACH_KERNEL(k, "classify", "general") {
        for (size_t s = 0; s < 4; s++) {
            for (size_t v = 0; v < 4; v++) {
                const logits p = logits_draw(10, spreads[s], 0.0f, 0, variances[v]);
                check_context("%s spread %g variance %g", k->symbol, (double)spreads[s],
                              (double)variances[v]);
                run(k, &p, 64, any_points(64, 10));
                guarded_release_all();
            }
        }
    }
}

static void test_ties_go_to_the_lower_label(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "classify", "general") {
        logits p = logits_draw(10, 0.0f, 0.0f, 0, 0.0f);
        p.mean[2] = p.mean[7] = 1.0;
        check_context("%s ties", k->symbol);
        draw_restart();
        assert_int_equal(run(k, &p, 4, any_points(4, 10)).label, 2);
        guarded_release_all();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_confident),
        cmocka_unit_test(test_ambiguous),
        cmocka_unit_test(test_vague),
        cmocka_unit_test(test_no_variance),
        cmocka_unit_test(test_certain_classes),
        cmocka_unit_test(test_rank_one),
        cmocka_unit_test(test_extreme_values),
        cmocka_unit_test(test_ties_go_to_the_lower_label),
    };
    return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
