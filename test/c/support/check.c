#include "support/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/draw.h"

static char context[160];

void check_context(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);
}

void check_fail(const char *format, ...) {
    char message[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fail_msg("%s: %s (PFP_TEST_SEED=%llu)", context, message, (unsigned long long)draw_seed());
}

void check_close(const char *name, size_t index, float got, double want, double tolerance) {
    if (!(fabs((double)got - want) <= tolerance)) {
        check_fail("%s[%lu] = %.9g, expected %.12g within %.3g", name, (unsigned long)index,
                   (double)got, want, tolerance);
    }
}

void check_all_close(const char *name, size_t len, const float *got, const double *want,
                     double absolute, double relative) {
    for (size_t i = 0; i < len; i++) {
        check_close(name, i, got[i], want[i], absolute + relative * fabs(want[i]));
    }
}

static uint32_t float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

void check_all_same(const char *name, size_t len, const float *got, const float *want) {
    for (size_t i = 0; i < len; i++) {
        if (float_bits(got[i]) != float_bits(want[i])) {
            check_fail("%s[%lu] = %.9g, expected the same bits as %.9g", name, (unsigned long)i,
                       (double)got[i], (double)want[i]);
        }
    }
}

/* Maps floats to integers in the same order. */
static int64_t position(float x) {
    const uint32_t bits = float_bits(x);
    const int64_t magnitude = (int64_t)(bits & 0x7FFFFFFFu);
    return (bits >> 31) != 0 ? -magnitude : magnitude;
}

uint32_t ulp_distance(float a, float b) {
    const int64_t distance = position(a) - position(b);
    return (uint32_t)(distance < 0 ? -distance : distance);
}

void check_all_equal(const char *name, size_t len, const float *got, const float *want) {
    for (size_t i = 0; i < len; i++) {
        if (ulp_distance(got[i], want[i]) != 0) {
            check_fail("%s[%lu] = %.9g, expected the same as %.9g", name, (unsigned long)i,
                       (double)got[i], (double)want[i]);
        }
    }
}
