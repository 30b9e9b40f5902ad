"""Hypothesis strategies for the domain's values: what people can really give, odd spellings first."""

import string
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from demobackend.domain.model.account import Account, AccountStatus, DisplayName, NewPassword, PendingCode
from demobackend.domain.model.audit import AuditAction, AuditEvent
from demobackend.domain.model.caller import Caller, SiteRole
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.idempotency import KeptAnswer
from demobackend.domain.model.ids import AuditEventId, FileId, SessionId, UploadId, UserId
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags
from demobackend.domain.model.session import Session
from demobackend.domain.model.text.query import LONGEST_QUERY, Query, parse_query
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.testing.samples import DAY, MILLISECOND, MINUTE, NOON, sample_file, sample_id

ODD_NAMES = (
    " ", "...", "-", "~", "CON", "nul.txt", "a" * 255, "😀" * 63, "e\u0301.txt", "\u202fnarrow", "%2e%2e%2f", "$(reboot)", "'; --",
    '"q".txt', "a\u200bb", "ﬁle", "İ", "ß", "\ufeffbom", "naïve café.pdf", "отчёт.docx", "報告書.pdf", "a;b=c", "<svg onload=x>",
    ".htaccess", "x.", "a:b|c?d*",
)  # fmt: skip
MEDIA_TYPES = (
    "application/octet-stream", "text/plain", "text/plain; charset=utf-8", "TEXT/Plain", "application/pdf", "image/svg+xml", "text/html",
    'multipart/x; boundary="a b;c\\"d"', "application/vnd.api+json",
)  # fmt: skip
# Few words, alike and unlike, so that documents and queries meet.
WORDS = (
    "alpha",
    "alphabet",
    "beta",
    "gamma",
    "Ångström",
    "angstrom",
    "naïve",
    "2023",
    "東京都",
    "東京",
    "カタカナ",
    "서울시",
    "e-mail",
    "straße",
    "ĳs",
)
_MAX_DRAWN_SIZE = 2**40


def _made[T](make: Callable[[str], T], texts: SearchStrategy[str]) -> SearchStrategy[T]:
    """What `make` makes of those texts that it does not refuse."""

    def is_taken(text: str) -> bool:
        try:
            make(text)
        except InvalidInput:
            return False
        return True

    return texts.filter(is_taken).map(make)


def texts(*, max_size: int = 40) -> SearchStrategy[str]:
    """Text without control characters and surrogates."""
    return st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=max_size)


def ids(*, numbers: SearchStrategy[int] | None = None) -> SearchStrategy[str]:
    """UUIDv7s of some moment."""
    return st.builds(lambda number, at: sample_id(number, at=at), numbers or st.integers(0, 2**62 - 1), moments())


def moments(*, within: timedelta = 30 * DAY) -> SearchStrategy[datetime]:
    """Times after noon of the samples' day, cut to milliseconds."""
    return st.integers(0, within // MILLISECOND).map(lambda milliseconds: NOON + milliseconds * MILLISECOND)


def file_names() -> SearchStrategy[FileName]:
    """Names of files."""
    return _made(FileName, st.sampled_from(ODD_NAMES) | texts())


def tags(*, max_size: int = 5) -> SearchStrategy[Tags]:
    """Some tags."""
    single = _made(lambda text: Tags((text,)), st.sampled_from(("red", "Red", "a,b", "%", '"', "タグ")) | texts(max_size=20))
    return st.lists(single, max_size=max_size).map(lambda several: Tags(tuple(tag for one in several for tag in one.values)))


def media_types() -> SearchStrategy[MediaType]:
    """Media types, with parameters too."""
    restricted = st.text(string.ascii_letters + string.digits + "!#$&^_.+-", min_size=1, max_size=20)
    return st.sampled_from(MEDIA_TYPES).map(MediaType) | _made(MediaType, st.builds("{}/{}".format, restricted, restricted))


def descriptions() -> SearchStrategy[Description]:
    """Free text, line breaks and tabs included."""
    return _made(Description, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=100))


def sizes(*, at_most: int = _MAX_DRAWN_SIZE) -> SearchStrategy[int]:
    """Sizes in bytes; borders of common integer widths come up often."""
    borders = [border for border in (0, 1, 2**31 - 1, 2**31, 2**32, at_most) if border <= at_most]
    return st.sampled_from(borders) | st.integers(0, at_most)


def digests() -> SearchStrategy[Sha256]:
    """SHA-256 digests."""
    return st.binary(min_size=32, max_size=32).map(lambda octets: Sha256(octets.hex()))


def emails() -> SearchStrategy[EmailAddress]:
    """Addresses in many spellings."""
    local = st.sampled_from(("ada", "ADA", "a.b+c", "Zoë", "üser", "o'neil", "ａｄａ", "用户")) | st.text(
        string.ascii_letters + ".+-_'", max_size=20
    )
    domain = st.sampled_from(("example.test", "EXAMPLE.Test", "bücher.example", "xn--bcher-kva.example", "a.b.c.d.test"))
    return _made(EmailAddress, st.builds("{}@{}".format, local, domain))


def passwords() -> SearchStrategy[NewPassword]:
    """Passwords that may be chosen."""
    return _made(NewPassword, st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=128))


