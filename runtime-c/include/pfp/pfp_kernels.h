#ifndef PFP_KERNELS_H
#define PFP_KERNELS_H

/**
 * Prototypes of every kernel, by operator. Generated code calls kernels directly: shapes were
 * proven when it was generated, so kernels assert only.
 *
 * Common to all kernels:
 * - Activations are arrays of the kernel's dtype, floats or halves, one for the mean and one for
 *   the variance, in H, W, C order without padding; every array starts on a 16-byte boundary unless
 * stated otherwise.
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
#if defined(__ARM_FEATURE_FMA) && defined(__ARM_FP) && defined(__thumb2__) && defined(__GNUC__) && \
    !PFP_HAS_NEON && !PFP_HAS_HELIUM
#define PFP_HAS_VFP ((__ARM_FP & 4) != 0) /* scalar, single precision */
#else
#define PFP_HAS_VFP 0
#endif
#if defined(__x86_64__) && defined(__GNUC__)
#define PFP_HAS_X86 1
#else
#define PFP_HAS_X86 0
#endif

/** The same of its fp16 arithmetic, for kernels of dtype f16. */
#if PFP_HAS_NEON && defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC)
#define PFP_HAS_NEON_F16 1
#else
#define PFP_HAS_NEON_F16 0
#endif
#define PFP_HAS_HELIUM_F16 PFP_HAS_HELIUM

