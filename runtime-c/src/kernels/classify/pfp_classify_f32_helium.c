#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "vec/helium.h"
#include "kernels/classify/classify.h"

uint32_t pfp_classify_f32_helium(uint32_t classes, uint32_t points, const float *mean, float *cov,
                                 const float *normals, float *scratch, float *probability,
                                 pfp_uncertainty *uncertainty) {
    return pfp__classify(classes, points, mean, cov, normals, scratch, probability, uncertainty);
}

#endif
