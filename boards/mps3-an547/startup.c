/**
 * Reset and faults of a Cortex-M55 with FPU and Helium. Needs memory.ld, and neither a heap nor a
 * C library beyond memcpy and memset. Link hosted.c as well for programs with files and arguments.
 */

#include <stdint.h>
#include <string.h>

#include "semihosting.h"

/** What a program that ran into a fault exits with. */
#define FAULT_EXIT_CODE 120U

#define CFSR (*(volatile uint32_t *)0xE000ED28U) /* Configurable Fault Status Register */
#define HFSR (*(volatile uint32_t *)0xE000ED2CU) /* HardFault Status Register */
#define CPACR_ADDRESS 0xE000ED88U                /* Coprocessor Access Control Register */
#define CPACR_FPU_AND_HELIUM (0xFU << 20)

extern uint32_t __stack_top;
extern char __data_start[], __data_end[], __bss_start[], __bss_end[];
extern const char __data_load[];
extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

int main(void);

void Reset_Handler(void);
void Fault_Handler(void);
void board_enter(void);
void board_fault(uint32_t program_counter);

/** Runs the program. hosted.c has another one, with argv and stdio. */
__attribute__((weak)) void board_enter(void) {
    semihosting_exit((uint32_t)main());
}

/** Fills the memory, which may already use vector registers: Reset_Handler has enabled them. */
__attribute__((used, noinline)) static void start(void) {
    memcpy(__data_start, __data_load, (size_t)(__data_end - __data_start));
    memset(__bss_start, 0, (size_t)(__bss_end - __bss_start));
    for (void (*const *constructor)(void) = __init_array_start; constructor < __init_array_end;
         constructor++) {
        (*constructor)();
    }
    board_enter();
}

/** Enables FPU and Helium before any compiled code runs, and a fault on stack overflow. */
__attribute__((naked)) void Reset_Handler(void) {
    __asm__ volatile("ldr r0, =__stack_limit\n"
                     "msr msplim, r0\n"
                     "ldr r0, =%c0\n"
                     "ldr r1, [r0]\n"
                     "orr r1, r1, %1\n"
                     "str r1, [r0]\n"
                     "dsb\n"
                     "isb\n"
                     "b start\n"
                     :
                     : "i"(CPACR_ADDRESS), "i"(CPACR_FPU_AND_HELIUM));
}

/** Lifts the stack's limit, which may be what was hit, and reports the stacked program counter. */
__attribute__((naked)) void Fault_Handler(void) {
    __asm__ volatile("mov r0, #0\n"
                     "msr msplim, r0\n"
                     "ldr r0, [sp, #24]\n"
                     "b board_fault\n");
}

static void print_register(const char *name, uint32_t value) {
    char digits[] = "0x00000000";
    for (int i = 9; i >= 2; i--, value >>= 4) {
        digits[i] = "0123456789abcdef"[value & 15U];
    }
    semihosting_print(name);
    semihosting_print(digits);
}

/** Prints why the processor stopped and ends the program. A firmware may bring its own. */
__attribute__((weak, used)) void board_fault(uint32_t program_counter) {
    print_register("fault: CFSR ", CFSR);
    print_register(", HFSR ", HFSR);
    print_register(", at ", program_counter);
    semihosting_print("\n");
    semihosting_exit(FAULT_EXIT_CODE);
}

typedef void (*vector)(void);

/** The sixteen vectors of the processor itself; external interrupts are not used. */
struct vector_table {
    const uint32_t *stack_top;
    vector handlers[15];
};

__attribute__((used, section(".vectors"))) static const struct vector_table vectors = {
    &__stack_top,
    {Reset_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
     Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
     Fault_Handler, Fault_Handler, Fault_Handler},
};
