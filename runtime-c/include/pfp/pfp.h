#ifndef PFP_PFP_H
#define PFP_PFP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PFP_VERSION_MAJOR 0
#define PFP_VERSION_MINOR 1
#define PFP_VERSION_PATCH 0
#define PFP_VERSION "0.1.0"

/** Changes when a kernel's prototype, packing or meaning changes. Generated code refuses another.
 */
#define PFP_ABI_VERSION 2

/** What a public call returns. Anything but PFP_OK leaves the output untouched. */
typedef enum pfp_status {
    PFP_OK = 0,
    PFP_E_NULL,      /**< a pointer argument is NULL */
    PFP_E_SHAPE,     /**< the count of a batch is out of range; generated models prove all shapes */
    PFP_E_ALIGN,     /**< the arena or the input is not aligned as stated */
    PFP_E_ARENA,     /**< the arena is smaller than the model needs */
    PFP_E_NONFINITE, /**< the input holds a NaN or an infinity */
    PFP_E_RANGE      /**< the input is finite, but so large that the network overflows */
} pfp_status;

/** A constant English sentence for a status, never NULL, also for values that are no status. */
const char *pfp_status_string(pfp_status status);

/** The PFP_VERSION the library was built from. */
const char *pfp_version(void);

/** Doubt of one classification, in nats: 0 <= aleatoric, 0 <= epistemic, total = their sum. */
typedef struct pfp_uncertainty {
    float total;     /**< entropy of the predictive distribution */
    float aleatoric; /**< expected entropy: noise in the data */
    float epistemic; /**< mutual information: ignorance of the model */
} pfp_uncertainty;

/** A generator of normal numbers: four independent ones, word by word. Not for cryptography. */
typedef struct pfp_normal_state {
    uint32_t word[4][4];
} pfp_normal_state;

/**
 * Starts a generator; equal seeds give equal numbers. `state` must not be NULL: a build with NDEBUG
 * does not check it.
 */
void pfp_normal_seed(pfp_normal_state *state, uint64_t seed);

/**
 * One layer kept readable by `pfp compile --trace`: the byte offsets of its output in the arena,
 * `len` floats each in the runtime's own layout (H, W, C). An exact layer has no variance:
 * `var_offset` is PFP_TRACE_EXACT.
 */
typedef struct pfp_trace_layer {
    const char *name;
    const char *kernel; /**< symbol of the kernel that wrote it */
    uint32_t len;
    uint32_t mean_offset;
    uint32_t var_offset;
} pfp_trace_layer;

#define PFP_TRACE_EXACT UINT32_MAX

/** Fails the build when `condition` is false; C11, C++11 and plain C99 alike. `name`: identifier.
 */
#if defined(__cplusplus)
#define PFP_STATIC_ASSERT(condition, name) static_assert(condition, #name)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define PFP_STATIC_ASSERT(condition, name) _Static_assert(condition, #name)
#else
#define PFP_STATIC_ASSERT(condition, name)                                                         \
    typedef char pfp_static_assert_##name[(condition) ? 1 : -1]
#endif

/**
 * Puts an object into a section, which a linker script places; on ELF targets only:
 * `static PFP_ALIGN(16) PFP_SECTION(".dtcm") uint8_t arena[N];`.
 */
#if defined(__ELF__) && (defined(__GNUC__) || defined(__clang__))
#define PFP_SECTION(name) __attribute__((section(name)))
#else
#define PFP_SECTION(name)
#endif

/** Where constant weights go: a section of their own, or one that `pfp compile --place` names. */
#ifndef PFP_WEIGHTS_SECTION
#define PFP_WEIGHTS_SECTION ".rodata.pfp_weights"
#endif
#if defined(__GNUC__) || defined(__clang__)
#define PFP_WEIGHTS_IN(name) PFP_SECTION(name) __attribute__((aligned(16)))
#else
#define PFP_WEIGHTS_IN(name)
#endif
#define PFP_WEIGHTS PFP_WEIGHTS_IN(PFP_WEIGHTS_SECTION)

/** Declares an object aligned for the arena: `static PFP_ALIGN(16) uint8_t arena[N];`. */
#if defined(__GNUC__) || defined(__clang__)
#define PFP_ALIGN(bytes) __attribute__((aligned(bytes)))
#elif defined(_MSC_VER)
#define PFP_ALIGN(bytes) __declspec(align(bytes))
#else
#define PFP_ALIGN(bytes)
#endif

#ifdef __cplusplus
}
#endif

#endif
