#ifndef PFP_EVALUATOR_FILES_H
#define PFP_EVALUATOR_FILES_H

#include <stddef.h>
#include <stdint.h>

/** A file in memory, of words and floats of four bytes. */
typedef struct file {
    const char *path;
    const unsigned char *bytes;
    size_t size;
    /** The next byte to be taken. */
    size_t at;
} file;

/** The inputs of a data set: [count][length] floats. */
typedef struct inputs {
    size_t count, length;
    const float *values;
} inputs;

/** Prints `error: <path>: <message>` and ends the program with exit code 1. */
void fail(const char *path, const char *message);

/** Memory for `count` things of `size` bytes, zeroed, aligned to 64; ends the program without it.
 */
void *allocate(size_t count, size_t size);

file read_file(const char *path);
uint32_t take_word(file *from);
/** `count` floats in the file's own memory. */
const float *take_floats(file *from, size_t count);

/** Reads what encodeInputs in codegen/src/run/protocol.ts writes. */
inputs read_inputs(const char *path);

/** Writes a whole file. */
void write_file(const char *path, const void *bytes, size_t size);

#endif
