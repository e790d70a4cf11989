#ifndef PFP_QEMU_PROBES_H
#define PFP_QEMU_PROBES_H

/**
 * Probes around the kernel calls of a generated model, each with the number of its call site, a
 * literal from 0. `pfp bench` puts them into model.c (codegen/src/run/bench/call-sites.ts).
 *
 *   PFP_PROBED(site, kernel, arguments...);             a kernel that returns nothing
 *   x = PFP_PROBED_VALUE(site, kernel, arguments...);   one that returns a value
 *
 * With PFP_PROBE_CLOCK, each reports its times to the functions below. Without, the sites of chunk
 * PFP_PROBE_CHUNK become regions 1..31 of libicount.so (markers.h), region 1 being the chunk's
 * first.
 */
#ifdef PFP_PROBE_CLOCK
void pfp__probe_begin(unsigned site);
void pfp__probe_end(unsigned site);
#define PFP_PROBE_BEGIN(site) pfp__probe_begin(site)
#define PFP_PROBE_END(site) pfp__probe_end(site)
#else
#include "markers.h"
#ifndef PFP_PROBE_CHUNK
#define PFP_PROBE_CHUNK 0
#endif
#define PFP_PROBE_IN_CHUNK(site) ((site) / 31 == PFP_PROBE_CHUNK)
#define PFP_PROBE_BEGIN(site)                                                                      \
    do {                                                                                           \
        if (PFP_PROBE_IN_CHUNK(site)) {                                                            \
            PFP_REGION_BEGIN(1 + (site) % 31);                                                     \
        }                                                                                          \
    } while (0)
#define PFP_PROBE_END(site)                                                                        \
    do {                                                                                           \
        if (PFP_PROBE_IN_CHUNK(site)) {                                                            \
            PFP_REGION_END(1 + (site) % 31);                                                       \
        }                                                                                          \
    } while (0)
#endif

#define PFP_PROBED(site, kernel, ...)                                                              \
    do {                                                                                           \
        PFP_PROBE_BEGIN(site);                                                                     \
        kernel(__VA_ARGS__);                                                                       \
        PFP_PROBE_END(site);                                                                       \
    } while (0)

/* GCC and clang alike have statement expressions and __typeof__. */
#define PFP_PROBED_VALUE(site, kernel, ...)                                                        \
    __extension__({                                                                                \
        PFP_PROBE_BEGIN(site);                                                                     \
        __typeof__(kernel(__VA_ARGS__)) pfp__value = kernel(__VA_ARGS__);                          \
        PFP_PROBE_END(site);                                                                       \
        pfp__value;                                                                                \
    })

#endif
