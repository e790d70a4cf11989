#define _GNU_SOURCE
#include "support/guarded.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

enum { CANARY = 0xA5, MARGIN_BYTES = 64, BUFFERS_MAX = 64 };

/* block: what was allocated, of which [block, data) and [data + bytes, block_end) hold canaries. */
typedef struct buffer {
    uint8_t *block;
    uint8_t *block_end;
    uint8_t *data;
    size_t bytes;
} buffer;

static buffer
    buffers[BUFFERS_MAX]; /* those behind the first `buffer_count` wait to be used again */
static size_t buffer_count;

#if defined(__linux__)

/* Keeps the memory of an earlier buffer of as many pages: calls of the kernel are slow. */
static void buffer_place(buffer *b, size_t bytes) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t size = (bytes + MARGIN_BYTES + page - 1) / page * page;
    if (b->block == NULL || (size_t)(b->block_end - b->block) != size) {
        if (b->block != NULL) {
            munmap(b->block, (size_t)(b->block_end - b->block) + page);
        }
        b->block =
            mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(b->block != MAP_FAILED);
        b->block_end = b->block + size;
        assert_int_equal(mprotect(b->block_end, page, PROT_NONE), 0);
    }
    b->data = b->block_end - bytes;
    b->bytes = bytes;
}

#else

static void buffer_place(buffer *b, size_t bytes) {
    free(b->block);
    b->block = malloc(bytes + 2 * MARGIN_BYTES);
    assert_non_null(b->block);
    b->block_end = b->block + bytes + 2 * MARGIN_BYTES;
    b->data = b->block + MARGIN_BYTES;
    b->data -= (uintptr_t)b->data % 16;
    b->bytes = bytes;
}

#endif

static void *guarded_bytes(size_t bytes) {
    assert_true(buffer_count < BUFFERS_MAX);
    buffer *b = &buffers[buffer_count++];
    buffer_place(b, bytes);
    memset(b->block, CANARY, (size_t)(b->block_end - b->block));
    return b->data;
}

float *guarded_floats(size_t len) {
    float *floats = guarded_bytes(len * sizeof *floats);
    for (size_t i = 0; i < len; i++) {
        floats[i] = NAN;
    }
    return floats;
}

uint16_t *guarded_halves(size_t len) {
    enum { HALF_NAN = 0x7E00 };
    uint16_t *halves = guarded_bytes(len * sizeof *halves);
    for (size_t i = 0; i < len; i++) {
        halves[i] = HALF_NAN;
    }
    return halves;
}

/* The first byte is one, and every other equals the one before it: memcmp is far faster than a
 * loop. */
static int all_canaries(const uint8_t *begin, const uint8_t *end) {
    const size_t len = (size_t)(end - begin);
    return len == 0 || (*begin == CANARY && memcmp(begin, begin + 1, len - 1) == 0);
}

void guarded_release_all(void) {
    int intact = 1;
    for (size_t i = 0; i < buffer_count; i++) {
        const buffer *b = &buffers[i];
        intact &= all_canaries(b->block, b->data);
        intact &= all_canaries(b->data + b->bytes, b->block_end);
    }
    buffer_count = 0;
    if (!intact) {
        check_fail("wrote outside a buffer");
    }
}
