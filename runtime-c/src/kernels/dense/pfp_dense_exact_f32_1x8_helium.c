#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/dense/panel_helium.h"

typedef struct halves {
    float32x4_t first, second;
} halves;

/* One input against a row of each panel. */
#define ADD_INPUT(offset, x)                                                                       \
    do {                                                                                           \
        a.first = vfmaq_n_f32(a.first, vldrwq_f32(row_a + (offset)), x);                           \
        a.second = vfmaq_n_f32(a.second, vldrwq_f32(row_a + (offset) + 4), x);                     \
        if (two) {                                                                                 \
            b.first = vfmaq_n_f32(b.first, vldrwq_f32(row_b + (offset)), x);                       \
            b.second = vfmaq_n_f32(b.second, vldrwq_f32(row_b + (offset) + 4), x);                 \
        }                                                                                          \
    } while (0)

/* One panel, or two of them side by side; `left` outputs are still to be written. */
PFP_INLINE void add_panels(int two, size_t in_len, const float *in, const float *panel, size_t left,
                           float *out) {
    const float *row_a = panel;
    const float *row_b = panel + PFP_PANEL_HELIUM * (in_len + 1);
    halves a = {vldrwq_f32(row_a), vldrwq_f32(row_a + 4)};
    halves b = a;
    if (two) {
        b.first = vldrwq_f32(row_b);
        b.second = vldrwq_f32(row_b + 4);
    }
    row_a += PFP_PANEL_HELIUM;
    row_b += PFP_PANEL_HELIUM;
    for (size_t eights = in_len / 8; eights > 0; eights--) {
        const pfp__pair in01 = pfp__pair_load(in), in23 = pfp__pair_load(in + 2);
        ADD_INPUT(0, in01.a);
        ADD_INPUT(PFP_PANEL_HELIUM, in01.b);
        ADD_INPUT(2 * PFP_PANEL_HELIUM, in23.a);
        ADD_INPUT(3 * PFP_PANEL_HELIUM, in23.b);
        const pfp__pair in45 = pfp__pair_load(in + 4), in67 = pfp__pair_load(in + 6);
        ADD_INPUT(4 * PFP_PANEL_HELIUM, in45.a);
        ADD_INPUT(5 * PFP_PANEL_HELIUM, in45.b);
        ADD_INPUT(6 * PFP_PANEL_HELIUM, in67.a);
        ADD_INPUT(7 * PFP_PANEL_HELIUM, in67.b);
        in += 8;
        row_a += 8 * PFP_PANEL_HELIUM;
        row_b += 8 * PFP_PANEL_HELIUM;
    }
    for (size_t rest = in_len % 8; rest > 0; rest--) {
        ADD_INPUT(0, in[0]);
        in++;
        row_a += PFP_PANEL_HELIUM;
        row_b += PFP_PANEL_HELIUM;
    }
    pfp__halves_store(out, a.first, a.second, left);
    if (two) {
        pfp__halves_store(out + PFP_PANEL_HELIUM, b.first, b.second, left - PFP_PANEL_HELIUM);
    }
}

void pfp_dense_exact_f32_1x8_helium(const pfp_dense_shape *shape, const float *in,
                                    const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    (void)scratch;
    const size_t in_len = shape->in_len, out_len = shape->out_len;
    const float *panel = weights;
    size_t first = 0;
    for (; first + PFP_PANEL_HELIUM < out_len; first += 2 * PFP_PANEL_HELIUM) {
        add_panels(1, in_len, in, panel, out_len - first, out + first);
        panel += 2 * PFP_PANEL_HELIUM * (in_len + 1);
    }
    if (first < out_len) {
        add_panels(0, in_len, in, panel, out_len - first, out + first);
    }
}

#endif
