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

#define PFP_KERNEL(symbol, op, form, tier, dtype, rows, outputs, isa, scratch)                     \
    PFP_TEST_ISA_##isa(                                                                            \
        {#symbol, #op, #form, #tier, #isa, rows, outputs, scratch, (void (*)(void))symbol}, )

const kernel kernels[] = {
#include "pfp/pfp_kernels.def"
};

const size_t kernel_count = sizeof kernels / sizeof kernels[0];

const kernel *next_kernel(const kernel *previous, const char *op, const char *form) {
    const kernel *k = previous == NULL ? kernels : previous + 1;
    for (; k < kernels + kernel_count; k++) {
        if (strcmp(k->op, op) == 0 && strcmp(k->form, form) == 0) {
            return k;
        }
    }
    return NULL;
}
