#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include "vec/helium.h"
#include "kernels/normal/normal.h"

void pfp_normal_f32_helium(size_t len, pfp_normal_state *state, float *out) {
    pfp__normal_fill(len, state, out);
}

#endif
