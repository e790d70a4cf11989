#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/block.h"
#include "kernels/linear/tile_neon.h"
#include "vec/fma.h"

typedef struct tensors {
    const float *in_mean, *in_var;
    float *out_mean, *out_var;
} tensors;

/* Up to eight output channels at one position. */
static void one_position(const pfp__block *b, const tensors *t, const float *panel, size_t left,
                         pfp__place p) {
    pfp__tile_neon tile = pfp__tile_neon_bias(panel);
    const float *weights = panel + 2 * PFP_TILE_NEON * (b->tap + 1);
    for (size_t row = 0; row < b->rows; row++) {
        const size_t in = p.in + row * b->row_step;
        tile = pfp__tile_neon_add(tile, b->run, t->in_mean + in, t->in_var + in, weights);
        weights += 2 * PFP_TILE_NEON * b->tap_step;
    }
    pfp__tile_neon_store(tile, left, t->out_mean + p.out, t->out_var + p.out);
}

/* The next four inputs of one position. */
typedef struct inputs {
    float32x4_t mean, var, m2;
} inputs;

PFP_INLINE inputs load4(const float *in_mean, const float *in_var) {
    inputs i;
    i.mean = vld1q_f32(in_mean);
    i.var = vld1q_f32(in_var);
    i.m2 = vfmaq_f32(i.var, i.mean, i.mean);
    return i;
}

/* The next one. */
typedef struct input {
    float mean, var, m2;
} input;

PFP_INLINE input load1(const float *in_mean, const float *in_var) {
    input i;
    i.mean = *in_mean;
    i.var = *in_var;
    i.m2 = pfp__fmaf(i.mean, i.mean, i.var);
    return i;
}

/*
 * One input of four positions against eight outputs, ordered so that all fits into 32 registers.
 * ADD(sums, weights, name): adds weights times an input, by lane or alone.
 */
#define ADD_LANE_0(sum, w, i, name) vfmaq_laneq_f32(sum, w, (i).name, 0)
#define ADD_LANE_1(sum, w, i, name) vfmaq_laneq_f32(sum, w, (i).name, 1)
#define ADD_LANE_2(sum, w, i, name) vfmaq_laneq_f32(sum, w, (i).name, 2)
#define ADD_LANE_3(sum, w, i, name) vfmaq_laneq_f32(sum, w, (i).name, 3)
#define ADD_SCALAR(sum, w, i, name) vfmaq_n_f32(sum, w, (i).name)
#define ADD_PAIR(ADD, tile, sum, w, i, name)                                                       \
    tile.sum##0 = ADD(tile.sum##0, w##0, i, name);                                                 \
    tile.sum##1 = ADD(tile.sum##1, w##1, i, name)
#define ADD_POSITIONS(ADD, sum, w, name)                                                           \
    ADD_PAIR(ADD, tile0, sum, w, i0, name);                                                        \
    ADD_PAIR(ADD, tile1, sum, w, i1, name);                                                        \
    ADD_PAIR(ADD, tile2, sum, w, i2, name);                                                        \
    ADD_PAIR(ADD, tile3, sum, w, i3, name)
#define ADD_INPUT(ADD, weights)                                                                    \
    do {                                                                                           \
        const float32x4_t mw0 = vld1q_f32(weights), mw1 = vld1q_f32((weights) + 4);                \
        ADD_POSITIONS(ADD, mean, mw, mean);                                                        \
        const float32x4_t square0 = vmulq_f32(mw0, mw0), square1 = vmulq_f32(mw1, mw1);            \
        ADD_POSITIONS(ADD, var, square, var);                                                      \
        const float32x4_t vw0 = vld1q_f32((weights) + 8), vw1 = vld1q_f32((weights) + 12);         \
        ADD_POSITIONS(ADD, var, vw, m2);                                                           \
    } while (0)

/* Of `count` channels, a constant: it decides here, once, how all eight registers are stored. */
#define STORE_POSITIONS(count)                                                                     \
    do {                                                                                           \
        pfp__tile_neon_store(tile0, count, mean_out0, var_out0);                                   \
        pfp__tile_neon_store(tile1, count, mean_out1, var_out1);                                   \
        pfp__tile_neon_store(tile2, count, mean_out2, var_out2);                                   \
        pfp__tile_neon_store(tile3, count, mean_out3, var_out3);                                   \
    } while (0)

