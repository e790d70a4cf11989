/** What library and generated code are compiled with, besides the processor's flags. */
export const COMPILE_FLAGS = [
  "-std=c99",
  "-O3",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-ffunction-sections",
  "-fdata-sections",
];
