#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/block.h"
#include "kernels/linear/tile_helium.h"

enum { TILE = 4 };

typedef struct tensors {
    const float *in; /* scratch: mean, var and var + mean^2 of each input */
    float *out_mean, *out_var;
} tensors;

/* Adds one input of both positions and steps on to the next weights. */
#define ADD_INPUT(p_m, q_m, p_v, q_v, p_m2, q_m2)                                                  \
    do {                                                                                           \
        const float32x4_t mw = vldrwq_f32(weights), vw = vldrwq_f32(weights + TILE);               \
        const float32x4_t square = vmulq_f32(mw, mw);                                              \
        p_mean = vfmaq_n_f32(p_mean, mw, p_m);                                                     \
        q_mean = vfmaq_n_f32(q_mean, mw, q_m);                                                     \
        p_var = vfmaq_n_f32(p_var, square, p_v);                                                   \
        q_var = vfmaq_n_f32(q_var, square, q_v);                                                   \
        p_var = vfmaq_n_f32(p_var, vw, p_m2);                                                      \
        q_var = vfmaq_n_f32(q_var, vw, q_m2);                                                      \
        weights += 2 * TILE;                                                                       \
    } while (0)

/* Up to four output channels at two positions, which may be the same. */
static void two_positions(const pfp__block *b, const tensors *t, const float *panel, size_t left,
                          pfp__place p, pfp__place q) {
    float32x4_t p_mean = vldrwq_f32(panel), q_mean = p_mean;
    float32x4_t p_var = vldrwq_f32(panel + 4), q_var = p_var;
    const float *weights = panel + 2 * TILE * (b->tap + 1);
    const float *p_in = t->in + 3 * p.in, *q_in = t->in + 3 * q.in;
    const size_t gap = 3 * (b->row_step - b->run);
    const size_t weights_gap = 2 * TILE * (b->tap_step - b->run);
    for (size_t rows = b->rows; rows > 0;) {
        for (size_t twos = b->run / 2; twos > 0; twos--) {
            /* Of two inputs: mean and var, m2 and the next mean, then its var and m2: not loaded
             * before they are due, for which registers would not suffice. */
            const pfp__helium_pair p0 = pfp__helium_next(&p_in), q0 = pfp__helium_next(&q_in);
            const pfp__helium_pair p1 = pfp__helium_next(&p_in), q1 = pfp__helium_next(&q_in);
            ADD_INPUT(p0.first, q0.first, p0.second, q0.second, p1.first, q1.first);
            const pfp__helium_pair p2 = pfp__helium_next(&p_in), q2 = pfp__helium_next(&q_in);
            ADD_INPUT(p1.second, q1.second, p2.first, q2.first, p2.second, q2.second);
        }
        if (b->run % 2 != 0) {
            ADD_INPUT(p_in[0], q_in[0], p_in[1], q_in[1], p_in[2], q_in[2]);
            p_in += 3;
            q_in += 3;
        }
        if (--rows == 0) {
            break;
        }
        p_in += gap;
        q_in += gap;
        weights += weights_gap;
    }
    pfp__helium_store(t->out_mean + p.out, p_mean, left);
    pfp__helium_store(t->out_var + p.out, p_var, left);
    pfp__helium_store(t->out_mean + q.out, q_mean, left);
    pfp__helium_store(t->out_var + q.out, q_var, left);
}

/* Up to four output channels at every position of a block. */
static void all_positions(const pfp__block *b, const tensors *t, const float *panel, size_t left) {
    size_t count = (size_t)(b->y_end - b->y) * (b->x_end - b->x);
    pfp__place next = pfp__block_first(b);
    for (; count >= 2; count -= 2) {
        const pfp__place p = next;
        const pfp__place q = pfp__block_next(b, p);
        two_positions(b, t, panel, left, p, q);
        next = pfp__block_next(b, q);
    }
    if (count > 0) {
        two_positions(b, t, panel, left, next, next);
    }
}

void pfp_conv2d_f32_2x4_helium(const pfp_conv2d_shape *shape, const float *in_mean,
                               const float *in_var, const float *weights, float *scratch,
                               float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp_conv2d_shape s = *shape;
    pfp__helium_interleave((size_t)s.in_h * s.in_w * s.in_c, in_mean, in_var, scratch);
    const size_t k_len = (size_t)s.kernel_h * s.kernel_w * s.in_c;
    const size_t panel_len = 2 * TILE * (k_len + 1);
    pfp__block b;
    for (uint32_t y = 0; y < s.out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s.out_w; x = b.x_end) {
            b = pfp__block_at(&s, y, x);
            const float *panel = weights;
            for (size_t first = 0; first < s.out_c; first += TILE) {
                const tensors t = {scratch, out_mean + first, out_var + first};
                all_positions(&b, &t, panel, s.out_c - first);
                panel += panel_len;
            }
        }
    }
}

#endif
