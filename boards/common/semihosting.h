#ifndef BOARD_SEMIHOSTING_H
#define BOARD_SEMIHOSTING_H

/**
 * Calls to the debugger or emulator the board hangs on (Arm semihosting, BKPT 0xAB). Without one
 * of them listening, a call ends in a fault.
 */

#include <stdint.h>

/** One semihosting operation with its argument block; returns what the host put into r0. */
static inline uint32_t semihosting_call(uint32_t operation, const void *arguments) {
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/** Prints a NUL-terminated text on the host's console. */
static inline void semihosting_print(const char *text) {
    semihosting_call(0x04U /* SYS_WRITE0 */, text);
}

/**
 * The program's command line, NUL-terminated, into `line` of `bytes` bytes. Returns 0, or -1 when
 * it does not fit.
 */
static inline int semihosting_command_line(char *line, uint32_t bytes) {
    struct {
        char *line;
        uint32_t bytes;
    } block = {line, bytes};
    return semihosting_call(0x15U /* SYS_GET_CMDLINE */, &block) == 0 ? 0 : -1;
}

/** Ends the program with an exit code of 0..255. */
static inline void semihosting_exit(uint32_t code) {
    const uint32_t block[2] = {0x20026U /* ADP_Stopped_ApplicationExit */, code};
    for (;;) {
        semihosting_call(0x20U /* SYS_EXIT_EXTENDED */, block);
    }
}

#endif
