"""Reads one document in a process of its own: `worker.py KIND CHARSET IS_CUT TEXT_BYTES CPU_SECONDS WALL_SECONDS MEMORY_BYTES PATH…`.

The document is standard input, a seekable file. To standard output, a file too, go the line `ready` once the limits stand, then a line
with the verdict (`indexed`, `partial`, or the reason why it is unreadable), then the text. PATH is the parent's `sys.path`: isolated
mode keeps the environment out, and this way the worker imports what the parent would.
"""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from importlib import import_module

_OPEN_FILES = 32
_ANSWER_LINES_BYTES = 64


def main() -> None:
    """Read the document that standard input holds, with a parser that is loaded before any limit stands."""
    kind, charset, is_cut, *limits = sys.argv[1:8]
    text_bytes, cpu_seconds, wall_seconds, memory_bytes = map(int, limits)
    sys.path[:] = sys.argv[8:]
    # Its parent kills it earlier. A worker that outlives its parent ends by this.
    signal.alarm(wall_seconds + 1)
    parser = import_module(f"demobackend.adapters.extraction.{kind}_text")
    source = import_module("demobackend.adapters.extraction.source").Source(sys.stdin.fileno(), charset, is_cut == "cut")
    _limit(cpu_seconds=cpu_seconds, memory_bytes=memory_bytes, answer_bytes=text_bytes + _ANSWER_LINES_BYTES)
    answer = sys.stdout.buffer
    answer.write(b"ready\n")
    answer.flush()
    verdict, text = _read(parser.pieces(source), text_bytes, is_cut=source.is_cut)
    answer.write(verdict.encode() + b"\n" + text)
    answer.flush()
    # Taking a damaged document apart may crash or take for ever, and nobody needs it.
    os._exit(0)


def _limit(*, cpu_seconds: int, memory_bytes: int, answer_bytes: int) -> None:
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, answer_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),  # neither processes nor threads; does not bind root
        (resource.RLIMIT_CORE, 0),
    ):
        most = resource.getrlimit(kind)[1]
        amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
        resource.setrlimit(kind, (amount, amount))
    # Only the soft limit sends SIGXCPU, by which the parent tells a slow document from one that ran out of memory.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _read(pieces: Iterator[str], text_bytes: int, *, is_cut: bool) -> tuple[str, bytes]:
    from demobackend.adapters.extraction.source import Incomplete, Unreadable

    text = bytearray()
    try:
        for piece in pieces:
            text += piece.replace("\0", "").encode("utf-8", "replace")
            if len(text) > text_bytes:
                return "partial", text[:text_bytes].decode("utf-8", "ignore").encode()
    except Incomplete:
        return "partial", bytes(text)
    except Unreadable as cause:
        return str(cause), b""
    except MemoryError:
        return "too_much_memory", b""
    return "partial" if is_cut else "indexed", bytes(text)


if __name__ == "__main__":
    main()
