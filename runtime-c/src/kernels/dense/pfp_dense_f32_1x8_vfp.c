#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/dense/panel_vfp.h"

void pfp_dense_f32_1x8_vfp(const pfp_dense_shape *shape, const float *in_mean, const float *in_var,
                           const void *weights, float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const float *panel = weights;
    size_t left = shape->out_len;
    for (; left >= PFP_PANEL_VFP; left -= PFP_PANEL_VFP) {
        pfp__panel_vfp_general(shape->in_len, in_mean, in_var, panel, out_mean, out_var);
        panel += 2 * PFP_PANEL_VFP * ((size_t)shape->in_len + 1);
        out_mean += PFP_PANEL_VFP;
        out_var += PFP_PANEL_VFP;
    }
    if (left > 0) {
        pfp__panel_out last;
        if (left <= PFP_PANEL_HALF) {
            pfp__half_vfp_general(shape->in_len, in_mean, in_var, panel, last.mean, last.var);
        } else {
            pfp__panel_vfp_general(shape->in_len, in_mean, in_var, panel, last.mean, last.var);
        }
        pfp__panel_out_copy(last.mean, left, out_mean);
        pfp__panel_out_copy(last.var, left, out_var);
    }
}

#endif