/* Up to eight output channels at four positions. */
static void four_positions(const pfp__block *b, const tensors *t, const float *panel, size_t left,
                           const pfp__place p[4]) {
    pfp__tile_neon tile0 = pfp__tile_neon_bias(panel);
    pfp__tile_neon tile1 = tile0, tile2 = tile0, tile3 = tile0;
    const float *mean0 = t->in_mean + p[0].in, *var0 = t->in_var + p[0].in;
    const float *mean1 = t->in_mean + p[1].in, *var1 = t->in_var + p[1].in;
    const float *mean2 = t->in_mean + p[2].in, *var2 = t->in_var + p[2].in;
    const float *mean3 = t->in_mean + p[3].in, *var3 = t->in_var + p[3].in;
    const float *weights = panel + 2 * PFP_TILE_NEON * (b->tap + 1);
    for (size_t row = 0; row < b->rows; row++) {
        size_t k = row * b->row_step;
        const size_t end = k + b->run;
        for (; k + 4 <= end; k += 4) {
            const inputs i0 = load4(mean0 + k, var0 + k);
            const inputs i1 = load4(mean1 + k, var1 + k);
            const inputs i2 = load4(mean2 + k, var2 + k);
            const inputs i3 = load4(mean3 + k, var3 + k);
            ADD_INPUT(ADD_LANE_0, weights);
            ADD_INPUT(ADD_LANE_1, weights + 16);
            ADD_INPUT(ADD_LANE_2, weights + 32);
            ADD_INPUT(ADD_LANE_3, weights + 48);
            weights += 64;
        }
        for (; k < end; k++) {
            const input i0 = load1(mean0 + k, var0 + k);
            const input i1 = load1(mean1 + k, var1 + k);
            const input i2 = load1(mean2 + k, var2 + k);
            const input i3 = load1(mean3 + k, var3 + k);
            ADD_INPUT(ADD_SCALAR, weights);
            weights += 16;
        }
        weights += 2 * PFP_TILE_NEON * (b->tap_step - b->run);
    }
    float *mean_out0 = t->out_mean + p[0].out, *var_out0 = t->out_var + p[0].out;
    float *mean_out1 = t->out_mean + p[1].out, *var_out1 = t->out_var + p[1].out;
    float *mean_out2 = t->out_mean + p[2].out, *var_out2 = t->out_var + p[2].out;
    float *mean_out3 = t->out_mean + p[3].out, *var_out3 = t->out_var + p[3].out;
    switch (left) {
    case 1:
        STORE_POSITIONS(1);
        break;
    case 2:
        STORE_POSITIONS(2);
        break;
    case 3:
        STORE_POSITIONS(3);
        break;
    case 4:
        STORE_POSITIONS(4);
        break;
    case 5:
        STORE_POSITIONS(5);
        break;
    case 6:
        STORE_POSITIONS(6);
        break;
    case 7:
        STORE_POSITIONS(7);
        break;
    default:
        STORE_POSITIONS(8);
    }
}

/* Up to eight output channels at every position of a block. */
static void all_positions(const pfp__block *b, const tensors *t, const float *panel, size_t left) {
    size_t count = (size_t)(b->y_end - b->y) * (b->x_end - b->x);
    pfp__place next = pfp__block_first(b);
    for (; count >= 4; count -= 4) {
        pfp__place p[4];
        for (size_t i = 0; i < 4; i++) {
            p[i] = next;
            next = pfp__block_next(b, next);
        }
        four_positions(b, t, panel, left, p);
    }
    for (; count > 0; count--) {
        one_position(b, t, panel, left, next);
        next = pfp__block_next(b, next);
    }
}

void pfp_conv2d_f32_4x8_neon(const pfp_conv2d_shape *shape, const float *in_mean,
                             const float *in_var, const void *weights, float *scratch,
                             float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const size_t k_len = (size_t)s.kernel_h * s.kernel_w * s.in_c;
    const size_t panel_len = 2 * PFP_TILE_NEON * (k_len + 1);
    pfp__block b;
    for (uint32_t y = 0; y < s.out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s.out_w; x = b.x_end) {
            b = pfp__block_at(&s, y, x);
            b.y_end = y + 1; /* rows in order */
            const float *panel = weights;
            for (size_t first = 0; first < s.out_c; first += PFP_TILE_NEON) {
                const tensors t = {in_mean, in_var, out_mean + first, out_var + first};
                all_positions(&b, &t, panel, s.out_c - first);
                panel += panel_len;
            }
        }
    }
}

#endif
