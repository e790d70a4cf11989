/**
 * What a program needs to run as if on a desktop, with arguments, files, printf and malloc: newlib
 * does its input and output through semihosting, the heap lies in its own memory.
 */

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "semihosting.h"

#define MAX_ARGUMENTS 16

extern char __heap_start[], __heap_end[];

int main(int argc, char **argv);
void initialise_monitor_handles(void);
void board_enter(void);
void *_sbrk(ptrdiff_t bytes);
void _exit(int code);
void _fini(void);

/** The heap of malloc: grows through HEAP only, whatever the debugger says of the memory. */
void *_sbrk(ptrdiff_t bytes) {
    static char *end = __heap_start;
    if (bytes > __heap_end - end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    char *block = end;
    end += bytes;
    return block;
}

void _exit(int code) {
    semihosting_exit((uint32_t)code);
    for (;;) {
    }
}

/** newlib's exit calls it; nothing is left to do. */
void _fini(void) {
}

/** Splits a command line at its blanks into argv, in place; returns argc. */
static int split(char *line, char *argv[MAX_ARGUMENTS + 1]) {
    int argc = 0;
    while (argc < MAX_ARGUMENTS) {
        while (*line == ' ') {
            *line++ = '\0';
        }
        if (*line == '\0') {
            break;
        }
        argv[argc++] = line;
        while (*line != ' ' && *line != '\0') {
            line++;
        }
    }
    argv[argc] = NULL;
    return argc;
}

/** Replaces the bare board_enter of startup.c. */
void board_enter(void) {
    static char line[1024];
    static char *argv[MAX_ARGUMENTS + 1];
    initialise_monitor_handles();
    if (semihosting_command_line(line, sizeof line) != 0) {
        line[0] = '\0';
    }
    int argc = split(line, argv);
    exit(main(argc, argv));
}
