#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *path, const char *message) {
    fprintf(stderr, "error: %s: %s\n", path, message);
    exit(1);
}

void *allocate(size_t count, size_t size) {
    void *memory = NULL;
    const size_t bytes = count * size > 0 ? count * size : 1;
    if (posix_memalign(&memory, 64, bytes) != 0) {
        fail("memory", "there is not enough of it");
    }
    memset(memory, 0, bytes);
    return memory;
}

file read_file(const char *path) {
    FILE *stream = fopen(path, "rb");
    if (stream == NULL || fseek(stream, 0, SEEK_END) != 0) {
        fail(path, "cannot be read");
    }
    const long size = ftell(stream);
    rewind(stream);
    unsigned char *bytes = allocate((size_t)size, 1);
    if (fread(bytes, 1, (size_t)size, stream) != (size_t)size) {
        fail(path, "cannot be read");
    }
    fclose(stream);
    const file whole = {path, bytes, (size_t)size, 0};
    return whole;
}

static const void *take(file *from, size_t bytes) {
    if (bytes > from->size - from->at) {
        fail(from->path, "is shorter than it says");
    }
    const void *taken = from->bytes + from->at;
    from->at += bytes;
    return taken;
}

uint32_t take_word(file *from) {
    uint32_t word;
    memcpy(&word, take(from, sizeof word), sizeof word);
    return word;
}

const float *take_floats(file *from, size_t count) {
    return take(from, count * sizeof(float));
}

inputs read_inputs(const char *path) {
    file from = read_file(path);
    if (take_word(&from) != 0x31504650) {
        fail(path, "is no file of inputs");
    }
    inputs read;
    read.count = take_word(&from);
    read.length = take_word(&from);
    read.values = take_floats(&from, read.count * read.length);
    return read;
}

void write_file(const char *path, const void *bytes, size_t size) {
    FILE *stream = fopen(path, "wb");
    if (stream == NULL || fwrite(bytes, 1, size, stream) != size || fclose(stream) != 0) {
        fail(path, "cannot be written");
    }
}
