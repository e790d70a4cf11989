#ifndef PFP_KERNELS_DENSE_BATCH_BATCH_H
#define PFP_KERNELS_DENSE_BATCH_BATCH_H

/*
 * What the batched dense kernels of all forms share. They take whole tiles of rows (inputs) panel
 * by panel, so that a panel stays in the cache; rows left over go to the kernel of one input.
 */

#include <stddef.h>

#include "kernels/conv2d/form.h"
#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

/* A batch from some row on; what a form has no use for is NULL. */
typedef struct pfp__batch {
    const float *in_mean, *in_var, *shift;
    const float *weights;
    float *out_mean, *out_var;
} pfp__batch;

/* The same from `row` on. */
PFP_INLINE pfp__batch pfp__batch_from(pfp__batch batch, const pfp_dense_shape *shape, size_t row) {
    const size_t in = row * shape->in_len, out = row * shape->out_len;
    batch.in_mean += in;
    batch.out_mean += out;
    if (batch.in_var != NULL) {
        batch.in_var += in;
    }
    if (batch.out_var != NULL) {
        batch.out_var += out;
    }
    return batch;
}

/* The layer of the outputs from `first` on that one panel of `outputs` holds. */
PFP_INLINE pfp_dense_shape pfp__batch_panel(const pfp_dense_shape *shape, size_t first,
                                            size_t outputs) {
    pfp_dense_shape panel = *shape;
    const size_t left = shape->out_len - first;
    panel.out_len = (uint32_t)(left < outputs ? left : outputs);
    return panel;
}

#endif
