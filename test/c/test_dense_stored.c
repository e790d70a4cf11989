/* The dense kernels of compact weight formats, against a double-precision reference of the
 * parameters that the stored values stand for, and against each other. */

#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/stored.h"
#include "vec/fma.h"

static int is_det(const kernel *k) {
    return strcmp(k->form, "det") == 0;
}

typedef struct outputs {
    float *mean, *var;
} outputs;

/* Shifts differ by plane and are added to the inputs beforehand. */
static const float *shifted(const linear *l, uint32_t planes, float *shift) {
    float *in = guarded_floats(l->in_len);
    for (size_t p = 0; p < planes; p++) {
        shift[p] = 0.5f * (float)p;
    }
    for (size_t k = 0; k < l->in_len; k++) {
        in[k] = l->in_mean[k] + shift[k / (l->in_len / planes)];
        l->in_mean[k] = in[k] - shift[k / (l->in_len / planes)];
    }
    return in;
}

static outputs run(const kernel *k, const stored *s, uint32_t planes) {
    const linear *l = &s->unpacked;
    const pfp_dense_shape shape = {(uint32_t)l->in_len, (uint32_t)l->out_len, planes};
    float *scratch = strcmp(k->scratch, "none") == 0 ? NULL : guarded_floats(l->in_len);
    const outputs out = {guarded_floats(l->out_len), guarded_floats(l->out_len)};
    if (is_det(k)) {
        float *shift = guarded_floats(planes);
        const float *in = shifted(l, planes, shift);
        ((dense_det *)k->function)(&shape, in, shift, s->packed, scratch, out.mean, out.var);
    } else {
        ((dense_general *)k->function)(&shape, l->in_mean, l->in_var, s->packed, scratch, out.mean,
                                       out.var);
    }
    return out;
}

static void check_reference(const kernel *k, const linear *l, uint32_t planes) {
    const stored s = stored_pack(l, k->weights);
    const outputs out = run(k, &s, planes);
    for (size_t i = 0; i < l->out_len; i++) {
        const linear_moments want = dense_reference(&s.unpacked, is_det(k), i);
        const double residue = stored_dense_residue(&s, is_det(k), i);
        stored_check(&s, &want, residue, i, out.mean[i], out.var[i]);
    }
}

typedef void shape_check(const kernel *k, draw_kind kind, size_t in_len, size_t out_len);

/* Around the unrolling of every kernel along the input and around its tile along the output. */
static void for_each_shape(const kernel *k, draw_kind kind, shape_check *check) {
    static const size_t in_lens[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 17};
    const size_t t = k->outputs;
    const size_t out_lens[] = {1, t - 1, t, t + 1, 2 * t, 2 * t + 1, 4 * t + 1};
    draw_restart();
    for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
        for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
            check_context("%s in_len %lu out_len %lu", k->symbol, (unsigned long)in_lens[i],
                          (unsigned long)out_lens[o]);
            check(k, kind, in_lens[i], out_lens[o]);
            guarded_release_all();
        }
    }
}

static void for_each_kernel_and_shape(draw_kind kind, shape_check *check) {
    FOR_EACH_STORED_KERNEL(k, "dense", "general") {
        for_each_shape(k, kind, check);
    }
    FOR_EACH_STORED_KERNEL(k, "dense", "det") {
        for_each_shape(k, kind, check);
    }
}

static void check_drawn(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
    const linear l = linear_draw(kind, in_len, in_len, out_len);
    check_reference(k, &l, 1);
}

/* Of f16, which stores them as they are; of the other formats as good as other values. */
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
static void check_terms(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
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
        linear l = linear_draw(kind, in_len, in_len, out_len);
        linear_set(&l, &only[i]);
        check_reference(k, &l, 1);
        guarded_release_all();
    }
}

static void test_each_term(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_terms);
}

/* Weights of one variance each and zero else, between inputs of any size. */
static void check_zero_sds(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
    linear l = linear_draw(kind, in_len, in_len, out_len);
    for (size_t i = 0; i < in_len * out_len; i++) {
        l.weight_mean[i] = 0.0f;
        l.weight_var[i] = i % 3 == 0 ? l.weight_var[i] : 0.0f;
    }
    for (size_t i = 0; i < out_len; i++) {
        l.bias_var[i] = 0.0f;
    }
    check_reference(k, &l, 1);
}

static void test_zero_sds_among_others(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_SPREAD, check_zero_sds);
}

/* Planes of odd and even lengths, each with its own shift. */
static void test_planes(void **state) {
    (void)state;
    static const size_t planes[] = {2, 3, 5}, lengths[] = {1, 2, 3, 8, 9, 17};
    draw_restart();
    FOR_EACH_STORED_KERNEL(k, "dense", "det") {
        for (size_t p = 0; p < sizeof planes / sizeof planes[0]; p++) {
            for (size_t n = 0; n < sizeof lengths / sizeof lengths[0]; n++) {
                const size_t in_len = planes[p] * lengths[n];
                check_context("%s %lu planes of %lu", k->symbol, (unsigned long)planes[p],
                              (unsigned long)lengths[n]);
                const linear l = linear_draw(DRAW_TYPICAL, in_len, in_len, 25);
                check_reference(k, &l, (uint32_t)planes[p]);
                guarded_release_all();
            }
        }
    }
}

/* A mean of zero is a denormal word in bf16, which Helium takes as zero; so there is none here. */
static void without_zero_means(linear *l) {
    for (size_t i = 0; i < l->out_len * l->k_len; i++) {
        if (l->weight_mean[i] == 0.0f) {
            l->weight_mean[i] = 0.125f;
        }
    }
}

static void check_same_as_c(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
    linear l = linear_draw(kind, in_len, in_len, out_len);
    if (strcmp(k->weights, "bf16") == 0) {
        without_zero_means(&l);
    }
    const stored s = stored_pack(&l, k->weights);
    const outputs out = run(k, &s, 1);
    const outputs c = run(next_stored_kernel(NULL, k->op, k->form, k->weights), &s, 1);
    check_all_same("mean", out_len, out.mean, c.mean);
    check_all_same("var", out_len, out.var, c.var);
}

/* The list begins with the C kernels, which have the same bits wherever both have FMA. */
static void test_same_bits_as_c(void **state) {
    (void)state;
    FOR_EACH_STORED_KERNEL(k, "dense", "general") {
        const kernel *first = next_stored_kernel(NULL, k->op, k->form, k->weights);
        assert_string_equal(first->isa, "c");
    }
    if (!PFP_HAS_FMA) {
        skip();
    }
    for_each_kernel_and_shape(DRAW_TYPICAL, check_same_as_c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact), cmocka_unit_test(test_typical_values),
        cmocka_unit_test(test_large_and_tiny_values),   cmocka_unit_test(test_each_term),
        cmocka_unit_test(test_zero_sds_among_others),   cmocka_unit_test(test_planes),
        cmocka_unit_test(test_same_bits_as_c),
    };
    return cmocka_run_group_tests_name("dense stored", tests, NULL, NULL);
}
