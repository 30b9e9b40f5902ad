"""How the help of some commands differs from that of the others."""

from cyclopts.help import HelpPanel
from cyclopts.help.formatters import DefaultFormatter
from rich.console import Console, ConsoleOptions


class WithoutServer(DefaultFormatter):
    """For commands that ask no server: the option that names one is left out."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Write a panel."""
        panel.entries = [entry for entry in panel.entries if "--api" not in entry.positive_names]
        super().__call__(console, options, panel)
