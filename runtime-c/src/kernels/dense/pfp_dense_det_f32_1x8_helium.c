#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/dense/panel_helium.h"
#include "kernels/dense/shifted.h"

enum { ROW = 2 * PFP_PANEL_HELIUM };

/* One input against a row { mw[8], vw[8] }. */
#define ADD_INPUT(sums, row, m, m2)                                                                \
    do {                                                                                           \
        (sums).mean0 = vfmaq_n_f32((sums).mean0, vldrwq_f32(row), m);                              \
        (sums).mean1 = vfmaq_n_f32((sums).mean1, vldrwq_f32((row) + 4), m);                        \
        (sums).var0 = vfmaq_n_f32((sums).var0, vldrwq_f32((row) + 8), m2);                         \
        (sums).var1 = vfmaq_n_f32((sums).var1, vldrwq_f32((row) + 12), m2);                        \
    } while (0)

#define ADD_PAIR(sums, row, from)                                                                  \
    do {                                                                                           \
        const pfp__pair m = pfp__pair_load(from);                                                  \
        const pfp__pair m2 = pfp__pair_load((from) + PFP_CHUNK);                                   \
        ADD_INPUT(sums, row, m.a, m2.a);                                                           \
        ADD_INPUT(sums, (row) + ROW, m.b, m2.b);                                                   \
    } while (0)

/* Adds `len` inputs, whose weights begin at `row`. */
PFP_INLINE pfp__panel_helium add_inputs(pfp__panel_helium sums, const pfp__chunk *chunk, size_t len,
                                        const float *row) {
    const float *from = chunk->m;
    for (size_t eights = len / 8; eights > 0; eights--) {
        ADD_PAIR(sums, row, from);
        ADD_PAIR(sums, row + 2 * ROW, from + 2);
        ADD_PAIR(sums, row + 4 * ROW, from + 4);
        ADD_PAIR(sums, row + 6 * ROW, from + 6);
        from += 8;
        row += 8 * ROW;
    }
    for (size_t rest = len % 8; rest > 0; rest--) {
        ADD_INPUT(sums, row, from[0], from[PFP_CHUNK]);
        from++;
        row += ROW;
    }
    return sums;
}

void pfp_dense_det_f32_1x8_helium(const pfp_dense_shape *shape, const float *in, const float *shift,
                                  const void *weights, float *scratch, float *out_mean,
                                  float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const size_t in_len = shape->in_len, out_len = shape->out_len;
    pfp__planes planes = pfp__planes_from(shape, in, shift);
    pfp__chunk chunk;
    pfp__last_panel last;
    for (size_t k = 0; k < in_len; k += PFP_CHUNK) {
        const size_t len = in_len - k < PFP_CHUNK ? in_len - k : PFP_CHUNK;
        pfp__chunk_fill(&chunk, len, &planes);
        const float *panel = weights;
        for (size_t first = 0; first < out_len; first += PFP_PANEL_HELIUM) {
            const pfp__rest_helium rest =
                pfp__rest_of(out_len - first, out_mean + first, out_var + first, last);
            pfp__panel_helium sums =
                k == 0 ? pfp__panel_helium_bias(panel) : pfp__panel_helium_load(rest);
            sums = add_inputs(sums, &chunk, len, panel + ROW * (k + 1));
            pfp__panel_helium_store(rest, sums);
            panel += ROW * (in_len + 1);
        }
    }
    pfp__last_panel_store(last, out_len, out_mean, out_var);
}

#endif