#ifdef __cplusplus
extern "C" {
#endif

/** The bits of an IEEE half, so that any compiler takes the prototypes. */
typedef uint16_t pfp_half;

/** What the activations of a dtype are, `real` in the prototypes. */
#define PFP_REAL_f32 float
#define PFP_REAL_f16 pfp_half

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
 *
 * weights, compact formats: panels of 8 outputs in the same order, the last one filled up with
 * zeros, 16-byte aligned as a whole, little-endian. Of a stored mean q and a stored variance w, the
 * mean is sm*q and the variance sv*w; sm and sv are floats, one each an output.
 *
 * - f16, 32 bytes a k: { mb[8], vb[8], sm[8], sv[8] }, then for each k { q[8], w[8] }, both IEEE
 *   halves, of the outputs 0, 4, 1, 5, 2, 6, 3, 7.
 * - bf16, 32 bytes a k: { mb[8], vb[8] }, then for each k { uint32_t word[8] }. The word as a float
 *   is the mean as it stands, the word << 16 the variance; sm and sv are one.
 * - i8u8, 16 bytes a k: the header of f16, then for each pair of k
 *   { int8_t q0[8], int8_t q1[8], uint8_t u0u1[8][2] }, where w = u*u. A k left over at the end has
 *   { int8_t q[8], uint8_t u[8] }. Pairs begin at even k, wherever a plane or a row of taps does.
 * - i8u4, 24 bytes a pair: as i8u8 with u0 + 16*u1 in one uint8_t[8]; a k left over as there.
 *
 * Sums S of m*q, A of v*q^2 and B of (v + m^2)*w run apart, from zero, and then give
 * mean = fma(S, sm, mb), var = fma(A, sm*sm, fma(B, sv, vb)), for bf16 mean = S + mb,
 * var = A + (B + vb). The pairs' terms of B are, for r = v + m^2, first
 * fma(-2^-16, r1, r0) * u0^2, then r1 * (u1^2 + 2^-16 * u0^2): a register that holds both squares
 * is used as it stands. What is added is taken out again up to rounding; should B be below zero
 * then, it counts as zero.
 *
 * Kernels of compact formats that need planar inputs expand a panel beforehand, and from there on
 * are those of f32 with the weights sm*q and sv*w, each rounded once.
 *
 * scratch: as many elements as the kernel list says, 16-byte aligned; may be NULL where it says
 * none.
 *
 * dtype f16: weights are f16, panels as above, scaled so that every |q| <= 1 and w <= 1/32 and
 * their sums hold in halves. S, A and B are sums of floats over runs of inputs, and each run is
 * summed in halves from zero, in order, with one fused multiply-add a term: m*q, v*(q*q) and (v +
 * m^2)*w, of which q*q and v + m^2 (one fused multiply-add) are rounded to half; every other
 * operation is one of floats as above, and outputs are rounded to half. A run is 32 inputs of a
 * plane, the last of a plane fewer; in a convolution as many rows of taps of a plane as have 32
 * taps together, counted with those in padding, or 32 taps of a row that has more. Form det takes
 * m = half((in - shift[plane]) * shift[in_planes]), the last one a power of two, and m^2 rounded.
 * Halves keep their denormals: FPCR.FZ16 and FPSCR.FZ16 have to be 0, as after a reset. An overflow
 * becomes infinity, which a generated model reports as PFP_E_RANGE.
 */
#define PFP_PROTOTYPE_dense_general(symbol, real)                                                  \
    void symbol(const pfp_dense_shape *shape, const real *in_mean, const real *in_var,             \
                const void *weights, real *scratch, real *out_mean, real *out_var);
#define PFP_PROTOTYPE_dense_det(symbol, real)                                                      \
    void symbol(const pfp_dense_shape *shape, const float *in, const float *shift,                 \
                const void *weights, real *scratch, real *out_mean, real *out_var);
#define PFP_PROTOTYPE_dense_exact(symbol, real)                                                    \
    void symbol(const pfp_dense_shape *shape, const float *in, const void *weights,                \
                float *scratch, float *out);

/**
 * dense_batch: dense for `count` inputs, at least one, each weight read once for several of them.
 * Inputs and outputs of the batch follow each other without padding, in_mean[count][in_len],
 * out_mean[count][out_len] and so on, and need the alignment of float only. No output may overlap
 * the input of any of the batch: inputs are read again for every panel. weights and shift are those
 * of dense, one for all, and so are the bits of each input's outputs; scratch is for all as the
 * kernel list says for one, and may be NULL as there.
 */
#define PFP_PROTOTYPE_dense_batch_general(symbol, real)                                            \
    void symbol(const pfp_dense_shape *shape, size_t count, const float *in_mean,                  \
                const float *in_var, const void *weights, float *scratch, float *out_mean,         \
                float *out_var);
#define PFP_PROTOTYPE_dense_batch_det(symbol, real)                                                \
    void symbol(const pfp_dense_shape *shape, size_t count, const float *in, const float *shift,   \
                const void *weights, float *scratch, float *out_mean, float *out_var);
#define PFP_PROTOTYPE_dense_batch_exact(symbol, real)                                              \
    void symbol(const pfp_dense_shape *shape, size_t count, const float *in, const void *weights,  \
                float *scratch, float *out);

/**
 * sampled: the input is exact and the weights are drawn for this pass, out = sum in*w + b with
 * w = mw + sw*n, b = mb + sb*n. Panels are those of f32 above, of eight outputs, with standard
 * deviations in the place of variances. Each row of a panel, that of the biases first, takes the
 * next eight numbers of `normal`, one an output, those of outputs that fill up the last panel too:
 * the bits of `draw` on all rows, followed by form exact. `state` is moved on by 8 * (in_len + 1)
 * numbers a panel, and overlaps nothing. A convolution does just that, once a pass.
 */
#define PFP_PROTOTYPE_dense_sampled(symbol, real)                                                  \
    void symbol(const pfp_dense_shape *shape, const float *in, const void *weights,                \
                pfp_normal_state *state, float *scratch, float *out);

/**
 * conv2d: output rows are written in order, and once row y is being written, no input row is read
 * that lies above the first one that row y needs. So the outputs may lie over an input of the
 * general and exact form, as long as no output row reaches into input rows that it or a later one
 * needs. Form det, which reads the user's input, may write its rows in any order.
 */
#define PFP_PROTOTYPE_conv2d_general(symbol, real)                                                 \
    void symbol(const pfp_conv2d_shape *shape, const real *in_mean, const real *in_var,            \
                const void *weights, real *scratch, real *out_mean, real *out_var);
#define PFP_PROTOTYPE_conv2d_det(symbol, real)                                                     \
    void symbol(const pfp_conv2d_shape *shape, const float *in, const float *shift,                \
                const void *weights, real *scratch, real *out_mean, real *out_var);
#define PFP_PROTOTYPE_conv2d_exact(symbol, real)                                                   \
    void symbol(const pfp_conv2d_shape *shape, const float *in, const void *weights,               \
                float *scratch, float *out);

/**
 * conv2d_maxpool2d_relu: conv2d, then maxpool2d of 2x2 windows at stride 2, then relu, without
 * the values between in memory. out_h and out_w count pooled positions; the convolution is worked
 * out at 2*out_h x 2*out_w. Otherwise as conv2d, each window of four positions standing for one.
 */
#define PFP_PROTOTYPE_conv2d_maxpool2d_relu_general(symbol, real)                                  \
    PFP_PROTOTYPE_conv2d_general(symbol, real)
#define PFP_PROTOTYPE_conv2d_maxpool2d_relu_det(symbol, real) PFP_PROTOTYPE_conv2d_det(symbol, real)
#define PFP_PROTOTYPE_conv2d_maxpool2d_relu_exact(symbol, real)                                    \
    PFP_PROTOTYPE_conv2d_exact(symbol, real)

/**
 * widen: the halves of a value as floats, exactly; narrow: its floats rounded to halves, those
 * beyond 65504 to infinity. For values between layers of dtype f16 and others. narrow works on the
 * means first, and on elements in their order, so out_mean may lie over in_mean, beginning there or
 * before, and out_var likewise over in_var.
 */
#define PFP_PROTOTYPE_widen_general(symbol, real)                                                  \
    void symbol(size_t len, const real *in_mean, const real *in_var, float *out_mean,              \
                float *out_var);
#define PFP_PROTOTYPE_narrow_general(symbol, real)                                                 \
    void symbol(size_t len, const float *in_mean, const float *in_var, real *out_mean,             \
                real *out_var);

/** relu over len elements, moments of max(x, 0) (docs/math.md). In place allowed: out == in. */
#define PFP_PROTOTYPE_relu_general(symbol, real)                                                   \
    void symbol(size_t len, const real *in_mean, const real *in_var, real *out_mean, real *out_var);
#define PFP_PROTOTYPE_relu_det(symbol, real) void symbol(size_t len, const float *in, float *out);

/**
 * maxpool2d: Clark's max of two Gaussians (Clark 1961), folded over the window in order of
 * falling mean, ties by position in row-major order. maxpool2d_relu: the same, then relu.
 * Rows are written and read in the order of conv2d's, so that in both forms the outputs may lie
 * over the input on the same condition.
 */
#define PFP_PROTOTYPE_maxpool2d_general(symbol, real)                                              \
    void symbol(const pfp_pool2d_shape *shape, const real *in_mean, const real *in_var,            \
                real *out_mean, real *out_var);
#define PFP_PROTOTYPE_maxpool2d_det(symbol, real)                                                  \
    void symbol(const pfp_pool2d_shape *shape, const float *in, float *out);
#define PFP_PROTOTYPE_maxpool2d_relu_general(symbol, real)                                         \
    PFP_PROTOTYPE_maxpool2d_general(symbol, real)
#define PFP_PROTOTYPE_maxpool2d_relu_det(symbol, real) PFP_PROTOTYPE_maxpool2d_det(symbol, real)

/**
 * finite: 1 where no element is NaN or infinite, else 0. `in` needs the alignment of float only.
 */
#define PFP_PROTOTYPE_finite_exact(symbol, real) int symbol(size_t len, const float *in);

/**
 * input: out[p*channels + c] = in[c*plane + p] - shift[c]; the user's C, H, W becomes H, W, C.
 * `in` needs the alignment of float only. Returns PFP_E_NONFINITE, with `out` unspecified, when
 * an element of `in` is NaN or infinite, else PFP_OK.
 */
#define PFP_PROTOTYPE_input_det(symbol, real)                                                      \
    pfp_status symbol(uint32_t channels, uint32_t plane, const float *in, const float *shift,      \
                      float *out);

/**
 * covariance: of the outputs of a dense layer for independent inputs (docs/math.md, level "last"):
 * cov[i(i+1)/2 + j] = sum_k in_var[k]*mw[i][k]*mw[j][k] for j < i, and out_var[i] for j = i, where
 * out_var is what the dense kernel gave. weights: the dense layer's own panels of `outputs`,
 * of the kernel's weight format; the scales of compact formats are multiplied in after the sum.
 * cov: lower triangle by rows, out_len*(out_len+1)/2 floats.
 * scratch: 4*ceil(out_len/4) floats.
 */
#define PFP_PROTOTYPE_covariance_general(symbol, real)                                             \
    void symbol(const pfp_dense_shape *shape, uint32_t outputs, const float *in_var,               \
                const void *weights, const float *out_var, float *scratch, float *cov);

/**
 * classify: pushes `points` fixed normal points through softmax(mean + L*point), L*L' = cov.
 * cov: lower triangle as above, destroyed; may be singular (zero rows included).
 * normals: [points/4][classes][4] floats, 16-byte aligned; points is a multiple of 4.
 * scratch: 8*classes floats. Writes probability[classes], summing to 1, and the uncertainty;
 * returns the label: the largest probability, ties to the lower index.
 */
#define PFP_PROTOTYPE_classify_general(symbol, real)                                               \
    uint32_t symbol(uint32_t classes, uint32_t points, const float *mean, float *cov,              \
                    const float *normals, float *scratch, float *probability,                      \
                    pfp_uncertainty *uncertainty);

/**
 * softmax: of exact logits. Writes probability[classes], summing to 1, and the uncertainty, all of
 * it aleatoric: the entropy; returns the label: the largest probability, ties to the lower index.
 */
#define PFP_PROTOTYPE_softmax_exact(symbol, real)                                                  \
    uint32_t symbol(uint32_t classes, const float *logits, float *probability,                     \
                    pfp_uncertainty *uncertainty);

/**
 * accumulate: takes the count-th of several vectors, count from 1, into their mean and the sums of
 * squared deviations from it, `squares`, which may be NULL (Welford 1962). The first sets both.
 * Rounding errors grow as the root of the count, far less than what sampling leaves. All need the
 * alignment of float only.
 */
#define PFP_PROTOTYPE_accumulate_exact(symbol, real)                                               \
    void symbol(size_t len, uint32_t count, const float *in, float *mean, float *squares);

/**
 * mixture: makes an answer of the mean of several distributions, `probability`, and the mean of
 * their entropies, `aleatoric`. Scales probability[classes] to sum to 1, writes the uncertainty,
 * and returns the label: the largest probability, ties to the lower index.
 */
#define PFP_PROTOTYPE_mixture_exact(symbol, real)                                                  \
    uint32_t symbol(uint32_t classes, float aleatoric, float *probability,                         \
                    pfp_uncertainty *uncertainty);

/**
 * normal: out[i] = the next of the standard normal numbers, i < len. These come eight at a time:
 * where len is no multiple of eight, the rest of the last eight is dropped. The same bits on every
 * target with fused multiply-add. `out` needs the alignment of float only.
 */
#define PFP_PROTOTYPE_normal_general(symbol, real)                                                 \
    void symbol(size_t len, pfp_normal_state *state, float *out);

/**
 * draw: out[i] = mean[i] + sd[i] * n, n as normal gives it, fused: weights for one pass, or for
 * many beforehand, in any layout. In place allowed: out == mean or out == sd.
 */
#define PFP_PROTOTYPE_draw_general(symbol, real)                                                   \
    void symbol(size_t len, const float *mean, const float *sd, pfp_normal_state *state,           \
                float *out);

/**
 * reparameterize: out[i] = mean[i] + sqrt(var[i]) * n, n as normal gives it: activations for one
 * pass by local reparameterisation, behind a kernel of form det. In place allowed: out == mean or
 * out == var. The root is within 2.2e-5 of it, and 0 of 0.
 */
#define PFP_PROTOTYPE_reparameterize_general(symbol, real)                                         \
    void symbol(size_t len, const float *mean, const float *var, pfp_normal_state *state,          \
                float *out);

#define PFP_KERNEL(symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs)     \
    PFP_PROTOTYPE_##op##_##form(symbol, PFP_REAL_##dtype)
#include "pfp/pfp_kernels.def"
#undef PFP_KERNEL

#ifdef __cplusplus
}
#endif

#endif
