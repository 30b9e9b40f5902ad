"""Records that fail among others: what is done, what comes again, and what becomes of a record that always fails."""

from random import Random

import pytest
from tests.entrypoints.lambda_.conftest import Context
from tests.entrypoints.lambda_.deliveries import RECEIVES, STREAM_TRIES, Mishaps, message_id, sequence_number
from tests.entrypoints.lambda_.histories import PEOPLE, Backend
from tests.entrypoints.lambda_.object_events import record

from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.names import FileName
from demobackend.domain.model.upload import Upload
from demobackend.domain.use_cases.files.create_file import UPLOAD_LIFE, NewFile
from demobackend.testing.faults import Fault, fault_in, faulty
from demobackend.testing.people import add_file
from demobackend.testing.samples import DAY
from demobackend.testing.world import World
from demobackend_lambda.change_events import changes_handler
from demobackend_lambda.file_events import arrivals_handler

ADA, ABE = PEOPLE
POISON = record("{", "poison")


@pytest.fixture
def backend() -> Backend:
    return Backend(Mishaps(), Random(0))


def available(backend: Backend, number: int) -> File:
    """A file that the index does not know yet."""
    return add_file(backend.people, PEOPLE[number % 2], b"seventeen herons", name=f"{number}.txt")


def without_bytes(backend: Backend, number: int) -> File:
    """A file whose text can never be read."""
    file = available(backend, number)
    backend.people.stores.blobs.delete(file.blob)
    return file


def arrived(backend: Backend, number: int) -> Upload:
    """An upload whose bytes came, which nobody completed."""
    _, upload, _ = backend.people.files.create(ADA, NewFile(name=FileName(f"{number}.txt"), size=5))
    backend.put(upload, b"hello")
    return upload


def test_a_stream_s_record_that_fails_leaves_those_before_and_after_it_done(backend: Backend) -> None:
    first, poison, last = available(backend, 1), without_bytes(backend, 2), available(backend, 3)
    records = backend.catalog.records
    failed = changes_handler(backend.events)({"Records": records}, Context())["batchItemFailures"]
    about_poison = [sequence_number(each) for each in records if poison.id in str(each)]
    assert [failure["itemIdentifier"] for failure in failed] == about_poison
    assert backend.index.held().keys() == {first.id, last.id}


def test_a_stream_s_record_that_always_fails_is_given_up_and_what_follows_it_goes_on(backend: Backend) -> None:
    poison = without_bytes(backend, 1)
    others = {available(backend, number).id for number in range(2, 30)}
    backend.pass_on()
    assert backend.index.held().keys() == others
    assert poison.id in str(backend.delivery.changes.dead)
    assert backend.delivery.changes.invocations < 3 * STREAM_TRIES + len(backend.catalog.records)


def test_a_file_that_the_index_did_not_take_is_not_noted_as_indexed(backend: Backend) -> None:
    file, people = available(backend, 1), backend.people
    faults = fault_in("put", Fault.BEFORE, times=len(backend.catalog.records))
    refused = World(people.stores, people.clock, wrap=lambda port, name: faulty(port, faults) if name == "index" else port)
    changes_handler(refused.events)({"Records": backend.catalog.records}, Context())
    assert not people.stores.catalog.get(file.owner_id, file.id).indexed


def test_a_message_that_fails_leaves_the_others_of_its_batch_done(backend: Backend) -> None:
    uploads = [arrived(backend, number) for number in range(3)]
    backend.clock.advance(UPLOAD_LIFE)
    messages = backend.messages()
    failed = arrivals_handler(backend.events)({"Records": [messages[0], POISON, *messages[1:]]}, Context())["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failed] == ["poison"]
    assert {backend.catalog.files()[upload.file_id].status for upload in uploads} == {FileStatus.AVAILABLE}


def test_a_message_that_always_fails_is_a_dead_letter_and_the_others_are_not(backend: Backend) -> None:
    arrived(backend, 1)
    backend.delivery.pass_on_arrivals([POISON, *backend.messages()])
    assert [message_id(message) for message in backend.delivery.arrivals.dead] == ["poison"]
    assert backend.delivery.arrivals.invocations == RECEIVES


def test_what_an_outage_made_dead_letters_of_is_mended_by_the_schedule_a_day_later() -> None:
    backend = Backend(Mishaps(failing=1.0), Random(0))
    changed, forgotten = available(backend, 1), arrived(backend, 2)
    backend.clock.advance(UPLOAD_LIFE)
    backend.pass_on_arrivals()
    backend.pass_on()
    assert backend.delivery.arrivals.dead
    assert backend.delivery.changes.dead
    backend.handlers_fail = False
    backend.clock.advance(2 * DAY)
    assert backend.sweep() == {"uploads": 0, "files": 0, "blobs": 0, "completed": 1, "indexed": 1}
    backend.pass_on()
    assert backend.index.held().keys() == {changed.id, forgotten.file_id}
