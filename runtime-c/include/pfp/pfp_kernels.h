#ifndef PFP_KERNELS_H
#define PFP_KERNELS_H

/**
 * Prototypes of every kernel, by operator. Generated code calls kernels directly: shapes were
 * proven when it was generated, so kernels assert only.
 *
 * Common to all kernels:
 * - Activations are float arrays, one for the mean and one for the variance, in H, W, C order
 *   without padding; every array starts on a 16-byte boundary unless stated otherwise.
 * - A kernel never reads past its inputs nor writes past its outputs.
 * - Form `det` takes an exact input (variance zero) and therefore one array.
 * - Variances are >= 0 going in and coming out; 0 is legal everywhere.
 * - Outputs must not overlap inputs, weights or scratch unless stated otherwise.
 */

#include <stddef.h>
#include <stdint.h>

#include "pfp/pfp.h"

/** Whether the compiler's flags give this build the kernels of an instruction set: 1 or 0. */
#if defined(__ARM_NEON) && defined(__aarch64__)
#define PFP_HAS_NEON 1
#else
#define PFP_HAS_NEON 0
#endif
#if defined(__ARM_FEATURE_MVE)
#define PFP_HAS_HELIUM ((__ARM_FEATURE_MVE & 2) != 0)
#else
#define PFP_HAS_HELIUM 0
#endif
#if defined(__x86_64__) && defined(__GNUC__)
#define PFP_HAS_X86 1
#else
#define PFP_HAS_X86 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A dense layer: out[out_len] = weights[out_len, in_len] * in[in_len] + bias. The input is
 * in_planes planes of in_len / in_planes elements, one plane in all forms but det.
 */
typedef struct pfp_dense_shape {
    uint32_t in_len;
    uint32_t out_len;
    uint32_t in_planes;
} pfp_dense_shape;

/**
 * A convolution over in_planes planes, each H, W, C of in_h, in_w, in_c; one plane in all forms
 * but det. The bottom and right padding follow from out_h and out_w.
 */
typedef struct pfp_conv2d_shape {
    uint32_t in_h, in_w, in_c;
    uint32_t out_h, out_w, out_c;
    uint32_t kernel_h, kernel_w;
    uint32_t stride_h, stride_w;
    uint32_t pad_top, pad_left;
    uint32_t in_planes;
} pfp_conv2d_shape;

/** A pooling without padding over H, W, C: out_h = (in_h - size_h) / stride_h + 1. */
typedef struct pfp_pool2d_shape {
    uint32_t in_h, in_w, channels;
    uint32_t out_h, out_w;
    uint32_t size_h, size_w;
    uint32_t stride_h, stride_w;
} pfp_pool2d_shape;

/**
 * dense, conv2d, general: mean = sum m*mw + mb; var = sum [ v*mw^2 + (v + m^2)*vw ] + vb, all terms
 * non-negative (docs/math.md, Layers).
 * det: the input is exact, and m = in - shift[plane] is worked out while loading, so that a first
 * layer reads the user's own C, H, W; mean = sum m*mw + mb, var = sum m^2*vw + vb. `in` needs the
 * alignment of float only; shift: in_planes floats.
 * exact: input and weights are exact; out = sum in*mw + mb.
 *
 * Padding of a convolution counts as exact zero, behind the shift.
 *
 * weights, f32: panels of T outputs, T the kernel's `outputs`; the last panel is filled up with
 * zeros. One panel is { mb[T], vb[T], then for each k in order { mw[T], vw[T] } }, where k runs
 * over the planes and in each over its elements, or over kernel_h, kernel_w, in_c (in_c fastest).
 * Variances, not standard deviations; form exact has means alone. 16-byte aligned.
 * Sums run over k in that order with one fused multiply-add each, so that all kernels agree; taps
 * that lie in padding may be left out or added as products with zero.
 * scratch: as many floats as the kernel list says, 16-byte aligned; may be NULL where it says none.
 */
#define PFP_PROTOTYPE_dense_general(symbol)                                                        \
    void symbol(const pfp_dense_shape *shape, const float *in_mean, const float *in_var,           \
                const void *weights, float *scratch, float *out_mean, float *out_var);
#define PFP_PROTOTYPE_dense_det(symbol)                                                            \
    void symbol(const pfp_dense_shape *shape, const float *in, const float *shift,                 \
                const void *weights, float *scratch, float *out_mean, float *out_var);
#define PFP_PROTOTYPE_dense_exact(symbol)                                                          \
    void symbol(const pfp_dense_shape *shape, const float *in, const void *weights,                \
                float *scratch, float *out);

/**
 * conv2d: output rows are written in order, and once row y is being written, no input row is read
 * that lies above the first one that row y needs. So the outputs may lie over an input of the
 * general and exact form, as long as no output row reaches into input rows that it or a later one
 * needs. Form det, which reads the user's input, may write its rows in any order.
 */
#define PFP_PROTOTYPE_conv2d_general(symbol)                                                       \
    void symbol(const pfp_conv2d_shape *shape, const float *in_mean, const float *in_var,          \
                const void *weights, float *scratch, float *out_mean, float *out_var);
