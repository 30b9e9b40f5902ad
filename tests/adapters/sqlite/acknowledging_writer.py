"""A process that writes pairs of rows from several threads and says on stdout which pairs are durable: <script> DATABASE THREADS PAIRS."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw

from demobackend.adapters.sqlite.database import Database


def add_pair(connection: apsw.Connection, number: int) -> None:
    for half in ("first", "second"):
        connection.execute("INSERT INTO takes (bucket, taken_at, forgotten_at) VALUES (?, ?, 0)", (half, number))


def main() -> None:
    path, threads, pairs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

    with Database.open(path) as database, ThreadPoolExecutor(threads) as pool:

        def write(number: int) -> None:
            database.write(lambda connection: add_pair(connection, number))
            os.write(1, b"%d\n" % number)

        list(pool.map(write, range(pairs)))


if __name__ == "__main__":
    main()
