"""What the worker may cost, and what is said of one that costs more, dies or lies."""

import fcntl
import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from demobackend.adapters.extraction import source
from demobackend.adapters.extraction.text_extractor import Limits, SubprocessTextExtractor
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.extraction import Extraction, TextStatus

ENDLESS = b"<b>" * 200_000 + b"</i>" * 200_000  # each closing tag is looked for among all open ones
READY = "import os, signal, sys, time\nprint('ready', flush=True)\n"


def read(extractor: SubprocessTextExtractor, content: bytes = b"", media_type: str = "text/plain") -> Extraction:
    return extractor.extract(io.BytesIO(content), media_type=media_type, name="name")


def answer_of(script: str, folder: Path, *, limits: Limits | None = None) -> Extraction:
    """What is made of a worker that runs this script once it is ready."""
    worker = folder / "worker.py"
    worker.write_text(READY + script)
    return read(SubprocessTextExtractor(limits or Limits(), worker=worker))


def unreadable(reason: str) -> Extraction:
    return Extraction("", TextStatus.UNREADABLE, reason)


def test_a_document_that_takes_too_much_processor_time_is_too_slow() -> None:
    assert read(SubprocessTextExtractor(Limits(cpu_seconds=1)), ENDLESS, "text/html") == unreadable("too_slow")


def test_a_reader_whose_parent_is_gone_ends_by_itself(tmp_path: Path) -> None:
    extractor, document = SubprocessTextExtractor(), tmp_path / "document"
    document.write_bytes(ENDLESS)
    arguments = ["html", "", "whole", "1000", "60", "0", "1000000000", *sys.path]  # 60 seconds of processor time, none by the clock
    with document.open("rb") as file:
        ended = subprocess.run([sys.executable, extractor.worker, *arguments], stdin=file, stdout=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stdout) == (-signal.SIGALRM, b"ready\n")


def test_a_document_that_takes_too_much_memory_is_said_to() -> None:
    extractor = SubprocessTextExtractor(Limits(memory_bytes=96 * 1024 * 1024))
    assert read(extractor, b"word " * 10_000_000) == unreadable("too_much_memory")


def test_a_document_that_takes_too_long_is_too_slow_and_nothing_of_its_group_goes_on(tmp_path: Path) -> None:
    lock, survived = tmp_path / "lock", tmp_path / "survived"
    script = f"import fcntl; lock = open({str(lock)!r}, 'w'); fcntl.flock(lock, fcntl.LOCK_EX); os.fork(); time.sleep(10); "
    assert answer_of(script + f"open({str(survived)!r}, 'w')", tmp_path, limits=Limits(wall_seconds=1)) == unreadable("too_slow")
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # granted when the last process of the group is gone
    assert not survived.exists()


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGBUS, signal.SIGFPE])
def test_a_document_that_kills_its_reader_is_said_to_crash_it(number: signal.Signals, tmp_path: Path) -> None:
    assert answer_of(f"os.kill(os.getpid(), {number.value})", tmp_path) == unreadable("crashed")


def test_a_reader_that_the_kernel_kills_for_memory_had_too_little(tmp_path: Path) -> None:
    assert answer_of("os.kill(os.getpid(), signal.SIGKILL)", tmp_path) == unreadable("too_much_memory")


def test_an_error_that_the_parser_did_not_foresee_makes_the_document_broken(tmp_path: Path) -> None:
    assert answer_of("raise ValueError", tmp_path) == unreadable("broken")


@pytest.mark.parametrize("verdict", ["", "none", "pending", "unreadable", "\\xff", "indexed" * 99])
def test_a_reader_that_says_what_no_reader_says_is_not_believed(verdict: str, tmp_path: Path) -> None:
    assert answer_of(f"print('{verdict}')", tmp_path) == unreadable("crashed")