#define PFP_PROTOTYPE_conv2d_det(symbol)                                                           \
    void symbol(const pfp_conv2d_shape *shape, const float *in, const float *shift,                \
                const void *weights, float *scratch, float *out_mean, float *out_var);
#define PFP_PROTOTYPE_conv2d_exact(symbol)                                                         \
    void symbol(const pfp_conv2d_shape *shape, const float *in, const void *weights,               \
                float *scratch, float *out);

/**
 * conv2d_maxpool2d_relu: conv2d, then maxpool2d of 2x2 windows at stride 2, then relu, without
 * the values between in memory. out_h and out_w count pooled positions; the convolution is worked
 * out at 2*out_h x 2*out_w. Otherwise as conv2d, each window of four positions standing for one.
 */
#define PFP_PROTOTYPE_conv2d_maxpool2d_relu_general(symbol) PFP_PROTOTYPE_conv2d_general(symbol)
#define PFP_PROTOTYPE_conv2d_maxpool2d_relu_det(symbol) PFP_PROTOTYPE_conv2d_det(symbol)
#define PFP_PROTOTYPE_conv2d_maxpool2d_relu_exact(symbol) PFP_PROTOTYPE_conv2d_exact(symbol)

/** relu over len elements, moments of max(x, 0) (docs/math.md). In place allowed: out == in. */
#define PFP_PROTOTYPE_relu_general(symbol)                                                         \
    void symbol(size_t len, const float *in_mean, const float *in_var, float *out_mean,            \
                float *out_var);
#define PFP_PROTOTYPE_relu_det(symbol) void symbol(size_t len, const float *in, float *out);

/**
 * maxpool2d: Clark's max of two Gaussians (Clark 1961), folded over the window in order of
 * falling mean, ties by position in row-major order. maxpool2d_relu: the same, then relu.
 */
#define PFP_PROTOTYPE_maxpool2d_general(symbol)                                                    \
    void symbol(const pfp_pool2d_shape *shape, const float *in_mean, const float *in_var,          \
                float *out_mean, float *out_var);
#define PFP_PROTOTYPE_maxpool2d_det(symbol)                                                        \
    void symbol(const pfp_pool2d_shape *shape, const float *in, float *out);
#define PFP_PROTOTYPE_maxpool2d_relu_general(symbol) PFP_PROTOTYPE_maxpool2d_general(symbol)
#define PFP_PROTOTYPE_maxpool2d_relu_det(symbol) PFP_PROTOTYPE_maxpool2d_det(symbol)

/**
 * finite: 1 where no element is NaN or infinite, else 0. `in` needs the alignment of float only.
 */
#define PFP_PROTOTYPE_finite_exact(symbol) int symbol(size_t len, const float *in);

/**
 * input: out[p*channels + c] = in[c*plane + p] - shift[c]; the user's C, H, W becomes H, W, C.
 * `in` needs the alignment of float only. Returns PFP_E_NONFINITE, with `out` unspecified, when
 * an element of `in` is NaN or infinite, else PFP_OK.
 */
#define PFP_PROTOTYPE_input_det(symbol)                                                            \
    pfp_status symbol(uint32_t channels, uint32_t plane, const float *in, const float *shift,      \
                      float *out);

/**
 * covariance: of the outputs of a dense layer for independent inputs (docs/math.md, level "last"):
 * cov[i(i+1)/2 + j] = sum_k in_var[k]*mw[i][k]*mw[j][k] for j < i, and out_var[i] for j = i, where
 * out_var is what the dense kernel gave. weights: the dense layer's own panels of `outputs`.
 * cov: lower triangle by rows, out_len*(out_len+1)/2 floats.
 * scratch: 4*ceil(out_len/4) floats.
 */
#define PFP_PROTOTYPE_covariance_general(symbol)                                                   \
    void symbol(const pfp_dense_shape *shape, uint32_t outputs, const float *in_var,               \
                const void *weights, const float *out_var, float *scratch, float *cov);

/**
 * classify: pushes `points` fixed normal points through softmax(mean + L*point), L*L' = cov.
 * cov: lower triangle as above, destroyed; may be singular (zero rows included).
 * normals: [points/4][classes][4] floats, 16-byte aligned; points is a multiple of 4.
 * scratch: 8*classes floats. Writes probability[classes], summing to 1, and the uncertainty;
 * returns the label: the largest probability, ties to the lower index.
 */
#define PFP_PROTOTYPE_classify_general(symbol)                                                     \
    uint32_t symbol(uint32_t classes, uint32_t points, const float *mean, float *cov,              \
                    const float *normals, float *scratch, float *probability,                      \
                    pfp_uncertainty *uncertainty);

#define PFP_KERNEL(symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs)     \
    PFP_PROTOTYPE_##op##_##form(symbol)
#include "pfp/pfp_kernels.def"
#undef PFP_KERNEL

#ifdef __cplusplus
}
#endif

#endif
