#ifndef PFP_KERNELS_MIXTURE_H
#define PFP_KERNELS_MIXTURE_H

/** From the mean of several distributions to an answer. Include after a vec header. */

#include <float.h>

#include "pfp/pfp_kernels.h"
#include "vec/exp_log.h"

/** Scales `probability` to sum to 1; returns its entropy. */
PFP_INLINE float pfp__mixture_entropy(uint32_t classes, float *probability) {
    float total = 0.0f;
    for (size_t i = 0; i < classes; i++) {
        total += probability[i];
    }
    pfp__vec entropy = pfp__vec_set1(0.0f);
    for (size_t i = 0; i < classes; i += 4) {
        const size_t lanes = classes - i < 4 ? classes - i : 4;
        const pfp__vec p =
            pfp__vec_mul_n(pfp__vec_load_first(probability + i, lanes), 1.0f / total);
        const pfp__vec log_p = pfp__vec_log(pfp__vec_max(p, pfp__vec_set1(FLT_MIN)));
        entropy = pfp__vec_fms(entropy, p, log_p);
        pfp__vec_store_first(probability + i, p, lanes);
    }
    return pfp__vec_sum(entropy);
}

/** What the prototype of op mixture says. */
PFP_INLINE uint32_t pfp__mixture(uint32_t classes, float aleatoric, float *probability,
                                 pfp_uncertainty *uncertainty) {
    /* Rounding must not make an entropy negative, nor a part larger than the whole. */
    float total = pfp__mixture_entropy(classes, probability);
    total = total > 0.0f ? total : 0.0f;
    aleatoric = aleatoric > 0.0f ? aleatoric : 0.0f;
    aleatoric = aleatoric < total ? aleatoric : total;
    uncertainty->total = total;
    uncertainty->aleatoric = aleatoric;
    uncertainty->epistemic = total - aleatoric;

    uint32_t label = 0;
    for (uint32_t i = 1; i < classes; i++) {
        label = probability[i] > probability[label] ? i : label;
    }
    return label;
}

#endif
