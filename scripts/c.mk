# Builds the C side for one board with one compiler, into build/<target> or a variant beside it:
#   make -f scripts/c.mk BOARD=mps3-an547 library             build/cortex-m55/libpfp.a
#   make -f scripts/c.mk BOARD=mps3-an547 cmocka              build/cortex-m55/libcmocka.a
#   make -f scripts/c.mk BOARD=host evaluator                 build/host/evaluator
#   make -f scripts/c.mk BOARD=mps3-an547 tests               build/cortex-m55/test/test_*
#   make -f scripts/c.mk BOARD=mps3-an547 foreign             fails unless files of other instruction sets are empty
#   ... COMPILER=arm-none-eabi-gcc                            build/cortex-m55-arm-none-eabi-gcc/
#   ... BOARD=host SANITIZE=1                                 build/host-sanitized/
#   ... BOARD=host ARCH=x86-64-v3                             build/host-x86-64-v3/, for another -march

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.DELETE_ON_ERROR:
.SECONDARY:

VARIABLES := build/boards/$(BOARD)$(COMPILER:%=-%).mk
$(VARIABLES): boards/$(BOARD)/board.json scripts/board/flags.ts codegen/src/run/compile-flags.ts codegen/src/target/targets.ts
	@mkdir -p $(@D)
	@node --import tsx scripts/board/flags.ts $(BOARD) $(COMPILER) > $@
include $(VARIABLES)

# Tests keep more on the stack than a firmware does.
ifneq ($(findstring cortex-m,$(TARGET)),)
LINK_FLAGS += -Wl,--defsym=__stack_bytes=64K
endif
# Programs built here hold every kernel, for which a board may need another place.
ifneq ($(wildcard boards/$(BOARD)/every-kernel.ld),)
LINK_FLAGS := $(LINK_FLAGS:%/memory.ld=%/every-kernel.ld)
endif

CPU_FLAGS += $(ARCH:%=-march=%)
OUT := build/$(TARGET)$(COMPILER:%=-%)$(ARCH:%=-%)$(SANITIZE:%=-sanitized)

# What a user compiles with, and every warning as an error.
CFLAGS := $(COMPILE_FLAGS) $(CPU_FLAGS)
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wdouble-promotion -Wpedantic -Werror
ifdef SANITIZE
CFLAGS += -O1 -g -DPFP_PLAIN_INLINE -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
LINK := $(CC) -fsanitize=address,undefined
else
CFLAGS += -DNDEBUG
endif

# A file's name ends with the instruction set that it is written for.
ALL_SOURCES := $(shell find runtime-c/src -name '*.c')
FOREIGN_SOURCES := $(filter $(addprefix %_,$(FOREIGN_ISAS:=.c)),$(ALL_SOURCES))
LIBRARY_SOURCES := $(filter-out $(FOREIGN_SOURCES),$(ALL_SOURCES))
SUPPORT_SOURCES := $(wildcard test/c/support/*.c) $(BOARD_SOURCES)
TESTS := $(patsubst test/c/%.c,$(OUT)/test/%,$(wildcard test/c/test_*.c))
objects = $(patsubst %.c,$(OUT)/objects/%.o,$(1))

.PHONY: library evaluator cmocka tests
library: $(OUT)/libpfp.a
evaluator: $(OUT)/evaluator
cmocka: $(OUT)/libcmocka.a
tests: $(TESTS)

$(OUT)/libpfp.a: $(call objects,$(LIBRARY_SOURCES)) $(OUT)/library-sources
	@echo "Building $@"
	@rm -f $@
	$(AR) qcsD $@ $(filter %.o,$^)

# Anybody may compile all files: to the header that each includes, these add nothing.
PREPROCESS := $(CC) $(CFLAGS) -Iruntime-c/include -Iruntime-c/src -E -P -x c -
foreign:
	@mkdir -p $(OUT)
	@printf '#include "%s"\n' pfp/pfp_kernels.h | $(PREPROCESS) > $(OUT)/header.i
	@printf '#include "%s"\n' $(FOREIGN_SOURCES:runtime-c/src/%=%) | $(PREPROCESS) > $(OUT)/foreign.i
	@diff $(OUT)/header.i $(OUT)/foreign.i

# Changes when a source comes or goes, so that the archive holds no member whose source is gone.
$(OUT)/library-sources: FORCE
	@mkdir -p $(@D)
	@echo '$(sort $(LIBRARY_SOURCES))' | cmp -s - $@ || echo '$(sort $(LIBRARY_SOURCES))' > $@
FORCE:

# Leaves each function's use of the stack beside its object, as .su.
$(OUT)/objects/runtime-c/%.o: runtime-c/%.c $(VARIABLES) scripts/c.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -MMD -MP -fstack-usage -Iruntime-c/include -Iruntime-c/src -c $< -o $@

# Sampling and the moments of whole data sets, on this computer only.
$(OUT)/objects/evaluator/%.o: evaluator/%.c $(VARIABLES) scripts/c.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -D_POSIX_C_SOURCE=200809L -MMD -MP -Iruntime-c/include -Iruntime-c/src -c $< -o $@
$(OUT)/evaluator: $(call objects,$(wildcard evaluator/*.c)) $(OUT)/libpfp.a
	$(LINK) $(LINK_FLAGS) $^ -lpthread -lm -o $@

# The tests' own assertions stay in.
TEST_FLAGS := $(filter-out -DNDEBUG,$(CFLAGS)) $(WARNINGS) -Iruntime-c/include -Iruntime-c/src -Itest/c -Iboards
TEST_FLAGS += -isystem build/cmocka/include
$(OUT)/objects/test/%.o: test/%.c $(VARIABLES) scripts/c.mk build/cmocka/src
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -MMD -MP -c $< -o $@
$(OUT)/objects/boards/%.o: boards/%.c $(VARIABLES) scripts/c.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -MMD -MP -c $< -o $@

$(OUT)/test/%: $(OUT)/objects/test/c/%.o $(call objects,$(SUPPORT_SOURCES)) $(OUT)/libpfp.a $(OUT)/libcmocka.a
	@mkdir -p $(@D)
	$(LINK) $(LINK_FLAGS) $^ -lm -o $@

build/cmocka/src:
	@scripts/setup/cmocka.sh

# cmocka's own build asks for these; strsignal is POSIX, which newlib's bare-metal board has not.
CMOCKA_HAS := STDINT_H STRING_H STDLIB_H STDIO_H SETJMP_H STDARG_H STDDEF_H INTTYPES_H SIGNAL_H
CMOCKA_HAS += $(if $(findstring cortex-m,$(TARGET)),,STRSIGNAL)
$(OUT)/objects/cmocka.o: build/cmocka/src $(VARIABLES)
	@mkdir -p $(@D)
	$(CC) $(CPU_FLAGS) -O1 -w -D_GNU_SOURCE -D_UINTPTR_T -D_UINTPTR_T_DEFINED $(CMOCKA_HAS:%=-DHAVE_%) \
	    -Ibuild/cmocka/include -c build/cmocka/src/cmocka.c -o $@
$(OUT)/libcmocka.a: $(OUT)/objects/cmocka.o
	$(AR) qcsD $@ $^

-include $(shell find $(OUT)/objects -name '*.d' 2>/dev/null)
