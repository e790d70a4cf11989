#include "support/kernels.h"

#include <string.h>

#define PFP_TEST_ISA_c(...) __VA_ARGS__

#if PFP_HAS_NEON
#define PFP_TEST_ISA_neon(...) __VA_ARGS__
#else
#define PFP_TEST_ISA_neon(...)
#endif

#if PFP_HAS_HELIUM
#define PFP_TEST_ISA_helium(...) __VA_ARGS__
#else
#define PFP_TEST_ISA_helium(...)
#endif

#if PFP_HAS_X86
#define PFP_TEST_ISA_x86(...) __VA_ARGS__
#else
#define PFP_TEST_ISA_x86(...)
#endif

#define PFP_KERNEL(symbol, op, form, tier, dtype, weights, rows, outputs, isa, scratch, needs)     \
    PFP_TEST_ISA_##isa({#symbol, #op, #form, #tier, #weights, #isa, #scratch, #needs, rows,        \
                        outputs, (void (*)(void))symbol}, )

const kernel kernels[] = {
#include "pfp/pfp_kernels.def"
};

const size_t kernel_count = sizeof kernels / sizeof kernels[0];

int is_compact(const kernel *k) {
    return strcmp(k->weights, "f32") != 0 && strcmp(k->weights, "none") != 0;
}

static const kernel *next(const kernel *previous, const char *op, const char *form, int compact,
                          const char *weights) {
    const kernel *k = previous == NULL ? kernels : previous + 1;
    for (; k < kernels + kernel_count; k++) {
        if (strcmp(k->op, op) == 0 && strcmp(k->form, form) == 0 && is_compact(k) == compact &&
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
