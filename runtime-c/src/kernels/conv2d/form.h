#ifndef PFP_KERNELS_CONV2D_FORM_H
#define PFP_KERNELS_CONV2D_FORM_H

/* What the forms of a convolution read, so that they share their bodies. */

#include <stddef.h>

#include "vec/inline.h"

/* A constant wherever it is passed: a body is compiled for one form. */
enum pfp__form { PFP_FORM_GENERAL, PFP_FORM_DET, PFP_FORM_EXACT };

/* The arrays that a form has no use for are NULL. */
typedef struct pfp__conv2d_in {
    const float *mean, *var, *shift;
} pfp__conv2d_in;

PFP_INLINE pfp__conv2d_in pfp__conv2d_in_general(const float *mean, const float *var) {
    const pfp__conv2d_in in = {mean, var, NULL};
    return in;
}

PFP_INLINE pfp__conv2d_in pfp__conv2d_in_det(const float *mean, const float *shift) {
    const pfp__conv2d_in in = {mean, NULL, shift};
    return in;
}

PFP_INLINE pfp__conv2d_in pfp__conv2d_in_exact(const float *mean) {
    const pfp__conv2d_in in = {mean, NULL, NULL};
    return in;
}

/* Means alone, or means and variances. */
PFP_INLINE size_t pfp__form_moments(enum pfp__form form) {
    return form == PFP_FORM_EXACT ? 1 : 2;
}

#endif
