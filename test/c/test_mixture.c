/* The accumulate and mixture kernels against double precision. */

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"

static const size_t lens[] = {1, 2, 3, 4, 5, 8, 10, 17};

/* `count` vectors around `center`, and what becomes of them. */
static void check_vectors(const kernel *k, size_t len, uint32_t count, float center) {
    float *x = guarded_floats(len), *mean = guarded_floats(len), *squares = guarded_floats(len);
    float *alone = guarded_floats(len);
    double sum[32] = {0.0}, of_squares[32] = {0.0};
    /* What stands there before must not matter. */
    for (size_t i = 0; i < len; i++) {
        mean[i] = squares[i] = alone[i] = NAN;
    }
    for (uint32_t n = 1; n <= count; n++) {
        for (size_t i = 0; i < len; i++) {
            x[i] = draw_uniform(center - 1.0f, center + 1.0f);
            const double deviation = (double)x[i] - (double)center;
            sum[i] += deviation;
            of_squares[i] += deviation * deviation;
        }
        ((accumulate_exact *)k->function)(len, n, x, mean, squares);
        ((accumulate_exact *)k->function)(len, n, x, alone, NULL);
    }
    for (size_t i = 0; i < len; i++) {
        const double want = (double)center + sum[i] / count;
        /*
         * Step k rounds the mean once, which counts k / count in the end: together a deviation of
         * ulp * sqrt(count / 36), of which 4.5 are allowed.
         */
        const double ulp = 0x1p-23 * (fabs((double)center) + 1.0);
        check_close("mean", i, mean[i], want, ulp * (1.0 + 0.75 * sqrt((double)count)));
        const double square = of_squares[i] - sum[i] * sum[i] / count;
        check_close("squares", i, squares[i], square, 1e-5 * square + 8.0 * ulp * count);
        assert_true(squares[i] >= 0.0f);
        assert_true(mean[i] == alone[i]);
    }
}

/* Sums of squares would lose all digits at a mean a thousand times the deviation. */
static void test_mean_and_squares(void **state) {
    (void)state;
    static const uint32_t counts[] = {1, 2, 3, 30, 1000};
    static const float centers[] = {0.0f, -3.0f, 1000.0f};
    draw_restart();
    FOR_EACH_KERNEL(k, "accumulate", "exact") {
        for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++) {
            for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
                for (size_t m = 0; m < sizeof centers / sizeof centers[0]; m++) {
                    check_context("%s len %lu count %lu around %g", k->symbol,
                                  (unsigned long)lens[l], (unsigned long)counts[c],
                                  (double)centers[m]);
                    check_vectors(k, lens[l], counts[c], centers[m]);
                    guarded_release_all();
                }
            }
        }
    }
}

static void test_equal_vectors_have_no_squares(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "accumulate", "exact") {
        check_context("%s", k->symbol);
        float x[3] = {0.1f, -7.3f, 1e6f}, mean[3], squares[3];
        for (uint32_t n = 1; n <= 100; n++) {
            ((accumulate_exact *)k->function)(3, n, x, mean, squares);
        }
        for (size_t i = 0; i < 3; i++) {
            assert_true(mean[i] == x[i] && squares[i] == 0.0f);
        }
    }
}

static double entropy_of(uint32_t classes, const double *p) {
    double entropy = 0.0;
    for (uint32_t i = 0; i < classes; i++) {
        entropy -= p[i] > 0.0 ? p[i] * log(p[i]) : 0.0;
    }
    return entropy;
}

static void check_mixture(const kernel *k, uint32_t classes, float aleatoric) {
    float *probability = guarded_floats(classes);
    double p[32], sum = 0.0;
    for (uint32_t i = 0; i < classes; i++) {
        probability[i] = draw_bits() % 4 == 0 ? 0.0f : draw_magnitude(-6.0f, 0.0f);
        sum += (double)probability[i];
    }
    if (sum == 0.0) {
        probability[0] = 1.0f;
        sum = 1.0;
    }
    uint32_t largest = 0;
    for (uint32_t i = 0; i < classes; i++) {
        p[i] = (double)probability[i] / sum;
        largest = p[i] > p[largest] ? i : largest;
    }
    pfp_uncertainty u;
    const uint32_t label = ((mixture_exact *)k->function)(classes, aleatoric, probability, &u);
    const double total = entropy_of(classes, p);
    for (uint32_t i = 0; i < classes; i++) {
        check_close("probability", i, probability[i], p[i], 1e-6 * p[i]);
    }
    check_close("total", 0, u.total, total, 5e-6);
    check_close("aleatoric", 0, u.aleatoric, fmin((double)aleatoric, total), 5e-6);
    assert_true(u.total >= 0.0f && u.aleatoric >= 0.0f && u.epistemic >= 0.0f);
    assert_true(u.epistemic == u.total - u.aleatoric);
    assert_int_equal(label, largest);
}

static void test_mixture(void **state) {
    (void)state;
    static const float entropies[] = {0.0f, -1e-7f, 0.3f, 50.0f};
    draw_restart();
    FOR_EACH_KERNEL(k, "mixture", "exact") {
        for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++) {
            for (size_t e = 0; e < sizeof entropies / sizeof entropies[0]; e++) {
                check_context("%s classes %lu aleatoric %g", k->symbol, (unsigned long)lens[l],
                              (double)entropies[e]);
                check_mixture(k, (uint32_t)lens[l], entropies[e]);
                guarded_release_all();
            }
        }
    }
}

static void test_ties_take_the_lower_index(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "mixture", "exact") {
        float probability[] = {0.1f, 0.3f, 0.3f, 0.3f};
        pfp_uncertainty u;
        check_context("%s", k->symbol);
        assert_int_equal(((mixture_exact *)k->function)(4, 0.0f, probability, &u), 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean_and_squares),
        cmocka_unit_test(test_equal_vectors_have_no_squares),
        cmocka_unit_test(test_mixture),
        cmocka_unit_test(test_ties_take_the_lower_index),
    };
    return cmocka_run_group_tests_name("mixture", tests, NULL, NULL);
}
