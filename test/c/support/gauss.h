#ifndef PFP_TEST_GAUSS_H
#define PFP_TEST_GAUSS_H

#include <stddef.h>

/** A Gaussian in double precision. */
typedef struct gauss {
    double mean;
    double var;
} gauss;

/** Moments of max(x, 0), in closed form with erfc. */
gauss gauss_relu(gauss x);

/** Moments of the larger of two independent ones (Clark 1961), in closed form with erfc. */
gauss gauss_max(gauss a, gauss b);

/** gauss_max folded over `len` elements in order of falling mean, ties by position. */
gauss gauss_max_fold(size_t len, const gauss *elements);

/** The same moments as gauss_relu and gauss_max by numerical integration of their definition. */
gauss gauss_relu_integrated(gauss x);
gauss gauss_max_integrated(gauss a, gauss b);

/** Largest errors of the approximation itself as docs/math.md publishes them. */
typedef struct gauss_errors {
    double mean;         /**< of the mean, in standard deviations of what goes in */
    double var;          /**< of the variance, relative to the variance that goes in */
    double var_relative; /**< of the variance, relative to itself, for |a| <= 6 */
} gauss_errors;

/** `tier`: "fast" or "accurate". */
gauss_errors gauss_published_errors(const char *tier);

#endif
