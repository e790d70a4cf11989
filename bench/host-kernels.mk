# Builds bench/host-kernels.c for this computer: make -f bench/host-kernels.mk
.DEFAULT_GOAL := host-kernels
BOARD := host
include scripts/c.mk

OBJECTS := $(call objects,bench/host-kernels.c test/c/support/kernels.c)

.PHONY: host-kernels
host-kernels: $(OUT)/bench/host-kernels

$(OUT)/bench/host-kernels: $(OBJECTS) $(OUT)/libpfp.a
	@mkdir -p $(@D)
	$(LINK) $(LINK_FLAGS) $^ -o $@

$(OUT)/objects/bench/%.o: bench/%.c $(VARIABLES) bench/host-kernels.mk
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -I. -MMD -MP -c $< -o $@
