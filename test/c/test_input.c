/* The input kernels: order, shift and the search for NaN and infinity. */

#include <float.h>
#include <math.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"

static const uint32_t planes[] = {1, 2, 3, 4, 5, 7, 8, 9, 17, 784};
static const uint32_t channel_counts[] = {1, 2, 3, 4, 5};
enum { PLANES = sizeof planes / sizeof planes[0], CHANNEL_COUNTS = 5 };

static void check_order(const kernel *k, uint32_t channels, uint32_t plane) {
    const size_t len = (size_t)channels * plane;
    float *in = guarded_floats(len), *out = guarded_floats(len), *shift = guarded_floats(channels);
    check_context("%s channels %lu plane %lu", k->symbol, (unsigned long)channels,
                  (unsigned long)plane);
    for (size_t i = 0; i < len; i++) {
        in[i] = draw_uniform(-1.0f, 1.0f);
    }
    for (size_t c = 0; c < channels; c++) {
        shift[c] = c == 0 ? 0.0f : draw_uniform(-1.0f, 1.0f);
    }
    assert_int_equal(((input_det *)k->function)(channels, plane, in, shift, out), PFP_OK);
    for (size_t c = 0; c < channels; c++) {
        for (size_t p = 0; p < plane; p++) {
            const float want = in[c * plane + p] - shift[c];
            check_close("out", p * channels + c, out[p * channels + c], (double)want, 0.0);
        }
    }
    guarded_release_all();
}

static void test_order_and_shift(void **state) {
    (void)state;
    draw_restart();
    FOR_EACH_KERNEL(k, "input", "det") {
        for (size_t c = 0; c < CHANNEL_COUNTS; c++) {
            for (size_t p = 0; p < PLANES; p++) {
                check_order(k, channel_counts[c], planes[p]);
            }
        }
    }
}

static pfp_status run_with(const kernel *k, uint32_t channels, uint32_t plane, size_t at,
                           float value) {
    const size_t len = (size_t)channels * plane;
    float *in = guarded_floats(len), *out = guarded_floats(len), *shift = guarded_floats(channels);
    for (size_t i = 0; i < len; i++) {
        in[i] = 0.5f;
    }
    for (size_t c = 0; c < channels; c++) {
        shift[c] = 0.25f;
    }
    in[at] = value;
    const pfp_status status = ((input_det *)k->function)(channels, plane, in, shift, out);
    guarded_release_all();
    return status;
}

/* At every place, lane and channel. */
static void test_non_finite(void **state) {
    (void)state;
    static const float bad[] = {INFINITY, -INFINITY, NAN};
    static const float good[] = {FLT_MAX, -FLT_MAX, 1e-45f, -0.0f};
    FOR_EACH_KERNEL(k, "input", "det") {
        for (uint32_t channels = 1; channels <= 3; channels++) {
            for (size_t at = 0; at < (size_t)channels * 9; at++) {
                check_context("%s channels %lu at %lu", k->symbol, (unsigned long)channels,
                              (unsigned long)at);
                for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                    assert_int_equal(run_with(k, channels, 9, at, bad[i]), PFP_E_NONFINITE);
                }
                for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
                    assert_int_equal(run_with(k, channels, 9, at, good[i]), PFP_OK);
                }
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_shift),
        cmocka_unit_test(test_non_finite),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
