"""Tests compile many small functions and run each briefly, so XLA need not optimise them."""

import os

os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"
