#ifndef PFP_TEST_CHECK_H
#define PFP_TEST_CHECK_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** Says what is being checked, e.g. kernel and shape; every failure message begins with it. */
void check_context(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Fails the test; the message carries the context and the seed. */
void check_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** |got - want| <= tolerance; NaN never passes. */
void check_close(const char *name, size_t index, float got, double want, double tolerance);

/** check_close for each of `len` elements with absolute + relative * |want|. */
void check_all_close(const char *name, size_t len, const float *got, const double *want,
                     double absolute, double relative);

/** The same bits, element by element. */
void check_all_same(const char *name, size_t len, const float *got, const float *want);

/** The same bits but for the sign of a zero. */
void check_all_equal(const char *name, size_t len, const float *got, const float *want);

/** A grid's step: one point in sixteen where the processor has no double precision. */
#if defined(__ARM_FP) && (__ARM_FP & 8) == 0
#define CHECK_STEP 16
#else
#define CHECK_STEP 1
#endif

/** Floats between a and b, counted along the number line; +0 and -0 are the same. */
uint32_t ulp_distance(float a, float b);

#endif
