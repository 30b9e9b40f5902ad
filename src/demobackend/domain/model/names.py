"""Names, tags, media types and descriptions: text that people give, and the rules it keeps."""

import re
import unicodedata
from dataclasses import dataclass

from demobackend.domain.model.errors import InvalidInput

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]{1,127}"  # noqa: S105 - RFC 6838 restricted-name, no secret
_PARAMETER = r"[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|\"(?:[\t !#-\[\]-~]|\\[\t !-~])*\")"
_MEDIA_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}(?:{_PARAMETER})*")
SHA256_PATTERN = "[0-9a-f]{64}"
_SHA256 = re.compile(SHA256_PATTERN)
_MOST_COMPOSED = 4  # characters that NFC makes one of
MAX_TAGS = 20
MAX_TAG_CHARACTERS = 64
MAX_NAME_BYTES = 255
MAX_DESCRIPTION_CHARACTERS = 4096
MAX_MEDIA_TYPE_CHARACTERS = 255


def in_nfc(text: str, *, most: int) -> str:
    """Return `text` in NFC, where it may have at most `most` characters. A text that cannot but have more comes back as it is.

    Normalizing takes quadratic time over a long run of combining marks: minutes, for what one request can hold.
    """
    return text if len(text) > _MOST_COMPOSED * most else unicodedata.normalize("NFC", text)


def _plain_text(text: str, *, pointer: str, code: str, most: int) -> str:
    """Return `text` in NFC. Raises `InvalidInput` for what no name may hold."""
    if text.isascii() and text.isprintable() and "/" not in text and "\\" not in text and text not in {".", ".."}:
        return text  # nearly every name, without a look at each character
    text = in_nfc(text, most=most)
    if text in {".", ".."}:
        raise InvalidInput.at(pointer, code, "A name may not be . or ..")
    for character in text:
        if character in "/\\":
            raise InvalidInput.at(pointer, code, "A name may not hold / or \\.")
        if character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs"}:
            raise InvalidInput.at(pointer, code, "A name may not hold control characters.")
    return text


@dataclass(frozen=True, slots=True)
class FileName:
    """A file's name: NFC, 1-255 bytes of UTF-8, never trimmed, no `/ \\`, no control or bidi character, not `.` or `..`.

    Two files may share a name. Raises `InvalidInput` (`invalid_name`).
    """

    value: str

    def __post_init__(self) -> None:
        text = _plain_text(self.value, pointer="/name", code="invalid_name", most=MAX_NAME_BYTES)
        if not 1 <= len(text.encode()) <= MAX_NAME_BYTES:
            raise InvalidInput.at("/name", "invalid_name", f"A name has 1 to {MAX_NAME_BYTES} bytes of UTF-8.")
        object.__setattr__(self, "value", text)


@dataclass(frozen=True, slots=True)
class Tags:
    """At most 20 distinct tags in the order given, each 1-64 characters under the rules for names.

    Raises `InvalidInput` (`invalid_tag`, `too_many_tags`) with a pointer to the tag.
    """

    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) > MAX_TAGS:
            raise InvalidInput.at("/tags", "too_many_tags", f"A file has at most {MAX_TAGS} tags.")
        kept: dict[str, None] = {}
        for number, value in enumerate(self.values):
            text = _plain_text(value, pointer=f"/tags/{number}", code="invalid_tag", most=MAX_TAG_CHARACTERS)
            if not 1 <= len(text) <= MAX_TAG_CHARACTERS:
                raise InvalidInput.at(f"/tags/{number}", "invalid_tag", f"A tag has 1 to {MAX_TAG_CHARACTERS} characters.")
            kept[text] = None
        object.__setattr__(self, "values", tuple(kept))


def essence_of(media_type: str) -> str:
    """Type and subtype of a media type in lower case, without parameters."""
    return media_type.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type with optional parameters (RFC 6838, RFC 9110), at most 255 characters.

    Raises `InvalidInput` (`invalid_media_type`).
    """

    value: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if len(self.value) > MAX_MEDIA_TYPE_CHARACTERS or _MEDIA_TYPE.fullmatch(self.value) is None:
            raise InvalidInput.at("/media_type", "invalid_media_type", "A media type looks like text/plain; charset=utf-8.")

    @property
    def essence(self) -> str:
        """Type and subtype in lower case, without parameters."""
        return essence_of(self.value)


@dataclass(frozen=True, slots=True)
class Sha256:
    """A SHA-256 digest as 64 lower-case hex digits. Raises `InvalidInput` (`invalid_sha256`)."""

    value: str

    def __post_init__(self) -> None:
        if _SHA256.fullmatch(self.value) is None:
            raise InvalidInput.at("/sha256", "invalid_sha256", "A SHA-256 is 64 lower-case hex digits.")


@dataclass(frozen=True, slots=True)
class Description:
    """Free text of at most 4,096 characters, kept as given but for NFC; no surrogates or NULs.

    Raises `InvalidInput` (`invalid_description`).
    """

    value: str

    def __post_init__(self) -> None:
        text = in_nfc(self.value, most=MAX_DESCRIPTION_CHARACTERS)
        if len(text) > MAX_DESCRIPTION_CHARACTERS:
            limit = f"A description has at most {MAX_DESCRIPTION_CHARACTERS} characters."
            raise InvalidInput.at("/description", "invalid_description", limit)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise InvalidInput.at("/description", "invalid_description", "A description may not hold NUL.")
        object.__setattr__(self, "value", text)
