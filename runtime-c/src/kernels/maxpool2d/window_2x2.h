#ifndef PFP_KERNELS_MAXPOOL2D_WINDOW_2X2_H
#define PFP_KERNELS_MAXPOOL2D_WINDOW_2X2_H

/** Clark's max over a window of two by two without branches. Include after a vec header. */

#include "vec/gauss.h"

/** Puts the larger mean first; the variances change places in the lanes where `mask` is set. */
PFP_INLINE void pfp__gauss_swap(pfp__gauss *first, pfp__gauss *second, pfp__mask mask) {
    const pfp__gauss a = *first, b = *second;
#if PFP_LANES == 1
    if (mask) { /* a branch costs less than selections */
        *first = b;
        *second = a;
    }
#else
    first->mean = pfp__vec_max(a.mean, b.mean);
    second->mean = pfp__vec_min(a.mean, b.mean);
    first->var = pfp__vec_select(mask, b.var, a.var);
    second->var = pfp__vec_select(mask, a.var, b.var);
#endif
}

/** Puts the larger mean first; equal means stay. Returns where it exchanged. */
PFP_INLINE pfp__mask pfp__gauss_order(pfp__gauss *first, pfp__gauss *second) {
    const pfp__mask mask = pfp__vec_greater(second->mean, first->mean);
    pfp__gauss_swap(first, second, mask);
    return mask;
}

/**
 * The largest of a window whose rows are a, b and c, d, folded in order of falling mean, ties by
 * position.
 */
PFP_INLINE pfp__gauss pfp__window_2x2_fold(enum pfp__tier tier, pfp__gauss a, pfp__gauss b,
                                           pfp__gauss c, pfp__gauss d) {
    /* Two sorted rows are merged: first the largest, then the smallest, then the two between. */
    pfp__gauss_order(&a, &b);
    pfp__gauss_order(&c, &d);
    const pfp__mask largest_below = pfp__gauss_order(&a, &c);
    const pfp__mask smallest_above = pfp__gauss_order(&b, &d);
    /* Equal means between: b is the later one, unless it is still above and c still below. */
    const pfp__mask later_first =
        pfp__mask_and(pfp__vec_equal(c.mean, b.mean), pfp__mask_or(largest_below, smallest_above));
    pfp__gauss_swap(&b, &c, pfp__mask_or(pfp__vec_greater(c.mean, b.mean), later_first));

    return pfp__gauss_max(pfp__gauss_max(pfp__gauss_max(a, b, tier), c, tier), d, tier);
}

/**
 * The same of the elements at 0, right, below and below + right of `mean` and `var`, of the first
 * `lanes` channels; a constant PFP_LANES costs plain loads.
 */
PFP_INLINE pfp__gauss pfp__window_2x2_at(enum pfp__tier tier, const float *mean, const float *var,
                                         size_t right, size_t below, size_t lanes) {
    return pfp__window_2x2_fold(tier, pfp__gauss_load(mean, var, lanes),
                                pfp__gauss_load(mean + right, var + right, lanes),
                                pfp__gauss_load(mean + below, var + below, lanes),
                                pfp__gauss_load(mean + below + right, var + below + right, lanes));
}

/** The same of all lanes. */
PFP_STEP pfp__gauss pfp__window_2x2(enum pfp__tier tier, const float *mean, const float *var,
                                    size_t right, size_t below) {
    return pfp__window_2x2_at(tier, mean, var, right, below, PFP_LANES);
}

/** The same, then relu. */
PFP_STEP pfp__gauss pfp__window_2x2_relu(enum pfp__tier tier, const float *mean, const float *var,
                                         size_t right, size_t below) {
    return pfp__gauss_relu(pfp__window_2x2_at(tier, mean, var, right, below, PFP_LANES), tier);
}

#endif
