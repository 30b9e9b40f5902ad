"""What every text extractor promises."""

from abc import abstractmethod
from io import BytesIO, RawIOBase, UnsupportedOperation
from typing import BinaryIO, cast

import pytest

from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.extraction import MAX_TEXT_BYTES, Extraction, TextStatus
from demobackend.domain.model.text.analysis import analyse
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.contract import Contract

PROSE = "Grüße aus 東京,\r\nзавтра 😀 e\u0301\n"
NO_TEXT = (("image/png", "a.png"), ("video/mp4", "a.txt"), ("application/x-executable", "a"), ("audio/mpeg", "readme.md"))


class PlainStream(RawIOBase):
    """Bytes that come once, in order, a few at a time, and cannot be sought in."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._rest = memoryview(content)

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        raise UnsupportedOperation("seek")

    def read(self, size: int = -1) -> bytes:
        count = 1_000 if size < 0 else min(size, 1_000)
        chunk, self._rest = bytes(self._rest[:count]), self._rest[count:]
        return chunk


class BrokenStream(PlainStream):
    """Bytes that stop coming."""

    def read(self, size: int = -1) -> bytes:
        raise OSError("The disk is gone.")


def extract(extractor: TextExtractor, content: bytes, *, media_type: str = "text/plain", name: str = "a.txt") -> Extraction:
    """The text of these bytes."""
    return extractor.extract(BytesIO(content), media_type=media_type, name=name)


def words(extraction: Extraction) -> tuple[str, ...]:
    """The words of an extraction that succeeded whole."""
    assert extraction.status is TextStatus.INDEXED, extraction
    return analyse(extraction.text)


class StreamPromises(Contract):
    """How contents are read."""

    @abstractmethod
    def extractor(self) -> TextExtractor:
        """Return an extractor."""

    def test_contents_are_read_from_their_present_position_and_not_closed(self) -> None:
        content = BytesIO(b"before after")
        content.seek(7)
        extraction = self.extractor().extract(content, media_type="text/plain", name="a.txt")
        assert words(extraction) == ("after",)
        assert not content.closed

    def test_contents_may_be_a_plain_stream_that_cannot_seek(self) -> None:
        stream = cast(BinaryIO, PlainStream(b"word " * 2_000 + b"end"))
        extraction = self.extractor().extract(stream, media_type="text/plain", name="a.txt")
        assert words(extraction) == ("word",) * 2_000 + ("end",)
        assert not stream.closed

    def test_contents_that_cannot_be_read_are_worth_another_try(self) -> None:
        stream = cast(BinaryIO, BrokenStream(b""))
        with pytest.raises(Unavailable):
            self.extractor().extract(stream, media_type="text/plain", name="a.txt")

    def test_the_same_contents_give_the_same_answer(self) -> None:
        extractor = self.extractor()
        first = extract(extractor, PROSE.encode())
        assert [extract(extractor, PROSE.encode()) for _ in range(3)] == [first] * 3


class TextExtractorContract(StreamPromises):
    """The promises of `TextExtractor` for text in its plain forms; see also `DocumentExtractorContract`."""

    def test_plain_text_markdown_and_csv_stand_as_they_are(self) -> None:
        extractor = self.extractor()
        for media_type, name in (("text/plain", "a.txt"), ("text/markdown", "a.md"), ("text/csv", "a.csv")):
            extraction = extract(extractor, PROSE.encode(), media_type=media_type, name=name)
            assert (extraction.text, extraction.status, extraction.reason) == (PROSE, TextStatus.INDEXED, None)

    def test_the_encoding_is_that_of_the_mark_then_the_declared_one_then_utf_8(self) -> None:
        extractor = self.extractor()
        for encoding in ("utf-8-sig", "utf-16", "utf-32"):
            assert extract(extractor, "Łódź".encode(encoding), media_type="text/plain; charset=iso-8859-1").text == "Łódź"
        for encoding, charset in (("iso8859-2", "iso-8859-2"), ("koi8-r", '"KOI8-R"'), ("utf-8", "UTF-8"), ("cp932", "Shift_JIS")):
            word = {"koi8-r": "слово", "cp932": "東京"}.get(encoding, "Łódź")
            assert extract(extractor, word.encode(encoding), media_type=f"text/plain; charset={charset}").text == word
        assert extract(extractor, "Łódź".encode()).text == "Łódź"

    def test_json_gives_its_decoded_keys_and_values(self) -> None:
        document = b'{"Stra\\u00dfe": ["Gr\\u00fcn", 42, {"tief": "\\ud83d\\ude00 innen"}], "leer": null}'
        found = words(extract(self.extractor(), document, media_type="application/json", name="a.json"))
        assert [word for word in found if word != "null"] == ["strasse", "grun", "42", "tief", "innen", "leer"]

    def test_a_generic_type_leaves_it_to_the_extension(self) -> None:
        extractor = self.extractor()
        for media_type in ("", "application/octet-stream", "application/octet-stream; x=y"):
            for name in ("notes.txt", "NOTES.TXT", "a.b.md", "table.csv"):
                assert words(extract(extractor, b"some words", media_type=media_type, name=name)) == ("some", "words")
            assert extract(extractor, b"some words", media_type=media_type, name="program.exe").status is TextStatus.NONE

    def test_a_type_without_text_has_none_whatever_its_name(self) -> None:
        extractor = self.extractor()
        for media_type, name in NO_TEXT:
            assert extract(extractor, b"some words", media_type=media_type, name=name) == Extraction("", TextStatus.NONE)

    def test_a_document_without_words_is_indexed_with_an_empty_text(self) -> None:
        assert extract(self.extractor(), b"") == Extraction("", TextStatus.INDEXED)

    def test_text_up_to_the_limit_is_whole_and_one_byte_more_is_cut(self) -> None:
        extractor = self.extractor()
        longest = b"abc " * (MAX_TEXT_BYTES // 4)
        assert extract(extractor, longest) == Extraction(longest.decode(), TextStatus.INDEXED)
        assert extract(extractor, longest + b"d") == Extraction(longest.decode(), TextStatus.PARTIAL)

    def test_text_is_cut_between_two_characters(self) -> None:
        content = "x" + "é" * (MAX_TEXT_BYTES // 2)
        extraction = extract(self.extractor(), content.encode())
        assert extraction.status is TextStatus.PARTIAL
        assert extraction.text == content[: MAX_TEXT_BYTES // 2]

    def test_a_text_holds_no_nul_and_no_lone_surrogate(self) -> None:
        extractor = self.extractor()
        hostile = (
            (b"one\0two", "text/plain", "a.txt"),
            (b"one\xed\xa0\x80two", "text/plain", "a.txt"),
            (b'{"one": "\\u0000 \\ud800 two"}', "application/json", "a.json"),
        )
        for content, media_type, name in hostile:
            extraction = extract(extractor, content, media_type=media_type, name=name)
            assert "\0" not in extraction.text
            assert extraction.text.encode()  # which a lone surrogate would refuse

    def test_bad_contents_are_unreadable_for_a_reason_and_raise_nothing(self) -> None:
        extractor = self.extractor()
        broken = ((b'{"a": ', "application/json", "a.json"), (b"{]", "application/json", "a.json"), (b"nonsense", "application/json", "a"))
        for content, media_type, name in broken:
            extraction = extract(extractor, content, media_type=media_type, name=name)
            assert (extraction.text, extraction.status) == ("", TextStatus.UNREADABLE), content
            assert extraction.reason == "broken"

    def test_json_nested_to_any_depth_is_contained(self) -> None:
        extractor = self.extractor()
        for content in (b"[" * 100_000, b"[" * 100_000 + b"1" + b"]" * 100_000, b"1" * 100_000):
            extraction = extract(extractor, content, media_type="application/json", name="a.json")
            assert extraction.status in {TextStatus.INDEXED, TextStatus.UNREADABLE}
