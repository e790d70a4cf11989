#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/dense/panel_vfp.h"

void pfp_dense_exact_f32_1x8_vfp(const pfp_dense_shape *shape, const float *in, const void *weights,
                                 float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    (void)scratch;
    const float *panel = weights;
    size_t left = shape->out_len;
    for (; left >= PFP_PANEL_VFP; left -= PFP_PANEL_VFP) {
        pfp__panel_vfp_exact(shape->in_len, in, panel, out);
        panel += PFP_PANEL_VFP * ((size_t)shape->in_len + 1);
        out += PFP_PANEL_VFP;
    }
    if (left > 0) {
        float last[PFP_PANEL_VFP];
        if (left <= PFP_PANEL_HALF) {
            pfp__half_vfp_exact(shape->in_len, in, panel, last);
        } else {
            pfp__panel_vfp_exact(shape->in_len, in, panel, last);
        }
        pfp__panel_out_copy(last, left, out);
    }
}

#endif
