"""The probe of a disk tells whether it takes writes."""

import errno

import pytest

from demobackend.adapters.filesystem.disk import Disk, SystemCalls
from demobackend.adapters.filesystem.probe import FilesystemProbe
from demobackend.domain.model.errors import Unavailable


def test_a_disk_that_takes_writes_is_well_and_left_as_it_was(tmp_path):
    FilesystemProbe(tmp_path).check()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_unavailable(tmp_path):
    class Full(SystemCalls):
        def write(self, file, content):
            raise OSError(errno.ENOSPC, "")

    with pytest.raises(Unavailable):
        FilesystemProbe(tmp_path, disk=Disk(Full())).check()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_directory_is_unavailable(tmp_path):
    with pytest.raises(Unavailable):
        FilesystemProbe(tmp_path / "gone").check()
