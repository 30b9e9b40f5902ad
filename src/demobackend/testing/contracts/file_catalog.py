"""What every file catalogue promises."""

from demobackend.testing.contracts.file_catalog_changes import RecordPromises, RemovePromises, ReplacePromises
from demobackend.testing.contracts.file_catalog_listing import OrderPromises, PagePromises
from demobackend.testing.contracts.file_catalog_sweeps import SweepPromises
from demobackend.testing.contracts.file_catalog_uploads import BeginPromises, FinishPromises, RoomPromises
from demobackend.testing.machines.file_catalog import RULES, FileCatalogMachine
from demobackend.testing.machines.run import EXAMPLES, Tally, assert_agreement


class FileCatalogContract(
    BeginPromises,
    RoomPromises,
    FinishPromises,
    ReplacePromises,
    RecordPromises,
    RemovePromises,
    OrderPromises,
    PagePromises,
    SweepPromises,
):
    """The promises of `FileCatalog`, together with the changes that it records."""

    sequences: int = EXAMPLES

    def test_any_sequence_of_calls_agrees_with_the_model(self) -> None:
        def machine(tally: Tally) -> FileCatalogMachine:
            self.cleanup.close()
            return FileCatalogMachine(*self.empty_catalog(), tally)

        assert_agreement(machine, rules=RULES, examples=self.sequences)
