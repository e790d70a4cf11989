#ifndef PFP_VEC_INLINE_H
#define PFP_VEC_INLINE_H

/**
 * Vector code has to vanish into its kernel: a call would pass every vector through memory.
 * PFP_PLAIN_INLINE leaves it to the compiler, for builds with sanitizers, whose checks would make
 * such a kernel thirty times as long to compile.
 */
#if (defined(__GNUC__) || defined(__clang__)) && !defined(PFP_PLAIN_INLINE)
#define PFP_INLINE static inline __attribute__((always_inline, unused))
#elif defined(__GNUC__) || defined(__clang__)
#define PFP_INLINE static inline __attribute__((unused))
#else
#define PFP_INLINE static inline
#endif

/** A function of its own: a long inner loop around which its callers would spill registers. */
#if defined(__GNUC__) || defined(__clang__)
#define PFP_OUTLINE static __attribute__((noinline, unused))
#else
#define PFP_OUTLINE static
#endif

#endif