def display_names() -> SearchStrategy[DisplayName]:
    """What people are called."""
    return _made(DisplayName, texts(max_size=30))


@st.composite
def uploads(draw: st.DrawFn, *, owners: SearchStrategy[str] | None = None) -> Upload:
    """Uploads in any status."""
    begun = draw(moments())
    return Upload(
        id=UploadId(draw(ids())),
        file_id=FileId(draw(ids())),
        owner_id=UserId(draw(owners or ids())),
        version=draw(st.integers(1, 3)),
        size=draw(sizes()),
        media_type=draw(media_types()),
        sha256=draw(st.none() | digests()),
        status=draw(st.sampled_from(UploadStatus)),
        created_at=begun,
        expires_at=begun + 15 * MINUTE,
    )


@st.composite
def files(draw: st.DrawFn, *, owners: SearchStrategy[str] | None = None) -> File:
    """Files that have come as far as one status by lawful steps."""
    file = sample_file(draw(uploads(owners=owners)))
    at = file.created_at + draw(st.integers(0, 1_000)) * MILLISECOND
    file = file.described(name=draw(file_names()), tags=draw(tags()), description=draw(st.none() | descriptions()), at=at)
    status = draw(st.sampled_from((FileStatus.PENDING, FileStatus.AVAILABLE, FileStatus.TRASHED, FileStatus.PURGED)))
    if status is FileStatus.PENDING:
        return file
    file = file.arrived(sha256=draw(st.none() | digests()), at=at)
    if status is FileStatus.AVAILABLE:
        return file
    trashed = file.trashed(at + DAY)
    return trashed if status is FileStatus.TRASHED else trashed.purged(at + 31 * DAY)


def changes() -> SearchStrategy[Change]:
    """Records of the change feed."""
    owner_ids, file_ids = ids().map(UserId), ids().map(FileId)
    file_changed = st.builds(Change, kind=st.just(ChangeKind.FILE_CHANGED), owner_id=owner_ids, file_id=file_ids, revision=st.integers(1))
    bytes_arrived = st.builds(
        Change, kind=st.just(ChangeKind.BYTES_ARRIVED), owner_id=owner_ids, file_id=file_ids, upload_id=ids().map(UploadId)
    )
    return file_changed | bytes_arrived


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """Sessions after some rotations, some of them ended."""
    begun = draw(moments())
    session = Session(
        id=SessionId(draw(ids())),
        user_id=UserId(draw(ids())),
        created_at=begun,
        expires_at=begun + 30 * DAY,
        rotated_at=begun,
        grant=draw(st.none() | texts()),
    )
    for step in range(draw(st.integers(0, 3))):
        session = session.rotated(at=begun + step * MINUTE)
    return session.ended(at=begun + DAY) if draw(st.booleans()) else session


def accounts() -> SearchStrategy[Account]:
    """Accounts with and without a password of ours and a code that is waited for."""
    return st.builds(
        Account,
        id=ids().map(UserId),
        email=emails(),
        status=st.sampled_from(AccountStatus),
        display_name=st.none() | display_names(),
        roles=st.frozensets(st.sampled_from(SiteRole)),
        created_at=moments(),
        updated_at=moments(),
        revision=st.integers(1, 2**40),
        password_hash=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        code=st.none() | st.builds(PendingCode, st.text("0123456789abcdef", min_size=1), moments(), st.integers(0, 5)),
    )


def kept_answers() -> SearchStrategy[KeptAnswer]:
    """Answers of any bytes, whose headers may come twice."""
    latin = st.text(st.characters(codec="latin-1"))
    return st.builds(KeptAnswer, st.integers(200, 299), st.lists(st.tuples(latin, latin)).map(tuple), st.binary())


def audit_events() -> SearchStrategy[AuditEvent]:
    """What happened to accounts, with and without a session."""
    return st.builds(
        AuditEvent,
        id=ids().map(AuditEventId),
        at=moments(),
        action=st.sampled_from(AuditAction),
        user_id=ids().map(UserId),
        session_id=st.none() | ids().map(SessionId),
    )


def callers() -> SearchStrategy[Caller]:
    """Signed-in people."""
    return st.builds(Caller, ids().map(UserId), ids().map(SessionId), st.frozensets(st.sampled_from(SiteRole)))


def query_texts() -> SearchStrategy[str]:
    """What people type to search: mostly the words above, as phrases, prefixes, fields and negations."""
    words = st.sampled_from(WORDS)
    phrases = st.lists(words, min_size=2, max_size=3).map(lambda several: f'"{" ".join(several)}"')
    prefixes = words.map(lambda word: f"{word[:3]}*")
    terms = st.builds(
        "{}{}{}".format, st.sampled_from(("", "", "", "-")), st.sampled_from(("", "", "name:", "tag:")), words | phrases | prefixes
    )
    return st.lists(terms | texts(max_size=8), max_size=4).map(" ".join).filter(lambda text: len(text) <= LONGEST_QUERY)


def queries() -> SearchStrategy[Query]:
    """Queries, mostly of the words above."""
    return _made(parse_query, query_texts())


def prose(*, max_words: int = 12) -> SearchStrategy[str]:
    """Text made of the words above."""
    return st.lists(st.sampled_from(WORDS), min_size=max_words // 3, max_size=max_words).map(" ".join)
