#include "pfp/pfp_kernels.h"

#include "vec/c.h"
#include "kernels/softmax/softmax.h"

uint32_t pfp_softmax_f32_c(uint32_t classes, const float *logits, float *probability,
                           pfp_uncertainty *uncertainty) {
    return pfp__softmax(classes, logits, probability, uncertainty);
}
