/* The dense kernels against a double-precision reference and against each other. */

#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/linear.h"
#include "vec/fma.h"

static int has_form(const kernel *k, const char *form) {
    return strcmp(k->form, form) == 0;
}

/* A drawn layer, whose input is of as many planes as `shift` has elements. */
typedef struct problem {
    linear l;
    size_t planes;
    float *shift;
} problem;

static float draw_shift(draw_kind kind) {
    switch (kind) {
    case DRAW_WHOLE:
        return draw_whole(-8, 8);
    case DRAW_TYPICAL:
        return draw_uniform(-1.0f, 1.0f);
    case DRAW_SPREAD:
    default:
        return draw_magnitude(-12.0f, 6.0f);
    }
}

static problem problem_draw(draw_kind kind, size_t in_len, size_t out_len, size_t planes) {
    problem p;
    p.l = linear_draw(kind, in_len, in_len, out_len);
    p.planes = planes;
    p.shift = guarded_floats(planes);
    for (size_t i = 0; i < planes; i++) {
        p.shift[i] = draw_shift(kind);
    }
    return p;
}

typedef struct outputs {
    float *mean, *var; /* var: NULL for form exact */
} outputs;

static outputs run(const kernel *k, const problem *p) {
    const linear *l = &p->l;
    const pfp_dense_shape shape = {(uint32_t)l->in_len, (uint32_t)l->out_len,
                                   (uint32_t)(has_form(k, "det") ? p->planes : 1)};
    float *scratch = strcmp(k->scratch, "none") == 0 ? NULL : guarded_floats(l->in_len);
    outputs out = {guarded_floats(l->out_len), NULL};
    if (has_form(k, "exact")) {
        const float *weights = linear_pack_means(l, k->outputs);
        ((dense_exact *)k->function)(&shape, l->in_mean, weights, scratch, out.mean);
        return out;
    }
    const float *weights = linear_pack(l, k->outputs);
    out.var = guarded_floats(l->out_len);
    if (has_form(k, "det")) {
        ((dense_det *)k->function)(&shape, l->in_mean, p->shift, weights, scratch, out.mean,
                                   out.var);
    } else {
        ((dense_general *)k->function)(&shape, l->in_mean, l->in_var, weights, scratch, out.mean,
                                       out.var);
    }
    return out;
}

/* The layer whose input is that of `p` less its shift, which a det kernel subtracts in fp32. */
static linear shifted(const problem *p) {
    linear l = p->l;
    l.in_mean = guarded_floats(l.in_len);
    for (size_t i = 0; i < l.in_len; i++) {
        l.in_mean[i] = p->l.in_mean[i] - p->shift[i / (l.in_len / p->planes)];
    }
    return l;
}

static void check_reference(const kernel *k, const problem *p) {
    const linear l = has_form(k, "det") ? shifted(p) : p->l;
    const outputs out = run(k, p);
    for (size_t i = 0; i < l.out_len; i++) {
        linear_moments want = dense_reference(&l, !has_form(k, "general"), i);
        if (out.var == NULL) {
            want.var = 0.0;
        }
        linear_check(&l, &want, i, out.mean[i], out.var == NULL ? 0.0f : out.var[i]);
    }
}

typedef void problem_check(const kernel *k, problem *p);

static void check_shape(const kernel *k, draw_kind kind, problem_check *check, size_t in_len,
                        size_t out_len) {
    const size_t planes[] = {1, 3, in_len};
    const size_t planes_count = has_form(k, "det") ? sizeof planes / sizeof planes[0] : 1;
    for (size_t i = 0; i < planes_count; i++) {
        if (in_len % planes[i] == 0) {
            check_context("%s in_len %lu out_len %lu planes %lu", k->symbol, (unsigned long)in_len,
                          (unsigned long)out_len, (unsigned long)planes[i]);
            problem p = problem_draw(kind, in_len, out_len, planes[i]);
            check(k, &p);
            guarded_release_all();
        }
    }
}

