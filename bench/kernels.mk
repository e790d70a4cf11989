# Builds bench/kernels.c for one board: make -f bench/kernels.mk BOARD=linux-a53
# or bench/growth.c for the host: make -f bench/kernels.mk BOARD=host growth
# Its objects are its own, so that it may be built beside the tests.
.DEFAULT_GOAL := kernels
include scripts/c.mk

BENCH := $(OUT)/bench
# Where nothing counts instructions, a clock runs.
CLOCK := $(if $(filter host,$(BOARD)),-DPFP_BENCH_CLOCK)
SUPPORT_OBJECTS := $(patsubst %.c,$(BENCH)/objects/%.o,test/c/support/kernels.c $(BOARD_SOURCES))

.PHONY: kernels growth
kernels growth: %: $(BENCH)/%

$(BENCH)/%: $(BENCH)/objects/bench/%.o $(SUPPORT_OBJECTS) $(OUT)/libpfp.a
	@mkdir -p $(@D)
	$(LINK) $(LINK_FLAGS) $^ -lm -o $@

$(BENCH)/objects/%.o: %.c $(VARIABLES) bench/kernels.mk
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) $(CLOCK) -I. -MMD -MP -c $< -o $@

-include $(shell find $(BENCH) -name '*.d' 2>/dev/null)
