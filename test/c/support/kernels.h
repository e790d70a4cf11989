#ifndef PFP_TEST_KERNELS_H
#define PFP_TEST_KERNELS_H

#include <stddef.h>

#include "pfp/pfp_kernels.h"

/** One line of pfp_kernels.def whose instruction set this program is built for. */
typedef struct kernel {
    const char *symbol;
    const char *op;
    const char *form;
    const char *tier;
    const char *dtype;
    const char *weights;
    const char *isa;
    const char *scratch;
    const char *needs;
    size_t rows;
    size_t outputs;
    void (*function)(void); /**< cast to the type of op and form before the call */
} kernel;

extern const kernel kernels[];
extern const size_t kernel_count;

/** Whether the weights of `k` are of a compact format. */
int is_compact(const kernel *k);

/**
 * The next kernel of dtype f32, `op` and `form` after `previous` (NULL: the first), or NULL; of
 * those with weights, the kernels of f32.
 */
const kernel *next_kernel(const kernel *previous, const char *op, const char *form);

/** The same for kernels of a compact weight format, or of any for NULL. */
const kernel *next_stored_kernel(const kernel *previous, const char *op, const char *form,
                                 const char *weights);

/** The same for kernels of dtype f16. */
const kernel *next_half_kernel(const kernel *previous, const char *op, const char *form);

/**
 * Usage: FOR_EACH_KERNEL(k, "relu", "general") { ((relu_general *)k->function)(...); }
 */
#define FOR_EACH_KERNEL(k, op, form)                                                               \
    for (const kernel *k = next_kernel(NULL, op, form); k != NULL; k = next_kernel(k, op, form))

#define FOR_EACH_STORED_KERNEL(k, op, form)                                                        \
    for (const kernel *k = next_stored_kernel(NULL, op, form, NULL); k != NULL;                    \
         k = next_stored_kernel(k, op, form, NULL))

#define FOR_EACH_HALF_KERNEL(k, op, form)                                                          \
    for (const kernel *k = next_half_kernel(NULL, op, form); k != NULL;                            \
         k = next_half_kernel(k, op, form))

/* Function types by op and form, e.g. dense_general. */
/* clang-format off */
typedef PFP_PROTOTYPE_dense_general(dense_general, float)
typedef PFP_PROTOTYPE_dense_det(dense_det, float)
typedef PFP_PROTOTYPE_dense_exact(dense_exact, float)
typedef PFP_PROTOTYPE_dense_sampled(dense_sampled, float)
typedef PFP_PROTOTYPE_dense_batch_general(dense_batch_general, float)
typedef PFP_PROTOTYPE_dense_batch_det(dense_batch_det, float)
typedef PFP_PROTOTYPE_dense_batch_exact(dense_batch_exact, float)
typedef PFP_PROTOTYPE_conv2d_general(conv2d_general, float)
typedef PFP_PROTOTYPE_conv2d_det(conv2d_det, float)
typedef PFP_PROTOTYPE_conv2d_exact(conv2d_exact, float)
typedef PFP_PROTOTYPE_relu_general(relu_general, float)
typedef PFP_PROTOTYPE_relu_det(relu_det, float)
typedef PFP_PROTOTYPE_maxpool2d_general(maxpool2d_general, float)
typedef PFP_PROTOTYPE_maxpool2d_det(maxpool2d_det, float)
typedef PFP_PROTOTYPE_maxpool2d_relu_general(maxpool2d_relu_general, float)
typedef PFP_PROTOTYPE_maxpool2d_relu_det(maxpool2d_relu_det, float)
typedef PFP_PROTOTYPE_conv2d_maxpool2d_relu_general(conv2d_maxpool2d_relu_general, float)
typedef PFP_PROTOTYPE_conv2d_maxpool2d_relu_det(conv2d_maxpool2d_relu_det, float)
typedef PFP_PROTOTYPE_conv2d_maxpool2d_relu_exact(conv2d_maxpool2d_relu_exact, float)
typedef PFP_PROTOTYPE_finite_exact(finite_exact, float)
typedef PFP_PROTOTYPE_input_det(input_det, float)
typedef PFP_PROTOTYPE_covariance_general(covariance_general, float)
typedef PFP_PROTOTYPE_classify_general(classify_general, float)
typedef PFP_PROTOTYPE_softmax_exact(softmax_exact, float)

typedef PFP_PROTOTYPE_normal_general(normal_general, float)
typedef PFP_PROTOTYPE_draw_general(draw_general, float)
typedef PFP_PROTOTYPE_reparameterize_general(reparameterize_general, float)
typedef PFP_PROTOTYPE_accumulate_exact(accumulate_exact, float)
typedef PFP_PROTOTYPE_mixture_exact(mixture_exact, float)

/* The same of dtype f16. */
typedef PFP_PROTOTYPE_dense_general(dense_general_f16, pfp_half)
typedef PFP_PROTOTYPE_dense_det(dense_det_f16, pfp_half)
typedef PFP_PROTOTYPE_conv2d_general(conv2d_general_f16, pfp_half)
typedef PFP_PROTOTYPE_conv2d_det(conv2d_det_f16, pfp_half)
typedef PFP_PROTOTYPE_relu_general(relu_general_f16, pfp_half)
typedef PFP_PROTOTYPE_widen_general(widen_f16, pfp_half)
typedef PFP_PROTOTYPE_narrow_general(narrow_f16, pfp_half)
/* clang-format on */

#endif
