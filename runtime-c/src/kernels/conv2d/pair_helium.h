#ifndef PFP_KERNELS_CONV2D_PAIR_HELIUM_H
#define PFP_KERNELS_CONV2D_PAIR_HELIUM_H

/*
 * Eight outputs of a convolution at a pair of positions, in Helium registers: outputs in lanes,
 * inputs from core registers, where one instruction loads two. Means and variances are summed one
 * after the other: four sums at a time leave registers for weights and inputs.
 */

#include "kernels/conv2d/pair.h"
#include "kernels/linear/tile_helium.h"

enum { PFP_PAIR_TILE = 8 };

/* Outputs 0 to 3 and 4 to 7 of p and of q. */
typedef struct pfp__pair_sum {
    float32x4_t p0, p1, q0, q1;
} pfp__pair_sum;

PFP_INLINE pfp__pair_sum pfp__pair_bias(const float *bias) {
    pfp__pair_sum sum;
    sum.p0 = sum.q0 = vldrwq_f32(bias);
    sum.p1 = sum.q1 = vldrwq_f32(bias + 4);
    return sum;
}

PFP_INLINE pfp__pair_sum pfp__pair_add_product(pfp__pair_sum sum, float32x4_t w0, float32x4_t w1,
                                               float p, float q) {
    sum.p0 = vfmaq_n_f32(sum.p0, w0, p);
    sum.q0 = vfmaq_n_f32(sum.q0, w0, q);
    sum.p1 = vfmaq_n_f32(sum.p1, w1, p);
    sum.q1 = vfmaq_n_f32(sum.q1, w1, q);
    return sum;
}

/* Adds eight weights times an input of p and one of q. */
PFP_INLINE pfp__pair_sum pfp__pair_add(pfp__pair_sum sum, const float *weights, float p, float q) {
    return pfp__pair_add_product(sum, vldrwq_f32(weights), vldrwq_f32(weights + 4), p, q);
}

/* The same of the squares of weights. */
PFP_INLINE pfp__pair_sum pfp__pair_add_squares(pfp__pair_sum sum, const float *weights, float p,
                                               float q) {
    const float32x4_t w0 = vldrwq_f32(weights), w1 = vldrwq_f32(weights + 4);
    return pfp__pair_add_product(sum, vmulq_f32(w0, w0), vmulq_f32(w1, w1), p, q);
}

/*
 * Adds three inputs of p and of q. A macro and not a function that returns them, since each has its
 * core register.
 */
#define PFP_PAIR_ADD_3(sum, weights, width, p, q)                                                  \
    do {                                                                                           \
        PFP_HELIUM_NEXT_3(p, p_a, p_b, p_c, r4, r5, r6);                                           \
        PFP_HELIUM_NEXT_3(q, q_a, q_b, q_c, r8, r9, r10);                                          \
        sum = pfp__pair_add(sum, weights, p_a, q_a);                                               \
        sum = pfp__pair_add(sum, (weights) + (width), p_b, q_b);                                   \
        sum = pfp__pair_add(sum, (weights) + 2 * (width), p_c, q_c);                               \
    } while (0)

/*
 * Adds all rows; `in` is the first input of p, `gap` goes from the end of a run to the next and
 * is loaded where it is due, which saves a register; `row` is where the weights begin, `width`
 * floats a tap. A constant has_rest of 0 saves the looking for a rest in every row.
 */
PFP_INLINE pfp__pair_sum pfp__pair_rows(pfp__pair_sum sum, const pfp__pair *pair, int has_rest,
                                        size_t width, const size_t *gap, const float *in,
                                        const float *row) {
    const float *p = in, *q = in + pair->in_step;
    const size_t sixes = pair->sixes;
    for (size_t rows = pair->rows; rows > 0; rows--) {
        const float *weights = row;
        for (size_t i = sixes; i > 0; i--) {
            PFP_PAIR_ADD_3(sum, weights, width, p, q);
            PFP_PAIR_ADD_3(sum, weights + 3 * width, width, p, q);
            weights += 6 * width;
        }
        for (size_t i = has_rest ? pair->rest : 0; i > 0; i--) {
            sum = pfp__pair_add(sum, weights, *p++, *q++);
            weights += width;
        }
        p += *gap;
        q += *gap;
        row += width * pair->tap_step;
    }
    return sum;
}

/* The means; `panel` begins with a bias of `width` floats. */
PFP_INLINE pfp__pair_sum pfp__pair_mean(const pfp__pair *pair, int has_rest, size_t width,
                                        const float *in, const float *panel) {
    return pfp__pair_rows(pfp__pair_bias(panel), pair, has_rest, width, &pair->in_gap, in,
                          panel + width * (pair->tap + 1));
}

/* Whether var + mean^2 has been worked out before, or is here for one row after the other. */
enum pfp__pair_m2 { PFP_M2_OF_WINDOW, PFP_M2_OF_ROW };

