#ifndef PFP_VEC_COEFFICIENTS_H
#define PFP_VEC_COEFFICIENTS_H

/** Length of every table: the longest needs 17 floats. */
#define PFP_COEFFICIENTS 20

/*
 * Tables in a file of their own, not constants: a compiler that knows the values spreads each over
 * a vector register, and 17 of them leave NEON too few.
 */

/** p[0..5], G[0..4] of the fast tail, see tail.h. */
extern const float pfp__tail_fast_coefficients[PFP_COEFFICIENTS];

/** p[0..8], G[0..7] of the accurate tail, see tail.h. */
extern const float pfp__tail_accurate_coefficients[PFP_COEFFICIENTS];

/** ln[0..5], sin[0..3], cos[0..3], sqrt[0..2], 2 ln 2 of normal.h. */
extern const float pfp__normal_coefficients[PFP_COEFFICIENTS];

#endif
