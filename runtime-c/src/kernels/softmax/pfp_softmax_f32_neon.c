#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include "vec/neon.h"
#include "kernels/softmax/softmax.h"

uint32_t pfp_softmax_f32_neon(uint32_t classes, const float *logits, float *probability,
                              pfp_uncertainty *uncertainty) {
    return pfp__softmax(classes, logits, probability, uncertainty);
}

#endif
