#ifndef PFP_KERNELS_CLASSIFY_H
#define PFP_KERNELS_CLASSIFY_H

/** The body of the classify kernels. Include after a vec header. */

#include <float.h>

#include "pfp/pfp_kernels.h"
#include "vec/exp_log.h"
#include "kernels/classify/cholesky.h"
#include "kernels/mixture/mixture.h"

/**
 * Four points: adds softmax(mean + L*point) to `sums`, which the first points set, and returns its
 * entropy, lane by lane.
 * With d = z - max(z) and S = sum exp(d) the entropy is log S - sum exp(d)*d / S.
 */
PFP_INLINE pfp__vec pfp__classify_points(uint32_t classes, const float *mean, const float *root,
                                         const float *normals, int is_first, float *logits,
                                         float *sums) {
    pfp__vec largest = pfp__vec_set1(-FLT_MAX);
    for (size_t i = 0; i < classes; i++) {
        pfp__vec z = pfp__vec_set1(mean[i]);
        for (size_t j = 0; j <= i; j++) {
            z = pfp__vec_fma_n(z, pfp__vec_load(normals + 4 * j), root[j]);
        }
        root += i + 1;
        largest = pfp__vec_max(largest, z);
        pfp__vec_store(logits + 4 * i, z);
    }

    pfp__vec sum = pfp__vec_set1(0.0f);
    pfp__vec weighted = sum;
    for (size_t i = 0; i < classes; i++) {
        const pfp__vec d = pfp__vec_max(pfp__vec_sub(pfp__vec_load(logits + 4 * i), largest),
                                        pfp__vec_set1(PFP_EXP_MIN));
        const pfp__vec e = pfp__vec_exp(d);
        sum = pfp__vec_add(sum, e);
        weighted = pfp__vec_fma(weighted, e, d);
        pfp__vec_store(logits + 4 * i, e);
    }

    const pfp__vec rsqrt = pfp__vec_rsqrt_accurate(sum);
    const pfp__vec reciprocal = pfp__vec_mul(rsqrt, rsqrt);
    for (size_t i = 0; i < classes; i++) {
        const pfp__vec e = pfp__vec_load(logits + 4 * i);
        const pfp__vec before = is_first ? pfp__vec_set1(0.0f) : pfp__vec_load(sums + 4 * i);
        pfp__vec_store(sums + 4 * i, pfp__vec_fma(before, e, reciprocal));
    }
    return pfp__vec_fms(pfp__vec_log(sum), weighted, reciprocal);
}

PFP_INLINE uint32_t pfp__classify(uint32_t classes, uint32_t points, const float *mean, float *cov,
                                  const float *normals, float *scratch, float *probability,
                                  pfp_uncertainty *uncertainty) {
    float *logits = scratch;
    float *sums = scratch + 4 * (size_t)classes;

    pfp__cholesky(classes, cov);
    pfp__vec entropy = pfp__vec_set1(0.0f);
    for (size_t point = 0; point < points; point += 4) {
        const pfp__vec of_points = pfp__classify_points(
            classes, mean, cov, normals + point * classes, point == 0, logits, sums);
        entropy = pfp__vec_add(entropy, of_points);
    }

    for (size_t i = 0; i < classes; i++) {
        probability[i] = pfp__vec_sum(pfp__vec_load(sums + 4 * i));
    }
    const float aleatoric = pfp__vec_sum(entropy) / (float)points;
    return pfp__mixture(classes, aleatoric, probability, uncertainty);
}

#endif