/* The variances; `patch` is var + mean^2 of the inputs of p and q, or room for those of a row. */
PFP_INLINE pfp__pair_sum pfp__pair_var(const pfp__pair *pair, int has_rest, enum pfp__pair_m2 m2,
                                       const float *in_mean, const float *in_var, float *patch,
                                       const float *panel) {
    const size_t width = 2 * PFP_PAIR_TILE;
    pfp__pair_sum sum = pfp__pair_bias(panel + PFP_PAIR_TILE);
    const float *row = panel + width * (pair->tap + 1);
    const float *p_var = in_var, *q_var = in_var + pair->in_step;
    const float *p_m2 = patch, *q_m2 = patch + pair->in_step;
    const size_t sixes = pair->sixes;
    for (size_t rows = pair->rows; rows > 0; rows--) {
        const float *weights = row;
        if (m2 == PFP_M2_OF_ROW) {
            pfp__helium_m2(pair->run + pair->in_step, in_mean, p_var, patch);
            in_mean += pair->run + pair->in_gap;
            p_m2 = patch;
            q_m2 = patch + pair->in_step;
        }
        for (size_t i = sixes; i > 0; i--) {
            for (size_t twos = 3; twos > 0; twos--) {
                /* m2 is not loaded before it is due, for which registers would not suffice. */
                const pfp__helium_pair pv = pfp__helium_next(&p_var), qv = pfp__helium_next(&q_var);
                sum = pfp__pair_add_squares(sum, weights, pv.first, qv.first);
                const pfp__helium_pair p2 = pfp__helium_next(&p_m2), q2 = pfp__helium_next(&q_m2);
                sum = pfp__pair_add(sum, weights + 8, p2.first, q2.first);
                sum = pfp__pair_add_squares(sum, weights + 16, pv.second, qv.second);
                sum = pfp__pair_add(sum, weights + 24, p2.second, q2.second);
                weights += 2 * width;
            }
        }
        for (size_t i = has_rest ? pair->rest : 0; i > 0; i--) {
            sum = pfp__pair_add_squares(sum, weights, *p_var++, *q_var++);
            sum = pfp__pair_add(sum, weights + 8, *p_m2++, *q_m2++);
            weights += width;
        }
        p_var += pair->in_gap;
        q_var += pair->in_gap;
        p_m2 += pair->in_step;
        q_m2 += pair->in_step;
        row += width * pair->tap_step;
    }
    return sum;
}

/* Writes the first min(8, left) outputs of p and q. */
PFP_INLINE void pfp__pair_store(pfp__pair_sum sum, size_t left, float *p, float *q) {
    if (left >= PFP_PAIR_TILE) {
        vstrwq_f32(p, sum.p0);
        vstrwq_f32(p + 4, sum.p1);
        vstrwq_f32(q, sum.q0);
        vstrwq_f32(q + 4, sum.q1);
        return;
    }
    pfp__helium_store(p, sum.p0, left);
    pfp__helium_store(q, sum.q0, left);
    if (left > 4) {
        pfp__helium_store(p + 4, sum.p1, left - 4);
        pfp__helium_store(q + 4, sum.q1, left - 4);
    }
}

/* What a pair reads, and where all its outputs go. */
typedef struct pfp__pair_task {
    pfp__pair pair;
    const float *in_mean, *in_var; /* the first input of p */
    float *patch;
    const float *weights;
    size_t panel_len, out_c;
    float *out_mean, *out_var; /* of p */
    size_t out_step;           /* from there to those of q */
} pfp__pair_task;

PFP_INLINE void pfp__pair_run_by(const pfp__pair_task *t, int has_rest, enum pfp__pair_m2 m2) {
    const float *panel = t->weights;
    for (size_t first = 0; first < t->out_c; first += PFP_PAIR_TILE) {
        const size_t left = t->out_c - first;
        float *mean = t->out_mean + first, *var = t->out_var + first;
        pfp__pair_store(pfp__pair_mean(&t->pair, has_rest, 2 * PFP_PAIR_TILE, t->in_mean, panel),
                        left, mean, mean + t->out_step);
        pfp__pair_store(
            pfp__pair_var(&t->pair, has_rest, m2, t->in_mean, t->in_var, t->patch, panel), left,
            var, var + t->out_step);
        panel += t->panel_len;
    }
}

PFP_INLINE void pfp__pair_run_exact_by(const pfp__pair_task *t, int has_rest) {
    const float *panel = t->weights;
    for (size_t first = 0; first < t->out_c; first += PFP_PAIR_TILE) {
        float *out = t->out_mean + first;
        pfp__pair_store(pfp__pair_mean(&t->pair, has_rest, PFP_PAIR_TILE, t->in_mean, panel),
                        t->out_c - first, out, out + t->out_step);
        panel += t->panel_len;
    }
}

/* Functions of their own, for the sake of registers. */
static __attribute__((noinline, unused)) void pfp__pair_run(const pfp__pair_task *task) {
    if (task->pair.rest == 0) {
        pfp__pair_run_by(task, 0, PFP_M2_OF_WINDOW);
    } else {
        pfp__pair_run_by(task, 1, PFP_M2_OF_WINDOW);
    }
}

static __attribute__((noinline, unused)) void pfp__pair_run_by_rows(const pfp__pair_task *task) {
    if (task->pair.rest == 0) {
        pfp__pair_run_by(task, 0, PFP_M2_OF_ROW);
    } else {
        pfp__pair_run_by(task, 1, PFP_M2_OF_ROW);
    }
}

static __attribute__((noinline, unused)) void pfp__pair_run_exact(const pfp__pair_task *task) {
    if (task->pair.rest == 0) {
        pfp__pair_run_exact_by(task, 0);
    } else {
        pfp__pair_run_exact_by(task, 1);
    }
}

#endif
