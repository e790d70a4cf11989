#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#define PFP_LANES 4 /* of kernels/classify/classify.h */

#include "vec/x86.h"
#include "kernels/classify/classify.h"

uint32_t pfp_classify_f32_x86(uint32_t classes, uint32_t points, const float *mean, float *cov,
                              const float *normals, float *scratch, float *probability,
                              pfp_uncertainty *uncertainty) {
    return pfp__classify(classes, points, mean, cov, normals, scratch, probability, uncertainty);
}

#endif
