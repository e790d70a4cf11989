/* Batched dense kernels: each input's outputs have the bits that it has alone, and are right. */

#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/linear.h"

/* A drawn layer with `count` inputs of in_len elements, each of as many planes. */
typedef struct problem {
    linear l;
    size_t count, in_len;
    const void *weights;
} problem;

/* [count][out_len] */
typedef struct outputs {
    float *mean, *var; /* var: NULL for form exact */
} outputs;

static int has_form(const kernel *k, const char *form) {
    return strcmp(k->form, form) == 0;
}

static problem problem_draw(const kernel *k, draw_kind kind, size_t count, size_t in_len,
                            size_t out_len, size_t planes) {
    problem p = {linear_draw(kind, count * in_len, in_len, out_len), count, in_len, NULL};
    if (has_form(k, "det")) {
        linear_draw_shift(&p.l, planes);
    }
    p.weights =
        has_form(k, "exact") ? linear_pack_means(&p.l, k->outputs) : linear_pack(&p.l, k->outputs);
    return p;
}

static outputs outputs_for(const kernel *k, size_t len) {
    outputs out = {guarded_floats(len), NULL};
    if (!has_form(k, "exact")) {
        out.var = guarded_floats(len);
    }
    return out;
}

static outputs run(const kernel *k, const problem *p) {
    const linear *l = &p->l;
    const pfp_dense_shape shape = {(uint32_t)p->in_len, (uint32_t)l->out_len, (uint32_t)l->planes};
    const outputs out = outputs_for(k, p->count * l->out_len);
    if (has_form(k, "exact")) {
        ((dense_batch_exact *)k->function)(&shape, p->count, l->in_mean, p->weights, NULL,
                                           out.mean);
    } else if (has_form(k, "det")) {
        ((dense_batch_det *)k->function)(&shape, p->count, l->in_mean, l->shift, p->weights, NULL,
                                         out.mean, out.var);
    } else {
        ((dense_batch_general *)k->function)(&shape, p->count, l->in_mean, l->in_var, p->weights,
                                             NULL, out.mean, out.var);
    }
    return out;
}

/* Input `row` alone. */
static linear row_of(const problem *p, size_t row) {
    linear l = p->l;
    l.in_len = p->in_len;
    l.in_mean += row * p->in_len;
    l.in_var += row * p->in_len;
    return l;
}

static outputs run_alone(const kernel *k, const problem *p, size_t row) {
    const linear l = row_of(p, row);
    const pfp_dense_shape shape = {(uint32_t)l.in_len, (uint32_t)l.out_len, (uint32_t)l.planes};
    const outputs out = outputs_for(k, l.out_len);
    if (has_form(k, "exact")) {
        ((dense_exact *)k->function)(&shape, l.in_mean, p->weights, NULL, out.mean);
    } else if (has_form(k, "det")) {
        ((dense_det *)k->function)(&shape, l.in_mean, l.shift, p->weights, NULL, out.mean, out.var);
    } else {
        ((dense_general *)k->function)(&shape, l.in_mean, l.in_var, p->weights, NULL, out.mean,
                                       out.var);
    }
    return out;
}

/* The kernel of one input that reads the same panels. */
static const kernel *kernel_alone(const kernel *batched) {
    FOR_EACH_KERNEL(k, "dense", batched->form) {
        if (strcmp(k->isa, batched->isa) == 0 && k->outputs == batched->outputs) {
            return k;
        }
    }
    fail_msg("no kernel of one input reads the panels of %s", batched->symbol);
    return NULL;
}

static void check_same_as_alone(const kernel *k, const problem *p) {
    const size_t out_len = p->l.out_len;
    const kernel *alone = kernel_alone(k);
    const outputs out = run(k, p);
    for (size_t row = 0; row < p->count; row++) {
        const outputs one = run_alone(alone, p, row);
        check_all_same("mean", out_len, out.mean + row * out_len, one.mean);
        if (out.var != NULL) {
            check_all_same("var", out_len, out.var + row * out_len, one.var);
        }
    }
}

/* The input less its shift, which a det kernel subtracts in fp32. */
static void shift_input(linear *l) {
    const float *in = l->in_mean;
    l->in_mean = guarded_floats(l->in_len);
    for (size_t i = 0; i < l->in_len; i++) {
        l->in_mean[i] = in[i] - l->shift[i / (l->in_len / l->planes)];
    }
    l->planes = 1;
    l->shift = guarded_floats(1);
    l->shift[0] = 0.0f;
}

static void check_reference(const kernel *k, const problem *p) {
    const outputs out = run(k, p);
    for (size_t row = 0; row < p->count; row++) {
        linear l = row_of(p, row);
        if (has_form(k, "det")) {
            shift_input(&l);
        }
        for (size_t i = 0; i < l.out_len; i++) {
            const size_t at = row * l.out_len + i;
            const linear_moments want = dense_reference(&l, !has_form(k, "general"), i);
            if (out.var == NULL) {
                linear_check_mean(&l, &want, at, out.mean[at]);
            } else {
                linear_check(&l, &want, at, out.mean[at], out.var[at]);
            }
        }
    }
}

typedef void problem_check(const kernel *k, const problem *p);

static void check_shape(const kernel *k, draw_kind kind, problem_check *check, size_t count,
                        size_t in_len, size_t out_len) {
    const size_t planes[] = {1, 3, in_len};
    const size_t planes_count = has_form(k, "det") ? sizeof planes / sizeof planes[0] : 1;
    for (size_t i = 0; i < planes_count; i++) {
        if (in_len % planes[i] == 0) {
            check_context("%s count %lu in_len %lu out_len %lu planes %lu", k->symbol,
                          (unsigned long)count, (unsigned long)in_len, (unsigned long)out_len,
                          (unsigned long)planes[i]);
            const problem p = problem_draw(k, kind, count, in_len, out_len, planes[i]);
            check(k, &p);
            guarded_release_all();
        }
    }
}

/* Around the tile along the batch and the outputs, the unrolling and the chunks along the input. */
static void for_each_shape(const kernel *k, draw_kind kind, problem_check *check) {
    static const size_t in_lens[] = {1, 3, 4, 5, 9};
    static const size_t chunk_lens[] = {63, 64, 65, 129};
    const size_t r = k->rows, t = k->outputs;
    const size_t counts[] = {1, r - 1, r, r + 1, 2 * r, 2 * r + 1};
    const size_t out_lens[] = {1, t - 1, t, t + 1, 2 * t, 2 * t + 1};
    draw_restart();
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        if (counts[c] == 0) {
            continue; /* a tile of one row */
        }
        for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
            for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
                check_shape(k, kind, check, counts[c], in_lens[i], out_lens[o]);
            }
        }
        for (size_t i = 0; i < sizeof chunk_lens / sizeof chunk_lens[0]; i++) {
            check_shape(k, kind, check, counts[c], chunk_lens[i], 2 * t + 1);
        }
    }
}

static void for_each_kernel_and_shape(draw_kind kind, problem_check *check) {
    static const char *const forms[] = {"general", "det", "exact"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        FOR_EACH_KERNEL(k, "dense_batch", forms[i]) {
            for_each_shape(k, kind, check);
        }
    }
}

static void test_whole_numbers_are_exact(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_reference);
}

static void test_large_and_tiny_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_SPREAD, check_reference);
}

static void test_each_input_as_if_alone(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_TYPICAL, check_same_as_alone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact),
        cmocka_unit_test(test_large_and_tiny_values),
        cmocka_unit_test(test_each_input_as_if_alone),
    };
    return cmocka_run_group_tests_name("dense_batch", tests, NULL, NULL);
}
