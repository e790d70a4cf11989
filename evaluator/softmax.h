#ifndef PFP_EVALUATOR_SOFTMAX_H
#define PFP_EVALUATOR_SOFTMAX_H

#include <float.h>

#include "lanes.h"
#include "vec/exp_log.h"

/**
 * Replaces logits of one vector of images, `classes` of them `stride` floats apart, by their
 * softmax and returns its entropy in nats: with d = z - max(z), S = sum exp(d): log S - sum exp(d)
 * d / S.
 */
PFP_INLINE pfp__vec softmax(size_t classes, size_t stride, float *logits) {
    pfp__vec largest = pfp__vec_set1(-FLT_MAX);
    for (size_t i = 0; i < classes; i++) {
        largest = pfp__vec_max(largest, pfp__vec_load(logits + i * stride));
    }
    pfp__vec sum = pfp__vec_set1(0.0f), weighted = sum;
    for (size_t i = 0; i < classes; i++) {
        const pfp__vec z = pfp__vec_load(logits + i * stride);
        const pfp__vec d = pfp__vec_max(pfp__vec_sub(z, largest), pfp__vec_set1(PFP_EXP_MIN));
        const pfp__vec e = pfp__vec_exp(d);
        sum = pfp__vec_add(sum, e);
        weighted = pfp__vec_fma(weighted, e, d);
        pfp__vec_store(logits + i * stride, e);
    }
    const pfp__vec rsqrt = pfp__vec_rsqrt_accurate(sum);
    const pfp__vec reciprocal = pfp__vec_mul(rsqrt, rsqrt);
    for (size_t i = 0; i < classes; i++) {
        float *p = logits + i * stride;
        pfp__vec_store(p, pfp__vec_mul(pfp__vec_load(p), reciprocal));
    }
    return pfp__vec_fms(pfp__vec_log(sum), weighted, reciprocal);
}

#endif
