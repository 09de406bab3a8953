# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is half-written, and every failure of the file system is one sentence."""

import errno
import os
import stat
from pathlib import Path

import pytest

from visiophare.errors import FileError, UsageError
from visiophare.files import (
    keep_inputs,
    make_folder,
    read_file,
    unreadable,
    unwritable,
    write_atomically,
)


def test_writes_a_file_and_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "slide.pdf"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_function_writes_into_a_path_with_the_same_ending(tmp_path: Path) -> None:
    path = tmp_path / "slide.png"

    def write(temporary: Path) -> None:
        assert temporary.suffix == ".png"
        assert temporary.parent == tmp_path
        temporary.write_bytes(b"picture")

    write_atomically(path, write)
    assert path.read_bytes() == b"picture"


def test_a_failure_in_the_middle_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "slide.png"
    path.write_bytes(b"old")

    def write(temporary: Path) -> None:
        temporary.write_bytes(b"ha")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_atomically(path, write)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "slide.png"
    path.write_bytes(b"old")

    def write(_temporary: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FileError) as caught:
        write_atomically(path, write)
    assert caught.value.code == "disk_full"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_new_file_obeys_the_umask_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "slide.pdf"
    before = os.umask(0o027)
    try:
        write_atomically(path, b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    write_atomically(path, b"two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="/dev/null")
def test_a_device_is_written_into_and_never_replaced() -> None:
    write_atomically(Path("/dev/null"), b"gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_each_failure_has_its_code(tmp_path: Path) -> None:
    def code_of_writing(path: Path) -> str:
        with pytest.raises(FileError) as caught:
            write_atomically(path, b"")
        return caught.value.code

    assert code_of_writing(tmp_path / "none" / "a.pdf") == "folder_missing"
    assert code_of_writing(tmp_path) == "file_is_folder"
    with pytest.raises(FileError, match="There is no file"):
        read_file(tmp_path / "none.svg")
    with pytest.raises(FileError, match="is a folder"):
        read_file(tmp_path)
    (tmp_path / "large.svg").write_bytes(b"12345")
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "large.svg", limit_bytes=4)
    assert caught.value.code == "file_too_large"


def test_what_the_system_refuses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    refused = PermissionError(errno.EACCES, "Permission denied")
    assert str(unreadable(path, refused)) == f"You are not allowed to read {path}."
    assert str(unwritable(path, refused)) == f"You are not allowed to write {path}."
    broken = OSError(errno.EIO, "Input/output error")
    assert str(unreadable(path, broken)) == f"{path} cannot be read: input/output error."
    assert str(unwritable(path, broken)) == f"{path} cannot be written: input/output error."


def test_a_folder_is_made_unless_a_file_has_its_name(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "c").write_bytes(b"")
    for path in (tmp_path / "c", tmp_path / "c" / "d"):
        with pytest.raises(FileError) as caught:
            make_folder(path)
        assert caught.value.code == "folder_is_file"


def test_an_output_that_is_an_input_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    photo, link = tmp_path / "photo.jpg", tmp_path / "link.jpg"
    photo.write_bytes(b"photo")
    link.symlink_to(photo)
    for out in (photo, link, tmp_path / "." / "photo.jpg"):
        with pytest.raises(UsageError, match="would destroy it"):
            keep_inputs([None, out], [None, photo])
    keep_inputs([tmp_path / "new.png", None], [photo, tmp_path / "missing.jpg", None])
    keep_inputs([Path("/dev/null")], [Path("/dev/null")])
