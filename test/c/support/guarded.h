#ifndef PFP_TEST_GUARDED_H
#define PFP_TEST_GUARDED_H

#include <stddef.h>
#include <stdint.h>

/**
 * `len` floats, every one NaN, whose end meets memory that faults: one read or write past the end
 * kills the test (host, aarch64). Elsewhere, and before the first float, writes out of bounds are
 * found by guarded_release_all. Aligned to 16 bytes when `len` is a multiple of 4, or when memory
 * cannot be protected; otherwise to float only, which kernels have to bear.
 */
float *guarded_floats(size_t len);

/** The same of halves, every one NaN: aligned to 16 bytes when `len` is a multiple of 8. */
uint16_t *guarded_halves(size_t len);

/** Ends all buffers; the running test fails if the bytes around one of them were written. */
void guarded_release_all(void);

#endif
