#ifndef PFP_VEC_WORDS_H
#define PFP_VEC_WORDS_H

/**
 * Four integers, the words of the four generators of normal.h, where these fill a vector. For vec
 * headers of four lanes, once they have pfp__ivec; x86.h has its own for wider vectors.
 */

typedef pfp__ivec pfp__words;

#define pfp__words_add(a, b) pfp__ivec_add(a, b)
#define pfp__words_xor(a, b) pfp__ivec_xor(a, b)
#define pfp__words_shift_left(x, n) pfp__ivec_shift_left(x, n)

/** PFP_LANES / 4 times four words in a vector. */
#define pfp__words_join(words) ((words)[0])

/** Four lanes of one vector and four of the other in turn: half of a0 b0 a1 b1 ..., and the rest.
 */
#define pfp__vec_fours_low(a, b) (a)
#define pfp__vec_fours_high(a, b) (b)

#endif
