"""The text extractor that reads each document in a process of its own, with limits on time, memory and output."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from demobackend.adapters.extraction.kinds import HEAD_BYTES, Kind, charset_of, kind_of
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.extraction import (
    MAX_CPU_SECONDS,
    MAX_MEMORY_BYTES,
    MAX_TEXT_BYTES,
    MAX_WALL_SECONDS,
    Extraction,
    TextStatus,
)

_MIB = 1024 * 1024
_LINE_BYTES = 64
_REASONS = frozenset({"broken", "locked", "bomb", "too_much_memory"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost; sizes in bytes.

    `document_bytes` bounds a document that is of no use without its end (pdf, docx: beyond it `too_large`); of any other, the first
    `prefix_bytes` are read. `memory_bytes` is the worker's address space, its own code included.
    """

    cpu_seconds: int = MAX_CPU_SECONDS
    wall_seconds: int = MAX_WALL_SECONDS
    memory_bytes: int = MAX_MEMORY_BYTES
    document_bytes: int = 256 * _MIB
    prefix_bytes: int = 64 * _MIB
    text_bytes: int = MAX_TEXT_BYTES


@dataclass(frozen=True, slots=True)
class SubprocessTextExtractor:
    """A `TextExtractor` with one process per document. Document and answer are files without a name, in `scratch` (None: the
    system's directory for such), so that nothing is left behind whoever is killed and only the text is ever held in memory here.

    `worker` is the program that reads; see `worker.py`. It sees no environment and needs no network. Its process group is killed
    when its time is over; should this process die first, its own limits end it.
    """

    limits: Limits = field(default_factory=Limits)
    scratch: Path | None = None
    worker: Path = Path(__file__).with_name("worker.py")

    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        """See `TextExtractor.extract`. Raises `Unavailable`."""
        with _in_domain_words():
            head = b"".join(_chunks(content, HEAD_BYTES))
            kind = kind_of(media_type, name, head)
            if kind is None:
                return Extraction("", TextStatus.NONE)
            with tempfile.TemporaryFile(dir=self.scratch) as document, tempfile.TemporaryFile(dir=self.scratch) as answer:
                is_cut = self._copy(kind, head, content, document)
                if is_cut and kind.is_read_whole:
                    return _unreadable("too_large")
                code = self._run(self._command(kind, charset_of(media_type), is_cut), document, answer)
                return self._told(code, answer)

    def _copy(self, kind: Kind, head: bytes, content: BinaryIO, document: IO[bytes]) -> bool:
        """Copy what may be read of the document; return whether there is more of it."""
        most = self.limits.document_bytes if kind.is_read_whole else self.limits.prefix_bytes
        document.write(head[:most])
        for chunk in _chunks(content, most - len(head)):
            document.write(chunk)
        document.seek(0)
        return len(head) > most or bool(content.read(1))

    def _command(self, kind: Kind, charset: str, is_cut: bool) -> list[str]:
        limits = (self.limits.text_bytes, self.limits.cpu_seconds, self.limits.wall_seconds, self.limits.memory_bytes)
        path = [str(Path(entry).absolute()) for entry in sys.path]
        return [sys.executable, "-I", "-S", str(self.worker), kind, charset, "cut" if is_cut else "whole", *map(str, limits), *path]

    def _run(self, command: list[str], document: IO[bytes], answer: IO[bytes]) -> int | None:
        """Return the worker's exit code, None when it was killed for taking too long."""
        # Nothing of the environment but where the interpreter's own libraries are: a shared build may not start without.
        environment = {"LD_LIBRARY_PATH": path} if (path := os.environ.get("LD_LIBRARY_PATH")) else {}
        process = subprocess.Popen(
            command, stdin=document, stdout=answer, stderr=subprocess.DEVNULL, env=environment, cwd="/", start_new_session=True
        )
        try:
            return process.wait(self.limits.wall_seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _told(self, code: int | None, answer: IO[bytes]) -> Extraction:
        """Read the answer as what it is, the word of a process that a hostile document may have taken over."""
        answer.seek(0)
        if answer.readline(_LINE_BYTES) != b"ready\n":
            raise Unavailable("The text extractor cannot be started.")
        verdict = answer.readline(_LINE_BYTES).decode("ascii", "replace").strip()
        if code != 0:
            return _unreadable(_cause(code))
        if verdict in (TextStatus.INDEXED, TextStatus.PARTIAL):
            text = answer.read(self.limits.text_bytes).decode("utf-8", "ignore").replace("\0", "")
            return Extraction(text, TextStatus(verdict))
        return _unreadable(verdict if verdict in _REASONS else "crashed")


def _chunks(content: BinaryIO, most: int) -> Iterator[bytes]:
    """Yield up to `most` bytes. A plain stream may give fewer than it is asked for long before its end."""
    while most > 0 and (chunk := content.read(min(most, _MIB))):
        most -= len(chunk)
        yield chunk


def _cause(code: int | None) -> str:
    if code is None or code in (-signal.SIGXCPU, -signal.SIGALRM):
        return "too_slow"
    if code == -signal.SIGKILL:  # the kernel's choice when the machine has no memory left
        return "too_much_memory"
    return "crashed" if code < 0 else "broken"  # an error that the parser did not foresee


def _unreadable(reason: str) -> Extraction:
    return Extraction("", TextStatus.UNREADABLE, reason)


@contextmanager
def _in_domain_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable("A document cannot be handed to the text extractor.") from error
