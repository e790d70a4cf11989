#ifndef PFP_EVALUATOR_THREADS_H
#define PFP_EVALUATOR_THREADS_H

#include <stddef.h>

/** What each thread runs, on blocks [first, end). Results must not depend on how blocks are shared.
 */
typedef void (*block_work)(void *job, size_t first, size_t end);

/** Shares `count` blocks among as many threads as this computer has processors. */
void share_blocks(block_work work, void *job, size_t count);

#endif
