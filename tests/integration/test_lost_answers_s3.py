"""Whatever becomes of requests to S3 and their answers, no bytes are lost, none look whole that are not, and no key is passed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from itertools import count
from typing import TYPE_CHECKING

import pytest
from botocore.config import Config
from tests.integration.outcome import outcome
from tests.integration.retries import retry_at_once
from tests.servers.faults import LOST, UNSENT, Answer, Cut, CutHead, Fault, Loss, Passage
from tests.servers.proxy import Proxy, proxy_to
from tests.servers.versitygw import S3Server

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.system.clock import SystemClock
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import BytesMissing, Corrupt, NotFound, Unavailable
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.names import Sha256
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan
from demobackend.domain.use_cases.files.complete_upload import CompleteUpload
from demobackend.testing.contracts.blob_store import read_all
from demobackend.testing.contracts.signed_requests import sign_download
from demobackend.testing.samples import MINUTE, NOON, sample_file, sample_upload
from demobackend.testing.wire import HttpRequest, send_over_http, signed

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("versitygw")]

CONTENT = b"0123456789abcdef" * 20_000
DIGEST = Sha256(sha256(CONTENT).hexdigest())
_HASTE_SECONDS = 0.05
_PAGE = 2


def refusal(status: int, code: str) -> Answer:
    """An error in the words of S3."""
    return Answer(status, (("Content-Type", "application/xml"),), f"<Error><Code>{code}</Code><Message>told</Message></Error>".encode())


PASSING = {
    "reset before": UNSENT,
    "reset after": LOST,
    "slow down": Fault(Passage.NEVER, refusal(503, "SlowDown")),
    "broken after": Fault(Passage.ONCE, refusal(500, "InternalError")),
    "broken on the way back": Fault(Passage.ONCE, Answer(502, (("Content-Type", "text/html"),), b"<html>Bad gateway</html>")),
    "sent twice": Fault(Passage.TWICE),
    "late": Fault(Passage.LATE, Loss.RESET),
}
CUT = {
    "head": Fault(Passage.ONCE, CutHead(20)),
    **{f"after {end}": Fault(Passage.ONCE, Cut(end)) for end in (0, 1, 100, -100, -1)},
    **{f"after {end}, and so it says": Fault(Passage.ONCE, Cut(end, agreed=True)) for end in (0, 1, 100, -100, -1)},
}
SILENT = Fault(Passage.ONCE, Loss.SILENCE)


@dataclass(frozen=True, slots=True)
class SpoiledBucket:
    """A bucket that is reached directly and through a proxy; listings of the latter have short pages."""

    name: str
    direct: "S3Client"
    proxied: "S3Client"
    proxy: Proxy
    numbers: "count[int]"

    def store(self) -> S3BlobStore:
        """The way around the proxy."""
        return S3BlobStore(self.direct, self.name, SystemClock())

    def spoiled(self, *, attempts: int = 2) -> S3BlobStore:
        """The way through the proxy."""
        retry_at_once(self.proxied, attempts=attempts)
        return S3BlobStore(self.proxied, self.name, SystemClock())

    def upload(self) -> Upload:
        """An upload that no other test has."""
        return sample_upload(next(self.numbers), size=len(CONTENT), sha256=DIGEST)

    def stored(self) -> BlobKey:
        """A new key with the contents behind it."""
        upload = self.upload()
        assert send_over_http(put_of(self.store(), upload)).status == 200
        return upload.key

    def versions(self, key: BlobKey) -> int:
        """How often bytes were stored under a key."""
        return len(self.direct.list_object_versions(Bucket=self.name, Prefix=key.text)["Versions"])


@pytest.fixture(scope="module")
def proxy(versitygw: S3Server) -> Iterator[Proxy]:
    with proxy_to(versitygw.endpoint) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def bucket(versitygw: S3Server, proxy: Proxy) -> SpoiledBucket:
    return spoiled_bucket(versitygw, proxy)


def spoiled_bucket(server: S3Server, proxy: Proxy, config: Config | None = None) -> SpoiledBucket:
    chosen = client_config(signature="s3v4", s3_addressing="path").merge(config or Config())
    proxied: S3Client = server.session().client("s3", endpoint_url=proxy.endpoint, config=chosen)
    proxied.meta.events.register("before-parameter-build.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=_PAGE))
    return SpoiledBucket(server.new_bucket(), server.client("s3"), proxied, proxy, count(1))


def put_of(store: S3BlobStore, upload: Upload) -> HttpRequest:
    """What the client that holds a signed upload sends."""
    request = store.sign_upload(upload.key, size=upload.size, media_type=upload.media_type, sha256=upload.sha256, life=5 * MINUTE)
    return signed(request, CONTENT)


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_not_noticed_by_who_reads(bucket: SpoiledBucket, proxy: Proxy, fault: str) -> None:
    key, store = bucket.stored(), bucket.spoiled()
    absent = bucket.upload().key
    with proxy.spoil({1: PASSING[fault]}):
        assert store.head(key) == bucket.store().head(key)
    with proxy.spoil({1: PASSING[fault]}):
        assert read_all(store, key) == CONTENT
    with proxy.spoil({1: PASSING[fault]}), pytest.raises(NotFound):
        store.head(absent)
    with proxy.spoil({1: PASSING[fault]}), pytest.raises(NotFound):
        store.open(absent)


@pytest.mark.parametrize("steps", [-1, 1_000, len(CONTENT)])
@pytest.mark.parametrize("cut", CUT)
def test_bytes_that_were_cut_never_look_whole(bucket: SpoiledBucket, proxy: Proxy, cut: str, steps: int) -> None:
    key, store = bucket.stored(), bucket.spoiled()
    with proxy.spoil({1: CUT[cut]}) as case:
        answer = outcome(lambda: read_in_steps(store, key, steps))
    assert case.spoiled
    assert answer in {Unavailable, Corrupt}


def read_in_steps(store: S3BlobStore, key: BlobKey, steps: int) -> None:
    with store.open(key) as stream:
        while stream.read(steps):
            pass


@pytest.mark.parametrize("end", [0, 20, 60, 100, 150, 200, 250, -26, -4, -1])
def test_facts_whose_answer_was_cut_are_true_or_none(bucket: SpoiledBucket, proxy: Proxy, end: int) -> None:
    """The proxy puts the Content-Length last, so -26 leaves just that out."""
    key = bucket.stored()
    with proxy.spoil({1: Fault(Passage.ONCE, CutHead(end))}):
        assert outcome(lambda: bucket.spoiled(attempts=1).head(key)) in (bucket.store().head(key), Unavailable)


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_not_noticed_by_who_deletes(bucket: SpoiledBucket, proxy: Proxy, fault: str) -> None:
    key = bucket.stored()
    with proxy.spoil({1: PASSING[fault]}) as case:
        bucket.spoiled().delete(key)
    assert outcome(lambda: bucket.store().head(key)) is NotFound
    case.deliver_late()
    assert outcome(lambda: bucket.store().head(key)) is NotFound


@pytest.mark.parametrize("fault", PASSING | CUT)
def test_a_delete_without_an_answer_can_be_repeated(bucket: SpoiledBucket, proxy: Proxy, fault: str) -> None:
    key, other, faults = bucket.stored(), bucket.stored(), PASSING | CUT
    with proxy.spoil({1: faults[fault]}) as case:
        answer = outcome(lambda: bucket.spoiled(attempts=1).delete(key))
    assert answer in {None, Unavailable}
    assert answer is Unavailable or outcome(lambda: bucket.store().head(key)) is NotFound
    bucket.store().delete(key)
    case.deliver_late()
    assert outcome(lambda: bucket.store().head(key)) is NotFound
    assert read_all(bucket.store(), other) == CONTENT


@pytest.fixture(scope="module")
def full_bucket(versitygw: S3Server, proxy: Proxy) -> tuple[SpoiledBucket, list[BlobKey]]:
    bucket = spoiled_bucket(versitygw, proxy)
    return bucket, sorted((bucket.stored() for _ in range(2 * _PAGE + 1)), key=lambda key: key.text)


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_what_passes_is_not_noticed_by_who_lists(
    full_bucket: tuple[SpoiledBucket, list[BlobKey]], proxy: Proxy, fault: str, page: int
) -> None:
    bucket, keys = full_bucket
    with proxy.spoil({page: PASSING[fault]}) as case:
        assert list(bucket.spoiled().keys_stored_before(NOON)) == keys
    assert case.spoiled


@pytest.mark.parametrize("cut", CUT)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_listing_that_was_cut_says_so_after_the_pages_before(
    full_bucket: tuple[SpoiledBucket, list[BlobKey]], proxy: Proxy, cut: str, page: int
) -> None:
    bucket, keys = full_bucket
    listed: list[BlobKey] = []
    with proxy.spoil({page: CUT[cut]}) as case:
        answer = outcome(lambda: listed.extend(bucket.spoiled(attempts=1).keys_stored_before(NOON)))
    assert case.spoiled
    assert answer is Unavailable
    assert listed == keys[: _PAGE * (page - 1)]


@pytest.mark.parametrize("faults", [(fault,) for fault in PASSING] + [("reset after", "late"), ("late", "reset after")])
def test_an_upload_whose_answer_was_lost_is_completed(bucket: SpoiledBucket, proxy: Proxy, faults: tuple[str, ...]) -> None:
    upload = bucket.upload()
    request = put_of(bucket.spoiled(), upload)
    with proxy.spoil({place: PASSING[fault] for place, fault in enumerate(faults, 1)}) as case:
        assert status_of_the_last(request) in {200, 412}
        completes(bucket.spoiled(), upload)
    case.deliver_late()
    assert bucket.versions(upload.key) == 1
    assert read_all(bucket.store(), upload.key) == CONTENT


def test_an_upload_that_broke_off_has_no_bytes_and_can_be_made_again(bucket: SpoiledBucket, proxy: Proxy) -> None:
    upload = bucket.upload()
    request = put_of(bucket.spoiled(), upload)
    with proxy.spoil({1: Fault(Passage.HALF, Loss.RESET)}):
        with pytest.raises(ConnectionResetError):
            send_over_http(request)
        with pytest.raises(BytesMissing):
            completes(bucket.spoiled(), upload)
        assert send_over_http(request).status == 200
        completes(bucket.spoiled(), upload)
    assert bucket.versions(upload.key) == 1


def status_of_the_last(request: HttpRequest) -> int:
    """Of a client that sends its upload again, as it is, until it is told something other than to try later."""
    for _ in range(5):
        try:
            answer = send_over_http(request)
        except (OSError, HTTPException):
            continue
        if answer.status < 500:
            return answer.status
    raise AssertionError("The upload got no answer.")


def completes(store: S3BlobStore, upload: Upload) -> None:
    catalog = MemoryFileCatalog(MemoryChangeFeed(SequentialIds(ManualClock())))
    catalog.begin(sample_file(upload), upload, Plan())
    file = CompleteUpload(catalog, store, ManualClock()).reconcile(upload.owner_id, upload.file_id, upload.id)
    assert (file.status, file.size, file.sha256) == (FileStatus.AVAILABLE, len(CONTENT), DIGEST)


def test_a_download_is_signed_for_the_way_through_the_proxy(bucket: SpoiledBucket, proxy: Proxy) -> None:
    answer = send_over_http(signed(sign_download(bucket.spoiled(), key=bucket.stored())))
    assert (answer.status, answer.body) == (200, CONTENT)


def test_a_silence_is_unavailable_or_not_noticed(versitygw: S3Server, proxy: Proxy) -> None:
    bucket = spoiled_bucket(versitygw, proxy, Config(read_timeout=_HASTE_SECONDS))
    key = bucket.stored()
    with proxy.spoil({1: SILENT}):
        assert outcome(lambda: bucket.spoiled().head(key)) in (bucket.store().head(key), Unavailable)
    with proxy.spoil({1: SILENT, 2: SILENT}):
        assert outcome(lambda: bucket.spoiled().open(key)) is Unavailable
    with proxy.spoil({1: SILENT, 2: SILENT}):
        assert outcome(lambda: bucket.spoiled().delete(key)) is Unavailable
    assert outcome(lambda: bucket.store().head(key)) is NotFound
