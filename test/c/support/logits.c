#include "support/logits.h"

#include <string.h>

#include "support/draw.h"

void logits_finish(logits *p) {
    const size_t len = p->classes * (p->classes + 1) / 2;
    for (size_t i = 0; i < p->classes; i++) {
        p->mean[i] = (double)(float)p->mean[i];
    }
    for (size_t i = 0; i < len; i++) {
        p->cov[i] = (double)(float)p->cov[i];
    }
    memcpy(p->root, p->cov, sizeof p->cov);
    head_cholesky(p->classes, p->root);
}

logits logits_draw(size_t classes, float spread, float sd, size_t rank, float diagonal) {
    logits p;
    memset(&p, 0, sizeof p);
    p.classes = classes;
    for (size_t i = 0; i < classes; i++) {
        p.mean[i] = (double)draw_uniform(-spread, spread);
    }
    for (size_t r = 0; r < rank; r++) {
        double direction[HEAD_CLASSES_MAX];
        for (size_t i = 0; i < classes; i++) {
            direction[i] = (double)draw_uniform(-sd, sd);
        }
        for (size_t i = 0, at = 0; i < classes; i++) {
            for (size_t j = 0; j <= i; j++, at++) {
                p.cov[at] += direction[i] * direction[j];
            }
        }
    }
    for (size_t i = 0, at = 0; i < classes; i++, at += i + 1) {
        p.cov[at] += (double)diagonal;
    }
    logits_finish(&p);
    return p;
}
