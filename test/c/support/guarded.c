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

static buffer buffers[BUFFERS_MAX];
static size_t buffer_count;

#if defined(__linux__)

static size_t page_bytes(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static buffer buffer_new(size_t bytes) {
    const size_t page = page_bytes();
    const size_t size = (bytes + MARGIN_BYTES + page - 1) / page * page;
    buffer b;
    b.block = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(b.block != MAP_FAILED);
    b.block_end = b.block + size;
    assert_int_equal(mprotect(b.block_end, page, PROT_NONE), 0);
    b.data = b.block_end - bytes;
    b.bytes = bytes;
    return b;
}

static void buffer_delete(const buffer *b) {
    munmap(b->block, (size_t)(b->block_end - b->block) + page_bytes());
}

#else

static buffer buffer_new(size_t bytes) {
    buffer b;
    b.block = malloc(bytes + 2 * MARGIN_BYTES);
    assert_non_null(b.block);
    b.block_end = b.block + bytes + 2 * MARGIN_BYTES;
    b.data = b.block + MARGIN_BYTES;
    b.data -= (uintptr_t)b.data % 16;
    b.bytes = bytes;
    return b;
}

static void buffer_delete(const buffer *b) {
    free(b->block);
}

#endif

static void *guarded_bytes(size_t bytes) {
    assert_true(buffer_count < BUFFERS_MAX);
    const buffer b = buffer_new(bytes);
    memset(b.block, CANARY, (size_t)(b.block_end - b.block));
    buffers[buffer_count++] = b;
    return b.data;
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

static int all_canaries(const uint8_t *begin, const uint8_t *end) {
    for (; begin < end; begin++) {
        if (*begin != CANARY) {
            return 0;
        }
    }
    return 1;
}

void guarded_release_all(void) {
    int intact = 1;
    for (size_t i = 0; i < buffer_count; i++) {
        const buffer *b = &buffers[i];
        intact &= all_canaries(b->block, b->data);
        intact &= all_canaries(b->data + b->bytes, b->block_end);
        buffer_delete(b);
    }
    buffer_count = 0;
    if (!intact) {
        check_fail("wrote outside a buffer");
    }
}
