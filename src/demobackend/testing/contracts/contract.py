"""What all contracts share."""

from abc import ABC
from contextlib import ExitStack


class Contract(ABC):
    """A port's promises as tests. A binding overrides the one abstract method, the hook, which makes what is to be tested.

    Each test calls the hook once or more and expects something new and empty each time. What must be closed afterwards goes
    onto `self.cleanup`, as in `self.cleanup.enter_context(...)`.
    """

    cleanup: ExitStack

    def setup_method(self) -> None:
        """Before each test."""
        self.cleanup = ExitStack()

    def teardown_method(self) -> None:
        """After each test."""
        self.cleanup.close()
