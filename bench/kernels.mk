# Builds bench/kernels.c for one board: make -f bench/kernels.mk BOARD=linux-a53
.DEFAULT_GOAL := kernels
include scripts/c.mk

OBJECTS := $(call objects,bench/kernels.c test/c/support/kernels.c $(BOARD_SOURCES))

.PHONY: kernels
kernels: $(OUT)/bench/kernels

$(OUT)/bench/kernels: $(OBJECTS) $(OUT)/libpfp.a
	@mkdir -p $(@D)
	$(LINK) $(LINK_FLAGS) $^ -lm -o $@

$(OUT)/objects/bench/%.o: bench/%.c $(VARIABLES) bench/kernels.mk
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -I. -MMD -MP -c $< -o $@
