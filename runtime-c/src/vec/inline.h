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

#endif
