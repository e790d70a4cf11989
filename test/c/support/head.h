#ifndef PFP_TEST_HEAD_H
#define PFP_TEST_HEAD_H

#include <stddef.h>

enum { HEAD_CLASSES_MAX = 32, HEAD_TRIANGLE_MAX = HEAD_CLASSES_MAX * (HEAD_CLASSES_MAX + 1) / 2 };

/** What a classification gives, in double precision. */
typedef struct head {
    double probability[HEAD_CLASSES_MAX];
    double total, aleatoric, epistemic;
} head;

/** Four standard errors of `head_drawn`, element by element. */
typedef struct head_drawn {
    head estimate;
    head four_errors;
} head_drawn;

/**
 * Replaces the lower triangle (by rows) of a positive semidefinite matrix with its Cholesky factor;
 * a pivot at or below zero gives a zero column.
 */
void head_cholesky(size_t n, double *triangle);

/**
 * `points` normal points by the rule of codegen/src/plan/normal-points.ts: a lattice,
 * shifted and folded, through the inverse normal distribution, first two moments matched;
 * [points/4][dimensions][4] in guarded memory. dimensions <= 10 < points.
 */
float *head_normal_points(size_t points, size_t dimensions);

/** softmax(mean + root * point) averaged over the points of a kernel's layout. */
head head_from_points(size_t classes, size_t points, const double *mean, const double *root,
                      const float *normals);

/** The same over `draws` independent random normals (draw.h). */
head_drawn head_from_draws(size_t classes, size_t draws, const double *mean, const double *root);

#endif
