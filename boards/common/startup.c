/**
 * Reset and faults of a Cortex-M4, M7 or M55 with FPU. Needs a board's memory.ld and sections.ld,
 * and neither a heap nor a C library beyond memcpy and memset. Link hosted.c as well for programs
 * with files and arguments.
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
extern char __stack_limit[];
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

/*
 * A stack overflow is a fault. Armv8-M has a register for the end of the stack; on Armv7-M the
 * memory protection unit forbids what lies below it, where sections.ld has the memory end: not
 * every board answers with a fault there.
 */
#if __ARM_ARCH >= 8

static void guard_stack(void) {
    __asm__ volatile("msr msplim, %0" : : "r"(__stack_limit));
}

#else

#define MPU_CTRL (*(volatile uint32_t *)0xE000ED94U)
#define MPU_RBAR (*(volatile uint32_t *)0xE000ED9CU)
#define MPU_RASR (*(volatile uint32_t *)0xE000EDA0U)
#define GUARD_BYTES 0x10000U
#define MPU_CTRL_ENABLE 5U             /* with the default memory map elsewhere */
#define MPU_RASR_NO_ACCESS 0x1000001FU /* of 2^16 bytes, neither data nor code */

static void guard_stack(void) {
    MPU_RBAR = ((uint32_t)__stack_limit - GUARD_BYTES) | 0x10U /* region 0 */;
    MPU_RASR = MPU_RASR_NO_ACCESS;
    MPU_CTRL = MPU_CTRL_ENABLE;
    __asm__ volatile("dsb\nisb" : : : "memory");
}

#endif

/** Fills the memory, which may already use vector registers: Reset_Handler has enabled them. */
__attribute__((used, noinline)) static void start(void) {
    guard_stack();
    memcpy(__data_start, __data_load, (size_t)(__data_end - __data_start));
    memset(__bss_start, 0, (size_t)(__bss_end - __bss_start));
    for (void (*const *constructor)(void) = __init_array_start; constructor < __init_array_end;
         constructor++) {
        (*constructor)();
    }
    board_enter();
}

/** Enables the FPU, and Helium with it, before any compiled code runs. */
__attribute__((naked)) void Reset_Handler(void) {
    __asm__ volatile("ldr r0, =%c0\n"
                     "ldr r1, [r0]\n"
                     "orr r1, r1, %1\n"
                     "str r1, [r0]\n"
                     "dsb\n"
                     "isb\n"
                     "b start\n"
                     :
                     : "i"(CPACR_ADDRESS), "i"(CPACR_FPU_AND_HELIUM));
}

/**
 * Reports the stacked program counter, or 0 where the stack had no room for it, and takes the
 * stack anew for that: it may have been full, and nothing returns.
 */
__attribute__((naked)) void Fault_Handler(void) {
    __asm__ volatile("mov r0, #0\n"
                     "ldr r1, =__stack_limit\n"
                     "cmp sp, r1\n"
                     "it hs\n"
                     "ldrhs r0, [sp, #24]\n"
                     "ldr r1, =__stack_top\n"
                     "mov sp, r1\n"
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
