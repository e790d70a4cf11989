#ifndef PFP_QEMU_MARKERS_H
#define PFP_QEMU_MARKERS_H

/**
 * PFP_REGION_BEGIN(id); ... PFP_REGION_END(id); mark what libicount.so counts, id a literal
 * 0..31. Instructions without an effect on real processors; nothing where icount has no marker.
 * They hold memory accesses inside, arithmetic on registers may still move across.
 */
#if defined(__aarch64__)
#define PFP_REGION_MARK(number)                                                                    \
    __asm__ volatile("movz xzr, #(0x5000 + %c0)" : : "i"(number) : "memory")
#elif defined(__thumb2__)
#define PFP_REGION_MARK(number)                                                                    \
    __asm__ volatile(".inst.w 0xf3af8040 + %c0" : : "i"(number) : "memory")
#else
#define PFP_REGION_MARK(number) ((void)0)
#endif

#define PFP_REGION_BEGIN(id) PFP_REGION_MARK(2 * (id))
#define PFP_REGION_END(id) PFP_REGION_MARK(2 * (id) + 1)

#endif
