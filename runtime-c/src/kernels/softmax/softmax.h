#ifndef PFP_KERNELS_SOFTMAX_H
#define PFP_KERNELS_SOFTMAX_H

/** The body of the softmax kernels. Include after a vec header. */

#include <float.h>

#include "pfp/pfp_kernels.h"
#include "vec/exp_log.h"

PFP_INLINE float pfp__softmax_largest(uint32_t classes, const float *logits) {
    float largest = -FLT_MAX;
    for (size_t i = 0; i < classes; i++) {
        largest = logits[i] > largest ? logits[i] : largest;
    }
    return largest;
}

/** With d = z - max(z) and S = sum exp(d) the entropy is log S - sum exp(d)*d / S. */
PFP_INLINE uint32_t pfp__softmax(uint32_t classes, const float *logits, float *probability,
                                 pfp_uncertainty *uncertainty) {
    const float largest = pfp__softmax_largest(classes, logits);
    float sum = 0.0f, weighted = 0.0f;
    for (size_t i = 0; i < classes; i += 4) {
        const size_t lanes = classes - i < 4 ? classes - i : 4;
        const pfp__vec z = pfp__vec_load_first(logits + i, lanes);
        const pfp__vec d =
            pfp__vec_max(pfp__vec_sub(z, pfp__vec_set1(largest)), pfp__vec_set1(PFP_EXP_MIN));
        const pfp__vec e = pfp__vec_exp(d);
        float of_sum[4], of_weighted[4];
        pfp__vec_store(of_sum, e);
        pfp__vec_store(of_weighted, pfp__vec_mul(e, d));
        pfp__vec_store_first(probability + i, e, lanes);
        for (size_t lane = 0; lane < lanes; lane++) {
            sum += of_sum[lane];
            weighted += of_weighted[lane];
        }
    }
    const float reciprocal = 1.0f / sum;
    uint32_t label = 0;
    for (uint32_t i = 0; i < classes; i++) {
        probability[i] *= reciprocal;
        label = probability[i] > probability[label] ? i : label;
    }
    const float entropy = pfp__vec_first(pfp__vec_log(pfp__vec_set1(sum))) - weighted * reciprocal;
    uncertainty->total = entropy > 0.0f ? entropy : 0.0f;
    uncertainty->aleatoric = uncertainty->total;
    uncertainty->epistemic = 0.0f;
    return label;
}

#endif
