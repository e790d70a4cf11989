/*
 * The sampled dense kernels: the bits of drawn weights in an exact layer, and moments that
 * converge to those of the det kernel; so do those of local reparameterisation.
 */

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/linear.h"
#include "vec/fma.h"

/* A layer's variances serve as standard deviations here. */
static void run(const kernel *k, const linear *l, pfp_normal_state *state, float *out) {
    const pfp_dense_shape shape = {(uint32_t)l->in_len, (uint32_t)l->out_len, 1};
    const float *weights = linear_pack(l, k->outputs);
    ((dense_sampled *)k->function)(&shape, l->in_mean, weights, state, NULL, out);
}

/* Draws all rows of all panels, each eight { mean, sd }, and sums as form exact does. */
static void draw_and_run(const linear *l, pfp_normal_state *state, float *out) {
    enum { T = 8 };
    const size_t rows = l->k_len + 1;
    const size_t len = (l->out_len + T - 1) / T * rows * T;
    const float *packed = linear_pack(l, T);
    float *mean = guarded_floats(len), *sd = guarded_floats(len), *drawn = guarded_floats(len);
    for (size_t i = 0; i < len; i++) {
        mean[i] = packed[i / T * 2 * T + i % T];
        sd[i] = packed[i / T * 2 * T + T + i % T];
    }
    ((draw_general *)next_kernel(NULL, "draw", "general")->function)(len, mean, sd, state, drawn);
    for (size_t i = 0; i < l->out_len; i++) {
        const float *at = drawn + i / T * rows * T + i % T;
        out[i] = at[0];
        for (size_t k = 0; k < l->k_len; k++) {
            out[i] = pfp__fmaf(at[(k + 1) * T], l->in_mean[k], out[i]);
        }
    }
}

static void test_drawn_weights_in_an_exact_layer(void **state) {
    (void)state;
    static const size_t in_lens[] = {1, 2, 3, 4, 5, 8, 17};
    static const size_t out_lens[] = {1, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17};
    FOR_EACH_KERNEL(k, "dense", "sampled") {
        if (!PFP_HAS_FMA && strcmp(k->isa, "c") != 0) {
            continue;
        }
        draw_restart();
        for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
            for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
                check_context("%s in_len %lu out_len %lu", k->symbol, (unsigned long)in_lens[i],
                              (unsigned long)out_lens[o]);
                const linear l = linear_draw(DRAW_TYPICAL, in_lens[i], in_lens[i], out_lens[o]);
                float *got = guarded_floats(l.out_len), *want = guarded_floats(l.out_len);
                pfp_normal_state ours, theirs;
                pfp_normal_seed(&ours, draw_bits());
                theirs = ours;
                run(k, &l, &ours, got);
                draw_and_run(&l, &theirs, want);
                check_all_same("out", l.out_len, got, want);
                assert_memory_equal(&ours, &theirs, sizeof ours);
                guarded_release_all();
            }
        }
    }
}

enum { IN_LEN = 20, OUT_LEN = 9 };

/* A layer, and what the det kernel says of its outputs. */
typedef struct problem {
    linear l; /* with variances as deviations */
    float mean[OUT_LEN], var[OUT_LEN];
} problem;

static problem problem_draw(void) {
    problem layer;
    draw_restart();
    layer.l = linear_draw(DRAW_TYPICAL, IN_LEN, IN_LEN, OUT_LEN);
    linear squared = layer.l;
    squared.weight_var = guarded_floats(IN_LEN * OUT_LEN);
    squared.bias_var = guarded_floats(OUT_LEN);
    for (size_t i = 0; i < IN_LEN * OUT_LEN; i++) {
        squared.weight_var[i] = layer.l.weight_var[i] * layer.l.weight_var[i];
    }
    for (size_t i = 0; i < OUT_LEN; i++) {
        squared.bias_var[i] = layer.l.bias_var[i] * layer.l.bias_var[i];
    }
    static const float shift[1] = {0.0f};
    const pfp_dense_shape shape = {IN_LEN, OUT_LEN, 1};
    const kernel *det = next_kernel(NULL, "dense", "det");
    ((dense_det *)det->function)(&shape, squared.in_mean, shift,
                                 linear_pack(&squared, det->outputs), NULL, layer.mean, layer.var);
    return layer;
}

/* Emulated microcontrollers take fewer passes. */
static size_t passes(void) {
    return sizeof(void *) > 4 ? 20000 : 2000;
}

/* Sums over passes; a pass is some outputs less their expected means. */
typedef struct sums {
    double plain[OUT_LEN], products[OUT_LEN][OUT_LEN];
} sums;

static void add_pass(sums *s, const problem *layer, const float *out) {
    for (size_t i = 0; i < OUT_LEN; i++) {
        const double a = (double)out[i] - (double)layer->mean[i];
        s->plain[i] += a;
        for (size_t j = 0; j <= i; j++) {
            s->products[i][j] += a * ((double)out[j] - (double)layer->mean[j]);
        }
    }
}

/* For exact inputs the outputs are Gaussian and, of different weights, independent. */
static void check_sums(const sums *s, const problem *layer) {
    const double n = (double)passes();
    const double most_sds = 4.5; /* passed by chance once in 150,000 */
    for (size_t i = 0; i < OUT_LEN; i++) {
        const double var = (double)layer->var[i];
        check_close("mean", i, (float)(s->plain[i] / n), 0.0, most_sds * sqrt(var / n));
        check_close("var", i, (float)(s->products[i][i] / n), var, most_sds * var * sqrt(2.0 / n));
        for (size_t j = 0; j < i; j++) {
            check_close("covariance", i * OUT_LEN + j, (float)(s->products[i][j] / n), 0.0,
                        most_sds * sqrt(var * (double)layer->var[j] / n));
        }
    }
}

static void test_converges_to_det(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "dense", "sampled") {
        check_context("%s", k->symbol);
        const problem layer = problem_draw();
        const pfp_dense_shape shape = {IN_LEN, OUT_LEN, 1};
        const float *weights = linear_pack(&layer.l, k->outputs);
        pfp_normal_state generator;
        pfp_normal_seed(&generator, draw_seed());
        sums s = {{0.0}, {{0.0}}};
        for (size_t pass = 0; pass < passes(); pass++) {
            float out[OUT_LEN];
            ((dense_sampled *)k->function)(&shape, layer.l.in_mean, weights, &generator, NULL, out);
            add_pass(&s, &layer, out);
        }
        check_sums(&s, &layer);
        guarded_release_all();
    }
}

static void test_local_reparameterisation_converges_to_det(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "reparameterize", "general") {
        check_context("%s", k->symbol);
        const problem layer = problem_draw();
        pfp_normal_state generator;
        pfp_normal_seed(&generator, draw_seed());
        sums s = {{0.0}, {{0.0}}};
        for (size_t pass = 0; pass < passes(); pass++) {
            float out[OUT_LEN];
            ((reparameterize_general *)k->function)(OUT_LEN, layer.mean, layer.var, &generator,
                                                    out);
            add_pass(&s, &layer, out);
        }
        check_sums(&s, &layer);
        guarded_release_all();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_weights_in_an_exact_layer),
        cmocka_unit_test(test_converges_to_det),
        cmocka_unit_test(test_local_reparameterisation_converges_to_det),
    };
    return cmocka_run_group_tests_name("sampled", tests, NULL, NULL);
}
