/* The covariance kernels against sums in double precision. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/linear.h"
#include "support/stored.h"

/* What bounds the error of a sum: how often a term rounds outside it, and denormal terms. */
typedef struct rounding {
    double count, smallest;
} rounding;

static void check_problem(const kernel *k, const linear *problem, const void *weights,
                          uint32_t outputs, rounding rounds) {
    const linear l = *problem;
    const draw_kind kind = l.kind;
    const size_t in_len = l.in_len, out_len = l.out_len;
    const pfp_dense_shape shape = {(uint32_t)in_len, (uint32_t)out_len, 1};
    float *out_var = guarded_floats(out_len);
    float *scratch = guarded_floats((out_len + 3) / 4 * 4);
    float *cov = guarded_floats(out_len * (out_len + 1) / 2);
    for (size_t i = 0; i < out_len; i++) {
        out_var[i] = draw_uniform(0.0f, 2.0f);
    }
    check_context("%s in_len %lu out_len %lu panels of %lu", k->symbol, (unsigned long)in_len,
                  (unsigned long)out_len, (unsigned long)outputs);
    ((covariance_general *)k->function)(&shape, outputs, l.in_var, weights, out_var, scratch, cov);

    for (size_t i = 0, at = 0; i < out_len; i++, at++) {
        for (size_t j = 0; j < i; j++, at++) {
            double want = 0.0, magnitude = 0.0;
            for (size_t n = 0; n < in_len; n++) {
                const double term = (double)l.in_var[n] * (double)l.weight_mean[i * in_len + n] *
                                    (double)l.weight_mean[j * in_len + n];
                want += term;
                magnitude += fabs(term);
            }
            const double bound = ((double)in_len + rounds.count) * 0x1p-24 * magnitude +
                                 (double)in_len * rounds.smallest;
            check_close("cov", at, cov[at], want, kind == DRAW_WHOLE ? 0.0 : bound);
        }
        check_close("variance", at, cov[at], (double)out_var[i], 0.0);
    }
    guarded_release_all();
}

static void check_case(const kernel *k, draw_kind kind, size_t in_len, size_t out_len,
                       uint32_t outputs) {
    const linear l = linear_draw(kind, in_len, in_len, out_len);
    /* Each product rounds twice, each sum once. */
    const rounding rounds = {2.0, 0.0};
    check_problem(k, &l, linear_pack(&l, outputs), outputs, rounds);
}

static void check_stored_case(const kernel *k, draw_kind kind, size_t in_len, size_t out_len,
                              uint32_t outputs) {
    const linear l = linear_draw(kind, in_len, in_len, out_len);
    const stored s = stored_pack(&l, k->weights);
    /* Two scales come on top; bf16 has denormal words for means of zero. */
    const rounding rounds = {4.0, strcmp(k->weights, "bf16") == 0 ? (double)FLT_MIN : 0.0};
    check_problem(k, &s.unpacked, s.packed, outputs, rounds);
}

static void for_each_shape(draw_kind kind) {
    static const size_t in_lens[] = {1, 2, 5, 84};
    static const size_t out_lens[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 17};
    draw_restart();
    FOR_EACH_KERNEL(k, "covariance", "general") {
        for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
            for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
                check_case(k, kind, in_lens[i], out_lens[o], 4);
                check_case(k, kind, in_lens[i], out_lens[o], 8);
            }
        }
    }
    FOR_EACH_STORED_KERNEL(k, "covariance", "general") {
        for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
            for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
                check_stored_case(k, kind, in_lens[i], out_lens[o], 8);
            }
        }
    }
}

static void test_whole_numbers_are_exact(void **state) {
    (void)state;
    for_each_shape(DRAW_WHOLE);
}

static void test_typical_values(void **state) {
    (void)state;
    for_each_shape(DRAW_TYPICAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact),
        cmocka_unit_test(test_typical_values),
    };
    return cmocka_run_group_tests_name("covariance", tests, NULL, NULL);
}
