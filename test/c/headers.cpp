// The public headers as C++17: static assertions, weights and arena as a C++ program declares them.
#include "pfp/pfp.h"
#include "pfp/pfp_kernels.h"

PFP_STATIC_ASSERT(sizeof(float) == 4, float_has_four_bytes);

extern PFP_WEIGHTS const float weights[4];
const float weights[4] = {0.0f, 1.0f, 2.0f, 3.0f};

PFP_ALIGN(16) static unsigned char arena[64];

pfp_status use_headers();
pfp_status use_headers() {
    const pfp_dense_shape shape = {4, 1, 1};
    const float zero[16] = {};
    float out[2] = {};
    pfp_dense_det_f32_1x4_c(&shape, weights, zero, zero, nullptr, &out[0], &out[1]);
    arena[0] = pfp_version()[0] == '0' ? 1 : 0;
    return pfp_status_string(PFP_OK) != nullptr && arena[0] == 1 ? PFP_OK : PFP_E_NULL;
}
