"""What can become of one exchange of HTTP between a client and a server, on the way there and on the way back."""

from dataclasses import dataclass, replace
from enum import Enum, auto


class Passage(Enum):
    """How a request reaches the server: twice is what a box in the middle does that tries again; late is when the test says so."""

    ONCE = auto()
    TWICE = auto()
    NEVER = auto()
    LATE = auto()
    HALF = auto()


class Loss(Enum):
    """What a client gets in place of an answer: a reset, or nothing at all."""

    RESET = auto()
    SILENCE = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `length` is its Content-Length where that is not the body's, as in the answer to a HEAD."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    length: int | None = None

    def wire(self) -> bytes:
        """As it is sent."""
        length = len(self.body) if self.length is None else self.length
        headers = self.headers if self.status in {204, 304} else (*self.headers, ("Content-Length", str(length)))
        lines = [f"HTTP/1.1 {self.status} Told", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body

    def last(self) -> "Answer":
        """The same, and that the connection ends behind it: a client that takes what is left of it for whole must not use that again."""
        return replace(self, headers=(*self.headers, ("Connection", "close")))


@dataclass(frozen=True, slots=True)
class Cut:
    """`body[:end]` of the server's answer, then the end of the connection.

    `agreed`: its Content-Length says no more than that. Then it is a whole answer to all but the reader, and the connection goes on.
    """

    end: int
    agreed: bool = False

    def of(self, answer: Answer) -> Answer:
        """What is left of it."""
        left = answer.body[: self.end]
        return replace(answer, body=left) if self.agreed else replace(answer.last(), body=left, length=len(answer.body))


@dataclass(frozen=True, slots=True)
class CutHead:
    """The first bytes of the server's answer, then the end of the connection."""

    end: int

    def of(self, answer: Answer) -> bytes:
        """What is left of it."""
        return answer.last().wire()[: self.end]


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of one exchange. Without `reply` the client gets the server's answer, the second one of two."""

    passage: Passage
    reply: Loss | Answer | Cut | CutHead | None = None

    def worded(self, answer: Answer | None) -> tuple[bytes | None, bool]:
        """What the client gets, None for a reset, and whether the connection goes on."""
        match self.reply:
            case Answer() as told:
                return told.wire(), True
            case None if answer is not None:
                return answer.wire(), True
            case Cut() as cut if answer is not None:
                return cut.of(answer).wire(), cut.agreed
            case CutHead() as cut if answer is not None:
                return cut.of(answer), False
        return None, False


PASS = Fault(Passage.ONCE)
UNSENT = Fault(Passage.NEVER, Loss.RESET)
LOST = Fault(Passage.ONCE, Loss.RESET)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came."""

    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        """Such as `GET`."""
        return self.head.split(b" ", 1)[0].decode()
