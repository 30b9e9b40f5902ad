"""Word documents (Office Open XML): body, tables, footnotes, endnotes, headers and footers."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate

from demobackend.adapters.extraction.source import Source, Unreadable

MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 1024**3
MAX_RATIO = 100
RATIO_FLOOR_BYTES = 4 * 1024 * 1024
"""A part that unpacks to no more than this may have any ratio: tables of equal rows do."""

_PARTS = tuple(re.compile(rf"word/{part}\d*\.xml", re.IGNORECASE) for part in ("document", "footnotes", "endnotes", "header", "footer"))
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_FLAG = 0x1
_READ_BYTES = 64 * 1024

_PARAGRAPHS = ("p", "rt")
_REPEATED_OR_GONE = ("Fallback", "moveFrom")
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def pieces(source: Source) -> Iterator[str]:
    """Yield the text, a paragraph to a line. Only the parts that hold text are unpacked, never an archive within. Raises `Unreadable`."""
    with open(source.descriptor, "rb", closefd=False) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                for part in _parts(archive):
                    with archive.open(part) as xml:
                        yield from _paragraphs(xml)
        except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError) as error:
            raise Unreadable("locked" if _is_encrypted(file) else "broken") from error


def _parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise Unreadable("bomb")
    parts = [member for pattern in _PARTS for member in members if pattern.fullmatch(member.filename)]
    if not parts or not _PARTS[0].fullmatch(parts[0].filename):
        raise Unreadable("broken")
    for part in parts:
        if part.flag_bits & _ENCRYPTED_FLAG:
            raise Unreadable("locked")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("broken")
        if part.file_size > max(RATIO_FLOOR_BYTES, MAX_RATIO * part.compress_size):
            raise Unreadable("bomb")
    return parts


def _is_encrypted(file: BinaryIO) -> bool:
    """Word keeps a document with a password as a stream of this name in a compound file."""
    file.seek(0)
    return file.read(len(_COMPOUND_FILE)) == _COMPOUND_FILE and "EncryptedPackage".encode("utf-16-le") in file.read()


def _paragraphs(xml: IO[bytes]) -> Iterator[str]:
    part = _Part()
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # Office Open XML allows no DTD, and without one there are neither entities nor anything external.
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.characters
    while chunk := xml.read(_READ_BYTES):
        parser.Parse(chunk)
        yield from part.taken()
    parser.Parse(b"", True)
    yield from part.taken()


def _refuse(*declaration: object) -> None:
    raise Unreadable("bomb")


class _Part:
    """Collects paragraphs. One within another (a text box, a ruby text) becomes a line of its own and tears no word around it."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._open: list[list[str]] = [[]]
        self._in_text = False
        self._skipped = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if self._skipped or tag in _REPEATED_OR_GONE:
            self._skipped += 1
        elif tag in _PARAGRAPHS:
            self._open.append([])
        elif tag == "t":
            self._in_text = True
        elif tag in _CHARACTERS:
            self._open[-1].append(_CHARACTERS[tag])

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if self._skipped:
            self._skipped -= 1
        elif tag in _PARAGRAPHS:
            if line := "".join(self._open.pop()):
                self._done.append(f"{line}\n")
        elif tag == "t":
            self._in_text = False

    def characters(self, text: str) -> None:
        if self._in_text and not self._skipped:
            self._open[-1].append(text)

    def taken(self) -> list[str]:
        done, self._done = self._done, []
        return done
