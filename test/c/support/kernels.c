#include "support/kernels.h"

#include <string.h>

/* What this program is built for, by instruction set and dtype. */
#define PFP_TEST_c_f32(...) __VA_ARGS__

#if PFP_HAS_NEON
#define PFP_TEST_neon_f32(...) __VA_ARGS__
#else
#define PFP_TEST_neon_f32(...)
#endif

#if PFP_HAS_NEON_F16
#define PFP_TEST_neon_f16(...) __VA_ARGS__
#else
#define PFP_TEST_neon_f16(...)
#endif

#if PFP_HAS_HELIUM
#define PFP_TEST_helium_f32(...) __VA_ARGS__
#else
#define PFP_TEST_helium_f32(...)
#endif

#if PFP_HAS_HELIUM_F16
#define PFP_TEST_helium_f16(...) __VA_ARGS__
#else
#define PFP_TEST_helium_f16(...)
#endif

#if PFP_HAS_VFP
#define PFP_TEST_vfp_f32(...) __VA_ARGS__
#else
#define PFP_TEST_vfp_f32(...)
#endif

#if PFP_HAS_X86
#define PFP_TEST_x86_f32(...) __VA_ARGS__
#else
#define PFP_TEST_x86_f32(...)
#endif

#define PFP_KERNEL(symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs)     \
    PFP_TEST_##isa##_##dtype({#symbol, #op, #form, #tier, #dtype, #weights, #isa, #scratch,        \
                              #needs, rows, outputs, (void (*)(void))symbol}, )

const kernel kernels[] = {
#include "pfp/pfp_kernels.def"
};

const size_t kernel_count = sizeof kernels / sizeof kernels[0];

int is_compact(const kernel *k) {
    return strcmp(k->weights, "f32") != 0 && strcmp(k->weights, "none") != 0;
}

static int is_of(const kernel *k, const char *op, const char *form, const char *dtype) {
    return strcmp(k->op, op) == 0 && strcmp(k->form, form) == 0 && strcmp(k->dtype, dtype) == 0;
}

static const kernel *next(const kernel *previous, const char *op, const char *form, int compact,
                          const char *weights) {
    const kernel *k = previous == NULL ? kernels : previous + 1;
    for (; k < kernels + kernel_count; k++) {
        if (is_of(k, op, form, "f32") && is_compact(k) == compact &&
            (weights == NULL || strcmp(k->weights, weights) == 0)) {
            return k;
        }
    }
    return NULL;
}

const kernel *next_kernel(const kernel *previous, const char *op, const char *form) {
    return next(previous, op, form, 0, NULL);
}

const kernel *next_stored_kernel(const kernel *previous, const char *op, const char *form,
                                 const char *weights) {
    return next(previous, op, form, 1, weights);
}

const kernel *next_half_kernel(const kernel *previous, const char *op, const char *form) {
    const kernel *k = previous == NULL ? kernels : previous + 1;
    for (; k < kernels + kernel_count; k++) {
        if (is_of(k, op, form, "f16")) {
            return k;
        }
    }
    return NULL;
}
