# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in, files out: nothing is ever half-written, and every failure is one sentence.

Knows the file system only; what the bytes mean is the caller's business.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from visiophare.errors import FileError, UsageError
from visiophare.words import N_


def write_atomically(path: Path, content: bytes | Callable[[Path], object]) -> None:
    """Writes a whole file or nothing: a temporary file beside it, then a rename.

    `content` is the bytes, or a function that writes them to the path it is given (for libraries
    that write files themselves; the path has the same ending as `path`).

    Raises FileError when the folder is missing or refuses, or when the disk is full.
    """
    path = Path(path)
    if path.is_symlink():
        path = path.resolve()  # else the rename would replace the link, not the file
    if path.exists() and not path.is_file() and not path.is_dir():
        return _write_into_device(path, content)
    try:
        # mkstemp makes the file private; a new file ought to obey the umask as any other does.
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
    except OSError as error:
        raise unwritable(path, error) from error
    temporary = Path(name)
    try:
        temporary.chmod(_mode_for(path))
        if isinstance(content, bytes):
            temporary.write_bytes(content)
        else:
            content(temporary)
        _flush_to_disk(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def keep_inputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Ask before any work: would writing an output replace a file that a person gave to be read?

    Raises UsageError out_is_input.  None stands for a file that was not asked for.
    """
    given = [path for path in inputs if path is not None]
    for out in outputs:
        if out is not None and any(_is_same_file(out, path) for path in given):
            raise UsageError(
                "out_is_input",
                N_("{path} is read by this command: writing it would destroy it."),
                N_("Give the result another name."),
                path=out,
            )


def _is_same_file(one: Path, other: Path) -> bool:
    """Also through links, and on disks that do not tell capitals from small letters."""
    try:
        return one.is_file() and other.is_file() and one.samefile(other)
    except OSError:
        return False


def read_file(path: Path, limit_bytes: int = 256 * 1024 * 1024) -> bytes:
    """The bytes of a file that a person named.

    Raises FileError when it is missing, a folder, unreadable, or larger than `limit_bytes`.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > limit_bytes:
        raise FileError(
            "file_too_large",
            N_("{path} is larger than {limit_mb} MB."),
            N_("Check that this is the file you meant."),
            path=path,
            limit_mb=limit_bytes // (1024 * 1024),
        )
    return content


def make_folder(path: Path) -> None:
    """Makes a folder, with the folders above it; one that is there already is good enough.

    Raises FileError when something else bears the name, or when the system refuses.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileError(
            "folder_is_file",
            N_("{path} cannot be a folder: a file has that name."),
            N_("Choose another name."),
            path=path,
        ) from error
    except OSError as error:
        raise FileError(
            "folder_unwritable",
            N_("The folder {path} cannot be made: {reason}."),
            N_("Choose a folder that is yours."),
            path=path,
            reason=error,
        ) from error


def unreadable(path: Path, error: OSError) -> FileError:
    """The sentence for a file that could not be read."""
    if isinstance(error, FileNotFoundError):
        return FileError(
            "file_missing",
            N_("There is no file {path}."),
            N_("Check the spelling and the folder you are in."),
            path=path,
        )
    if path.is_dir():
        return _is_folder(path)
    if isinstance(error, PermissionError):
        return FileError(
            "file_not_allowed",
            N_("You are not allowed to read {path}."),
            N_("Check who owns the file and who may read it."),
            path=path,
        )
    return FileError(
        "file_unreadable",
        N_("{path} cannot be read: {reason}."),
        N_("Check the disk or card that it is on."),
        path=path,
        reason=error,
    )


def unwritable(path: Path, error: OSError) -> FileError:
    """The sentence for a file that could not be written; whatever was there before is untouched."""
    if not path.parent.is_dir():
        return FileError(
            "folder_missing",
            N_("There is no folder {folder} to write {name} into."),
            N_("Create the folder, or choose another one."),
            folder=path.parent,
            name=path.name,
        )
    if path.is_dir():
        return _is_folder(path)
    if error.errno == errno.ENOSPC:
        return FileError(
            "disk_full",
            N_("The disk is full: {path} could not be written."),
            N_("Make room, then try again; nothing was changed."),
            path=path,
        )
    template = N_("{path} cannot be written: {reason}.")
    if isinstance(error, PermissionError):
        template = N_("You are not allowed to write {path}.")
    return FileError(
        "file_unwritable",
        template,
        N_("Choose a folder that is yours."),
        path=path,
        reason=error,
    )


def _is_folder(path: Path) -> FileError:
    return FileError(
        "file_is_folder",
        N_("{path} is a folder, but a file is needed."),
        N_("Name a file inside it."),
        path=path,
    )


def _write_into_device(path: Path, content: bytes | Callable[[Path], object]) -> None:
    # A rename onto /dev/stdout or /dev/null would replace the device itself.
    try:
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)
    except OSError as error:
        raise unwritable(path, error) from error


def _mode_for(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _flush_to_disk(path: Path) -> None:
    # Opened for writing: Windows refuses to flush a file that is open for reading only.
    with path.open("r+b") as file:
        os.fsync(file.fileno())
