#ifndef PFP_TEST_LINEAR_H
#define PFP_TEST_LINEAR_H

#include <stddef.h>

#include "pfp/pfp_kernels.h"

/** How values of a problem are drawn. */
typedef enum draw_kind {
    DRAW_WHOLE,   /**< small whole numbers: every fp32 result is exact, in any order of summation */
    DRAW_TYPICAL, /**< around one, with +0, -0 and zero variances among them */
    DRAW_SPREAD   /**< magnitudes from 1e-12 to 1e6, which nothing under- or overflows */
} draw_kind;

/**
 * Inputs and parameters of a dense layer or a convolution, in guarded memory:
 * weights [out_len][k_len], where k runs over in_len, or kernel_h, kernel_w, in_c.
 */
typedef struct linear {
    draw_kind kind;
    size_t in_len, k_len, out_len;
    float *in_mean, *in_var;
    float *weight_mean, *weight_var;
    float *bias_mean, *bias_var;
    size_t planes; /**< of the input, one by linear_draw */
    float *shift;  /**< one a plane for form det, zero by linear_draw */
} linear;

/** Allocates and draws everything; guarded_release_all frees it. */
linear linear_draw(draw_kind kind, size_t in_len, size_t k_len, size_t out_len);

/** Divides the input into planes, each with a shift. */
void linear_draw_shift(linear *l, size_t planes);

/** The same value in every element of each array, and no shift. */
typedef struct linear_constants {
    float in_mean, in_var, weight_mean, weight_var, bias_mean, bias_var;
} linear_constants;

void linear_set(linear *l, const linear_constants *values);

/** The weights in panels of `outputs` as pfp_kernels.h lays them out, in guarded memory. */
float *linear_pack(const linear *l, size_t outputs);

/** The same for form exact: means alone. */
float *linear_pack_means(const linear *l, size_t outputs);

/** One output in double precision, and what bounds its fp32 error. */
typedef struct linear_moments {
    double mean;
    double var;
    double magnitude; /**< sum of the absolute values of the mean's terms */
} linear_moments;

/** `exact` takes the input's variance as zero, and the input less its shift. */
linear_moments dense_reference(const linear *l, int exact, size_t out);
linear_moments conv2d_reference(const linear *l, int exact, const pfp_conv2d_shape *shape, size_t y,
                                size_t x, size_t out);

/**
 * Checks output `index`: exactly for DRAW_WHOLE, else within the worst case of summing k_len + 1
 * products in fp32, with every operation rounded.
 */
void linear_check(const linear *l, const linear_moments *want, size_t index, float mean, float var);
void linear_check_mean(const linear *l, const linear_moments *want, size_t index, float mean);

#endif
