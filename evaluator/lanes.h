#ifndef PFP_EVALUATOR_LANES_H
#define PFP_EVALUATOR_LANES_H

/**
 * Images in the lanes of vectors: a value of the network is [units][BLOCK] floats, the same unit of
 * BLOCK images side by side, so that every operation is one on whole vectors and a weight is loaded
 * once for all of them.
 */

#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86
#include "vec/x86.h"
#elif PFP_HAS_NEON
#include "vec/neon.h"
#else
#include "vec/c.h"
#endif

/** Vectors and images of a block. */
enum { VECTORS = 2, BLOCK = VECTORS * PFP_LANES };

#endif