def test_a_reader_that_floods_its_answer_is_believed_up_to_the_limit_and_only_valid_text(tmp_path: Path) -> None:
    flood = "sys.stdout.buffer.write(b'indexed\\n' + b'a\\0\\xff\\xed\\xa0\\x80' * 1_000_000)"
    answer = answer_of(flood, tmp_path, limits=Limits(text_bytes=60))
    assert answer == Extraction("a" * 10, TextStatus.INDEXED)


@pytest.mark.parametrize("worker", ["print('hello')", "raise ImportError", "import os; os.abort()", ""])
def test_a_reader_that_never_gets_ready_is_unavailable_whatever_the_document(worker: str, tmp_path: Path) -> None:
    program = tmp_path / "worker.py"
    program.write_text(worker)
    with pytest.raises(Unavailable):
        read(SubprocessTextExtractor(worker=program))


def test_without_a_worker_or_a_place_for_the_document_it_is_unavailable(tmp_path: Path) -> None:
    for broken in (SubprocessTextExtractor(worker=tmp_path / "absent.py"), SubprocessTextExtractor(scratch=tmp_path / "absent")):
        with pytest.raises(Unavailable):
            read(broken)


def test_a_stream_that_cannot_be_read_is_unavailable() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError

    with pytest.raises(Unavailable):
        SubprocessTextExtractor().extract(Failing(), media_type="text/plain", name="name")


def test_the_reader_is_told_nothing_of_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMOBACKEND_SECRET", "sesame")
    told = answer_of("print('indexed'); print(list(os.environ), os.getcwd(), os.listdir('/proc/self/fd'))", tmp_path).text
    assert "SECRET" not in told and told.endswith(" / ['0', '1', '2', '3']\n")


def test_the_reader_stands_under_every_limit_before_it_sees_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "demobackend/adapters/extraction"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (package / "source.py").write_text(Path(source.__file__).read_text())
    (package / "plain_text.py").write_text(
        "import resource\n"
        "def pieces(source):\n"
        "    for name in ('CPU', 'AS', 'FSIZE', 'NOFILE', 'NPROC', 'CORE'):\n"
        "        yield f\"{name} {resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0]}\\n\"\n"
    )
    # The worker imports what its parent would: here, a parser that tells.
    monkeypatch.syspath_prepend(tmp_path)
    told = read(SubprocessTextExtractor(Limits(cpu_seconds=7, memory_bytes=500_000_000, text_bytes=1_000)))
    assert told.text.split("\n") == ["CPU 7", "AS 500000000", "FSIZE 1064", "NOFILE 32", "NPROC 0", "CORE 0", ""]


@pytest.mark.parametrize(("media_type", "reason"), [("application/pdf", "too_large"), ("text/plain", None)])
def test_of_a_document_beyond_its_size_a_beginning_is_read_where_that_is_of_use(media_type: str, reason: str | None) -> None:
    extractor = SubprocessTextExtractor(Limits(document_bytes=8, prefix_bytes=8))
    answer = read(extractor, "äöüßäöüß".encode()[:-1], media_type)
    assert answer == (unreadable(reason) if reason else Extraction("äöüß", TextStatus.PARTIAL))


def test_a_document_of_just_its_limit_is_whole() -> None:
    extractor = SubprocessTextExtractor(Limits(prefix_bytes=8, text_bytes=8))
    assert read(extractor, b"12345678") == Extraction("12345678", TextStatus.INDEXED)
    assert read(extractor, b"123456789") == Extraction("12345678", TextStatus.PARTIAL)


@pytest.mark.parametrize(
    ("media_type", "content", "text"),
    [("application/json", b'{"a": ["bc", "def"]}', "a\nbc\n"), ("text/html", b"<p>a</p><p>b</p><p>c</p>", "a\nb\n")],
)
def test_of_a_marked_up_document_beyond_its_size_the_text_of_the_beginning_is_kept(media_type: str, content: bytes, text: str) -> None:
    extractor = SubprocessTextExtractor(Limits(prefix_bytes=16))
    assert read(extractor, content, media_type) == Extraction(text, TextStatus.PARTIAL)
