#ifndef PFP_KERNELS_CONV2D_PATCH_HELIUM_H
#define PFP_KERNELS_CONV2D_PATCH_HELIUM_H

/*
 * A convolution of form general or det, pair by pair. What is worked out of the inputs of a pair's
 * windows goes into patches, rows of `run + in_step` floats one after the other: var + mean^2 in
 * form general; for each plane of form det in - shift, then its square. From pair to pair the
 * patches move on within their room, and only new columns are filled.
 */

#include "kernels/conv2d/form.h"
#include "kernels/conv2d/pair_helium.h"

/* `rows` rows of `some` floats, `len` apart in the patch and in_row in the input: var + mean^2 */
PFP_INLINE void pfp__patch_fill(size_t rows, size_t len, size_t some, size_t in_row,
                                const float *in_mean, const float *in_var, float *patch) {
    for (; rows > 0; rows--) {
        pfp__helium_m2(some, in_mean, in_var, patch);
        in_mean += in_row;
        in_var += in_row;
        patch += len;
    }
}

/* values = in - shift, squares = values^2 */
PFP_INLINE void pfp__shift_and_square(size_t len, const float *in, float shift, float *values,
                                      float *squares) {
    for (int32_t left = (int32_t)len; left > 0; left -= 4) {
        const mve_pred16_t some = vctp32q((uint32_t)left);
        const float32x4_t x = vsubq_n_f32(vldrwq_z_f32(in, some), shift);
        vstrwq_p_f32(values, x, some);
        vstrwq_p_f32(squares, vmulq_f32(x, x), some);
        in += 4;
        values += 4;
        squares += 4;
    }
}

/* Likewise of form det, into two patches. */
PFP_INLINE void pfp__patch_fill_det(size_t rows, size_t len, size_t some, size_t in_row,
                                    const float *in, float shift, float *values, float *squares) {
    for (; rows > 0; rows--) {
        pfp__shift_and_square(some, in, shift, values, squares);
        in += in_row;
        values += len;
        squares += len;
    }
}

/* The planes of form det: floats of room for a patch, of the input. */
typedef struct pfp__planes {
    const float *shift; /* of each */
    size_t count, room, in_len;
} pfp__planes;

/* Sums of all planes, from a bias and the first weight of the first plane on. */
PFP_INLINE pfp__pair_sum pfp__planes_sum(const pfp__pair_task *t, const pfp__planes *planes,
                                         int has_rest, const float *patch, const float *bias) {
    const size_t width = 2 * PFP_PAIR_TILE;
    const size_t plane_len = (t->panel_len - width) / planes->count;
    const float *row = bias + width * (t->pair.tap + 1);
    pfp__pair_sum sum = pfp__pair_bias(bias);
    for (size_t left = planes->count; left > 0; left--) {
        sum = pfp__pair_rows(sum, &t->pair, has_rest, width, &t->pair.in_step, patch, row);
        patch += 2 * planes->room;
        row += plane_len;
    }
    return sum;
}

PFP_INLINE void pfp__pair_run_det_by(const pfp__pair_task *t, const pfp__planes *planes,
                                     int has_rest) {
    const float *panel = t->weights;
    for (size_t first = 0; first < t->out_c; first += PFP_PAIR_TILE) {
        const size_t left = t->out_c - first;
        float *mean = t->out_mean + first, *var = t->out_var + first;
        pfp__pair_store(pfp__planes_sum(t, planes, has_rest, t->patch, panel), left, mean,
                        mean + t->out_step);
        pfp__pair_store(
            pfp__planes_sum(t, planes, has_rest, t->patch + planes->room, panel + PFP_PAIR_TILE),
            left, var, var + t->out_step);
        panel += t->panel_len;
    }
}

/* A function of its own, for the sake of registers. */
static __attribute__((noinline, unused)) void pfp__pair_run_det(const pfp__pair_task *t,
                                                                const pfp__planes *planes) {
    if (t->pair.rest == 0) {
        pfp__pair_run_det_by(t, planes, 0);
    } else {
        pfp__pair_run_det_by(t, planes, 1);
    }
}

/* Fills all but the first `done` floats of the rows of patches, and runs the pair. */
PFP_INLINE void pfp__pair_run_patched(enum pfp__form form, const pfp__pair_task *t,
                                      const pfp__planes *planes, size_t in_row, size_t done) {
    const size_t rows = t->pair.rows, len = t->pair.run + t->pair.in_step;
    if (form == PFP_FORM_GENERAL) {
        pfp__patch_fill(rows, len, len - done, in_row, t->in_mean + done, t->in_var + done,
                        t->patch + done);
        pfp__pair_run(t);
        return;
    }
    for (size_t i = 0; i < planes->count; i++) {
        float *values = t->patch + 2 * i * planes->room + done;
        pfp__patch_fill_det(rows, len, len - done, in_row, t->in_mean + i * planes->in_len + done,
                            planes->shift[i], values, values + planes->room);
    }
    pfp__pair_run_det(t, planes);
}

PFP_INLINE void pfp__conv2d_patched(enum pfp__form form, const pfp_conv2d_shape *shape,
                                    pfp__conv2d_in in, const void *weights, float *scratch,
                                    float *out_mean, float *out_var) {
    const pfp_conv2d_shape s = *shape;
    const size_t max_slides =
        s.kernel_w > s.stride_w ? s.stride_h * (s.kernel_w + s.stride_w) / (2 * s.stride_w) : 0;
    const size_t in_row = (size_t)s.in_w * s.in_c;
    const pfp__planes planes = {
        in.shift, form == PFP_FORM_DET ? s.in_planes : 1,
        (size_t)(s.kernel_h + s.stride_h) * (s.kernel_w + s.stride_w) * s.in_c, in_row * s.in_h};
    pfp__pair_task task;
    task.weights = weights;
    task.panel_len = 2 * PFP_PAIR_TILE * (planes.count * s.kernel_h * s.kernel_w * s.in_c + 1);
    task.out_c = s.out_c;
    task.out_mean = out_mean;
    task.out_var = out_var;
    for (uint32_t y = 0; y < s.out_h; y++) {
        const pfp__taps rows = pfp__taps_of_row(&s, y);
        for (uint32_t x = 0; x < s.out_w; x += task.pair.times * task.pair.columns) {
            task.pair = pfp__pair_at(&s, rows, y, x, s.out_w);
            task.in_mean = in.mean + task.pair.in;
            task.in_var = form == PFP_FORM_GENERAL ? in.var + task.pair.in : NULL;
            task.out_step = (task.pair.columns - 1) * s.out_c;
            size_t slides = 0;
            for (uint32_t times = task.pair.times; times > 0; times--) {
                size_t done = 0;
                if (slides == 0) {
                    task.patch = scratch;
                    slides = max_slides;
                } else {
                    task.patch += 2 * task.pair.in_step;
                    slides--;
                    done = task.pair.run - task.pair.in_step;
                }
                pfp__pair_run_patched(form, &task, &planes, in_row, done);
                task.in_mean += 2 * task.pair.in_step;
                if (form == PFP_FORM_GENERAL) {
                    task.in_var += 2 * task.pair.in_step;
                }
                task.out_mean += s.out_c + task.out_step;
                task.out_var += s.out_c + task.out_step;
            }
        }
    }
}

#endif
