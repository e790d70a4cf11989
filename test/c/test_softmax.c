/* The softmax kernels against double precision. */

#include <math.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"

static void check_logits(const kernel *k, uint32_t classes, const float *logits) {
    float *probability = guarded_floats(classes);
    pfp_uncertainty u = {-1.0f, -1.0f, -1.0f};
    const uint32_t label = ((softmax_exact *)k->function)(classes, logits, probability, &u);

    uint32_t first_largest = 0;
    for (uint32_t i = 1; i < classes; i++) {
        first_largest = logits[i] > logits[first_largest] ? i : first_largest;
    }
    const double largest = (double)logits[first_largest];
    double sum = 0.0, entropy = 0.0;
    for (uint32_t i = 0; i < classes; i++) {
        sum += exp((double)logits[i] - largest);
    }
    for (uint32_t i = 0; i < classes; i++) {
        const double p = exp((double)logits[i] - largest) / sum;
        check_close("probability", i, probability[i], p, 1e-6);
        entropy -= p > 0.0 ? p * log(p) : 0.0;
    }
    check_close("total", 0, u.total, entropy, 5e-6);
    assert_true(u.total >= 0.0f);
    assert_true(u.aleatoric == u.total && u.epistemic == 0.0f);
    if (label != first_largest && probability[label] != probability[first_largest]) {
        check_fail("label %lu, expected %lu", (unsigned long)label, (unsigned long)first_largest);
    }
}

static void test_shapes(void **state) {
    (void)state;
    static const uint32_t class_counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 17, 100};
    static const float spreads[] = {0.0f, 0.1f, 5.0f, 80.0f, 1e6f};
    draw_restart();
    FOR_EACH_KERNEL(k, "softmax", "exact") {
        for (size_t c = 0; c < sizeof class_counts / sizeof class_counts[0]; c++) {
            for (size_t s = 0; s < sizeof spreads / sizeof spreads[0]; s++) {
                float *logits = guarded_floats(class_counts[c]);
                for (uint32_t i = 0; i < class_counts[c]; i++) {
                    logits[i] = draw_uniform(-spreads[s], spreads[s] + 1e-6f);
                }
                check_context("%s classes %lu spread %g", k->symbol, (unsigned long)class_counts[c],
                              (double)spreads[s]);
                check_logits(k, class_counts[c], logits);
                guarded_release_all();
            }
        }
    }
}

static void test_ties_take_the_lower_index(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "softmax", "exact") {
        const float logits[] = {1.0f, 3.0f, 3.0f, -2.0f, 3.0f};
        float probability[5];
        pfp_uncertainty u;
        check_context("%s", k->symbol);
        assert_int_equal(((softmax_exact *)k->function)(5, logits, probability, &u), 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_ties_take_the_lower_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
