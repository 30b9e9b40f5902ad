"""The EventBridge schedule."""

from datetime import timedelta

from tests.entrypoints.lambda_.conftest import Context

from demobackend.domain.model.names import FileName, MediaType
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.testing.people import caller, put_bytes
from demobackend.testing.samples import sample_upload
from demobackend.testing.world import World
from demobackend_lambda.schedule import schedule_handler

SCHEDULED = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-01-01T12:00:00Z",
    "region": "eu-central-1",
    "resources": ["arn:aws:events:eu-central-1:000000000000:rule/sweep"],
    "detail": {},
}


def test_a_schedule_sweeps_what_is_due_and_says_how_much_that_was(world: World, context: Context) -> None:
    world.files.create(caller(world), NewFile(name=FileName("a.txt"), size=5, media_type=MediaType("text/plain")))
    world.clock.advance(timedelta(days=2))
    sweep = schedule_handler(world.events)
    assert sweep(SCHEDULED, context) == {"uploads": 1, "files": 0, "blobs": 0, "completed": 0, "indexed": 0}
    assert sweep(SCHEDULED, context) == {"uploads": 0, "files": 0, "blobs": 0, "completed": 0, "indexed": 0}


def test_a_schedule_may_leave_the_blobs_for_another_time(world: World, context: Context) -> None:
    put_bytes(world.stores.gateway, sample_upload().key, b"0123456789")
    world.clock.advance(timedelta(days=2))
    sweep = schedule_handler(world.events)
    assert sweep({"check_blobs": False}, context)["blobs"] == 0
    assert sweep(SCHEDULED, context)["blobs"] == 1
