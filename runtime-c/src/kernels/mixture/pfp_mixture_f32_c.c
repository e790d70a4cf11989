#include <assert.h>

#include "pfp/pfp_kernels.h"

#include "vec/c.h"
#include "kernels/mixture/mixture.h"

uint32_t pfp_mixture_f32_c(uint32_t classes, float aleatoric, float *probability,
                           pfp_uncertainty *uncertainty) {
    assert(probability != NULL && uncertainty != NULL);
    return pfp__mixture(classes, aleatoric, probability, uncertainty);
}
