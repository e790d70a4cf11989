#include "threads.h"

#include <pthread.h>
#include <unistd.h>

#include "files.h"

typedef struct share {
    block_work work;
    void *job;
    size_t first, end;
} share;

static void *run(void *argument) {
    const share *mine = argument;
    mine->work(mine->job, mine->first, mine->end);
    return NULL;
}

void share_blocks(block_work work, void *job, size_t count) {
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t wanted = processors > 1 ? (size_t)processors : 1;
    const size_t threads = wanted < count ? wanted : count;
    pthread_t *ids = allocate(threads, sizeof *ids);
    share *shares = allocate(threads, sizeof *shares);
    for (size_t i = 0; i < threads; i++) {
        const share mine = {work, job, i * count / threads, (i + 1) * count / threads};
        shares[i] = mine;
        if (pthread_create(&ids[i], NULL, run, &shares[i]) != 0) {
            fail("threads", "cannot be started");
        }
    }
    for (size_t i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
    }
}
