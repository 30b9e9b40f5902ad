"""What is in the zips, and what is not."""

import hashlib
import re
import stat
import zipfile
from pathlib import Path

import pytest
from tests.packaging.conftest import ARCHITECTURE, HANDLERS, package

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]

MAX_ZIP_BYTES = 30_000_000
MAX_UNZIPPED_BYTES = 250_000_000
FOREIGN = frozenset(
    {
        "apsw",
        "awscrt",
        "fastapi",
        "flask",
        "httpx",
        "hypothesis",
        "litestar",
        "moto",
        "pytest",
        "starlette",
        "uvicorn",
        "werkzeug",
    }
)
NOISE = re.compile(r"/tests/|\.(c|h|pyi|pyx)$|\.dist-info/(INSTALLER|RECORD)$")
ELF_MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}  # e_machine, ELF specification


@pytest.fixture(params=HANDLERS)
def archive(request: pytest.FixtureRequest, zips: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(zips / f"{request.param}.zip")


def name_of(archive: zipfile.ZipFile) -> str:
    """The function that an archive is of."""
    return Path(archive.filename or "").stem


def test_every_handler_has_a_zip(zips: Path) -> None:
    assert sorted(path.name for path in zips.iterdir()) == [f"{name}.zip" for name in HANDLERS]


def test_a_zip_is_small_enough(archive: zipfile.ZipFile) -> None:
    assert Path(archive.filename or "").stat().st_size <= MAX_ZIP_BYTES
    assert sum(entry.file_size for entry in archive.infolist()) <= MAX_UNZIPPED_BYTES


def test_a_zip_holds_no_framework_no_tool_and_no_other_profile_s_library(archive: zipfile.ZipFile) -> None:
    unused = FOREIGN | (set() if name_of(archive) == "users" else {"argon2"})
    assert unused & {name.partition("/")[0] for name in archive.namelist()} == set()


def test_a_zip_holds_nothing_that_is_never_loaded(archive: zipfile.ZipFile) -> None:
    assert [name for name in archive.namelist() if NOISE.search(name)] == []


def test_a_zip_holds_its_own_handler_and_no_other(archive: zipfile.ZipFile) -> None:
    handlers = {name for name in HANDLERS if f"demobackend_lambda/{name}.py" in archive.namelist()}
    assert handlers == {name_of(archive)}


def test_a_zip_holds_none_of_the_tests_kit_and_no_adapter_of_one_machine(archive: zipfile.ZipFile) -> None:
    unwanted = ("demobackend/testing/", "demobackend/adapters/sqlite/", "demobackend/adapters/filesystem/")
    assert [name for name in archive.namelist() if name.startswith(unwanted)] == []


def test_every_module_comes_with_its_bytecode(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    modules = [Path(name) for name in names if name.endswith(".py")]
    assert [
        str(path) for path in modules if f"{path.parent.as_posix()}/__pycache__/{path.stem}.cpython-313.pyc".removeprefix("./") not in names
    ] == []


def test_bytecode_is_believed_unread_and_names_no_folder_of_this_machine(archive: zipfile.ZipFile) -> None:
    """Flags 1: a hash of the source stands in place of its time, and nobody compares it (PEP 552)."""
    for name in archive.namelist():
        if name.startswith("demobackend") and name.endswith(".pyc"):
            code = archive.read(name)
            assert code[4:8] == b"\x01\x00\x00\x00"
            assert b"/var/task/demobackend" in code and b"lambda-packages-" not in code


def test_entries_are_sorted_of_one_time_and_readable_by_all(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {stat.filemode(entry.external_attr >> 16) for entry in entries} == {"-rw-r--r--"}


def test_the_same_sources_give_the_same_bytes(zips: Path, tmp_path: Path) -> None:
    again = package(tmp_path, "--arch", ARCHITECTURE, "--function", "files", "--function", "prepare") / ARCHITECTURE
    assert {path.name: _digest(path) for path in again.iterdir()} == {path.name: _digest(zips / path.name) for path in again.iterdir()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("architecture", sorted(ELF_MACHINES))
def test_native_libraries_are_of_the_architecture(architecture: str, zips: Path, tmp_path: Path) -> None:
    name = "change_events"
    built = zips if architecture == ARCHITECTURE else package(tmp_path, "--arch", architecture, "--function", name) / architecture
    with zipfile.ZipFile(built / f"{name}.zip") as archive:
        libraries = [name for name in archive.namelist() if name.endswith(".so")]
        machines = {int.from_bytes(archive.read(name)[18:20], "little") for name in libraries}
    assert machines == {ELF_MACHINES[architecture]}
