"""Whether the database takes writes."""

from demobackend.adapters.sqlite.database import Database


class SqliteProbe:
    """Asks for an empty transaction, which needs the file, its write lock and the writer, but no room and no fsync; a `Probe`."""

    name = "catalog"

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self) -> None:
        """Raises `Unavailable`."""
        self._database.write(lambda connection: None)