/*
 * Around the unrolling of every kernel along the input and around its tile along the output, of
 * which kernels take up to four together; then around the chunks in which they take inputs.
 */
static void for_each_shape(const kernel *k, draw_kind kind, problem_check *check) {
    static const size_t in_lens[] = {1, 2, 3, 4, 5, 7, 8, 9, 17};
    static const size_t chunk_lens[] = {159, 160, 161, 321};
    const size_t t = k->outputs;
    const size_t out_lens[] = {1, t - 1, t, t + 1, 2 * t, 2 * t + 1, 4 * t + 1, 5 * t};
    draw_restart();
    for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
        for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
            check_shape(k, kind, check, in_lens[i], out_lens[o]);
        }
    }
    for (size_t i = 0; i < sizeof chunk_lens / sizeof chunk_lens[0]; i++) {
        check_shape(k, kind, check, chunk_lens[i], t + 1);
        check_shape(k, kind, check, chunk_lens[i], 2 * t);
    }
}

static void for_each_kernel_and_shape(draw_kind kind, problem_check *check) {
    static const char *const forms[] = {"general", "det", "exact"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        FOR_EACH_KERNEL(k, "dense", forms[i]) {
            if (strcmp(k->weights, "f32") == 0) {
                for_each_shape(k, kind, check);
            }
        }
    }
}

static void check_drawn(const kernel *k, problem *p) {
    check_reference(k, p);
}

static void test_whole_numbers_are_exact(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_drawn);
}

static void test_typical_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_TYPICAL, check_drawn);
}

static void test_large_and_tiny_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_SPREAD, check_drawn);
}

/* Every term alone, so that none can be missing; then none at all. */
static void check_terms(const kernel *k, problem *p) {
    static const linear_constants only[] = {
        {.in_mean = 3.0f, .weight_mean = -2.0f},
        {.bias_mean = -5.0f},
        {.in_var = 3.0f, .weight_mean = -2.0f},
        {.in_mean = -3.0f, .weight_var = 2.0f},
        {.in_var = 3.0f, .weight_var = 2.0f},
        {.bias_var = 5.0f},
        {.in_mean = 3.0f, .in_var = 2.0f},
        {.weight_mean = 3.0f, .weight_var = 2.0f},
        {.in_mean = 0.0f},
    };
    for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
        linear_set(&p->l, &only[i]);
        check_reference(k, p);
    }
    linear_set(&p->l, &only[0]); /* in_mean alone, and the shift takes it away */
    for (size_t i = 0; i < p->planes; i++) {
        p->shift[i] = only[0].in_mean;
    }
    check_reference(k, p);
}

static void test_each_term(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_terms);
}

static void check_same_as_c(const kernel *k, problem *p) {
    const outputs out = run(k, p);
    const outputs c = run(next_kernel(NULL, k->op, k->form), p);
    check_all_same("mean", p->l.out_len, out.mean, c.mean);
    if (out.var != NULL) {
        check_all_same("var", p->l.out_len, out.var, c.var);
    }
}

/* The list begins with the C kernels, which have the same bits wherever both have FMA. */
static void test_same_bits_as_c(void **state) {
    (void)state;
    assert_string_equal(next_kernel(NULL, "dense", "general")->isa, "c");
    assert_string_equal(next_kernel(NULL, "dense", "det")->isa, "c");
    assert_string_equal(next_kernel(NULL, "dense", "exact")->isa, "c");
    if (!PFP_HAS_FMA) {
        skip();
    }
    for_each_kernel_and_shape(DRAW_TYPICAL, check_same_as_c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact), cmocka_unit_test(test_typical_values),
        cmocka_unit_test(test_large_and_tiny_values),   cmocka_unit_test(test_each_term),
        cmocka_unit_test(test_same_bits_as_c),
    };
    return cmocka_run_group_tests_name("dense", tests, NULL, NULL);
}
