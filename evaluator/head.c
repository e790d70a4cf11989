#include "head.h"

#include <float.h>
#include <string.h>

#include "lanes.h"
#include "softmax.h"

/** As in kernels/classify/cholesky.h: less than this of a variance is rounding error. */
#define FLOOR 1e-6f

/** The Cholesky factor in place of a covariance, in one vector of images. */
static void cholesky(size_t n, float *cov) {
    const pfp__vec zero = pfp__vec_set1(0.0f);
    for (size_t i = 0; i < n; i++) {
        float *row_i = cov + i * (i + 1) / 2 * BLOCK;
        float *diagonal = row_i + i * BLOCK;
        const pfp__vec whole = pfp__vec_load(diagonal);
        pfp__vec left = whole;
        for (size_t j = 0; j < i; j++) {
            const float *row_j = cov + j * (j + 1) / 2 * BLOCK;
            pfp__vec sum = pfp__vec_load(row_i + j * BLOCK);
            for (size_t k = 0; k < j; k++) {
                sum = pfp__vec_fms(sum, pfp__vec_load(row_i + k * BLOCK),
                                   pfp__vec_load(row_j + k * BLOCK));
            }
            const pfp__vec pivot = pfp__vec_load(row_j + j * BLOCK);
            const pfp__vec rsqrt =
                pfp__vec_rsqrt_accurate(pfp__vec_max(pivot, pfp__vec_set1(FLT_MIN)));
            const pfp__vec quotient = pfp__vec_mul(sum, pfp__vec_mul(rsqrt, rsqrt));
            const pfp__vec l = pfp__vec_select(pfp__vec_greater(pivot, zero), quotient, zero);
            pfp__vec_store(row_i + j * BLOCK, l);
            left = pfp__vec_fms(left, l, l);
        }
        const pfp__vec kept = pfp__vec_max(left, pfp__vec_set1(FLT_MIN));
        const pfp__vec root = pfp__vec_mul(kept, pfp__vec_rsqrt_accurate(kept));
        const pfp__mask is_real = pfp__vec_greater(left, pfp__vec_mul_n(whole, FLOOR));
        pfp__vec_store(diagonal, pfp__vec_select(is_real, root, zero));
    }
}

static void classify_vector(size_t classes, const float *mean, float *cov, points normals,
                            float *scratch, float *answer) {
    cholesky(classes, cov);
    for (size_t point = 0; point < normals.count; point++) {
        const float *x = normals.values + point * classes;
        const float *l = cov;
        for (size_t i = 0; i < classes; i++) {
            pfp__vec z = pfp__vec_load(mean + i * BLOCK);
            for (size_t j = 0; j <= i; j++, l += BLOCK) {
                z = pfp__vec_fma_n(z, pfp__vec_load(l), x[j]);
            }
            pfp__vec_store(scratch + i * BLOCK, z);
        }
        pfp__vec_store(scratch + classes * BLOCK, softmax(classes, BLOCK, scratch));
        for (size_t i = 0; i <= classes; i++) {
            float *sum = answer + i * BLOCK;
            pfp__vec_store(sum,
                           pfp__vec_add(pfp__vec_load(sum), pfp__vec_load(scratch + i * BLOCK)));
        }
    }
    for (size_t i = 0; i <= classes; i++) {
        float *sum = answer + i * BLOCK;
        pfp__vec_store(sum, pfp__vec_mul_n(pfp__vec_load(sum), 1.0f / (float)normals.count));
    }
}

void classify(size_t classes, const float *mean, float *cov, points normals, float *scratch,
              float *answer) {
    memset(answer, 0, (classes + 1) * BLOCK * sizeof *answer);
    for (size_t v = 0; v < BLOCK; v += PFP_LANES) {
        classify_vector(classes, mean + v, cov + v, normals, scratch + v, answer + v);
    }
}
