"""Contract tests, strategies, faults and mutants, shipped as demobackend[testing]."""

import pytest

# A failing assertion in a library shows its operands only when pytest is told to rewrite it before it is imported.
pytest.register_assert_rewrite("demobackend.testing.contracts", "demobackend.testing.machines")
