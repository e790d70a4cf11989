#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include "vec/x86.h"
#include "kernels/input/input.h"

pfp_status pfp_input_det_f32_x86(uint32_t channels, uint32_t plane, const float *in,
                                 const float *shift, float *out) {
    return pfp__input_det(channels, plane, in, shift, out);
}

#endif
