# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON files of this package: read with every fault listed, written whole or not at all.

Owns: opening, the version check, typed access to fields, the temporary file and the rename.
Must not know: what the fields mean.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.errors import N_, MappingError, Problem
from visiophare_mapping.file_kinds import Kind, mistaken_kind

_LARGEST_FILE_BYTES = 64 * 2**20


class Fields:
    """A JSON object being read.  A faulty field is noted in `problems` and read as something
    harmless, so that one pass finds every fault; call `raise_problems` before using the values.
    """

    def __init__(self, value: object, path: str, problems: list[Problem]) -> None:
        self._problems = problems
        self._path = path
        self._values: dict[str, Any] = {}
        if isinstance(value, dict):
            self._values = value
        else:
            self._fault(path or ".", N_("{field} must be an object, in braces."))

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def equals(self, key: str, value: object) -> bool:
        """Whether the field has exactly this value (and not `true` for 1)."""
        found = self._values.get(key)
        return type(found) is type(value) and found == value

    def number(self, key: str, *, above: float | None = None) -> float:
        """A finite number, larger than `above` if that is given."""
        value: Any = self._values.get(key)
        if not _is_number(value) or (above is not None and float(value) <= above):
            if above is None:
                self._fault(self._name(key), N_("{field} must be a number."))
            else:
                self._fault(
                    self._name(key), N_("{field} must be a number above {above:g}."), above=above
                )
            return 1.0
        return float(value)

    def integer(self, key: str, *, least: int = 0) -> int:
        """A whole number, at least `least`."""
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            template = N_("{field} must be a whole number, {least} or more.")
            self._fault(self._name(key), template, least=least)
            return least
        return value

    def text(self, key: str, *, among: tuple[str, ...] = ()) -> str:
        """A string; one of `among` if that is given."""
        value = self._values.get(key)
        if isinstance(value, str) and (not among or value in among):
            return value
        if among:
            template = N_("{field} must be one of: {choices}.")
            self._fault(self._name(key), template, choices=", ".join(among))
        else:
            self._fault(self._name(key), N_("{field} must be a text."))
        return among[0] if among else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._values.get(key)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self._fault(self._name(key), N_("{field} must be a list of texts."))
            return ()
        return tuple(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._values.get(key)
        if not isinstance(value, bool):
            self._fault(self._name(key), N_("{field} must be true or false."))
        return value is True

    def numbers(self, key: str, *shape: int | None) -> NDArray[np.float64]:
        """An array of finite numbers of this shape; None stands for any length but zero."""
        value = self._values.get(key)
        array = _as_array(value)
        fits = (
            array is not None
            and array.ndim == len(shape)
            and all(
                have == want if want is not None else have > 0
                for have, want in zip(array.shape, shape, strict=True)
            )
        )
        if array is None or not fits:
            size = " × ".join("n" if length is None else str(length) for length in shape)
            template = N_("{field} must be a list of finite numbers, {size}.")
            self._fault(self._name(key), template, size=size)
            lengths = [length or 1 for length in shape]
            return np.eye(lengths[0], lengths[1]) if len(lengths) == 2 else np.ones(lengths)
        return array

    def child(self, key: str) -> Fields:
        """The object under `key`."""
        return Fields(self._values.get(key), self._name(key), self._problems)

    def children(self, key: str) -> Iterator[Fields]:
        """Each object of the non-empty list under `key`."""
        value = self._values.get(key)
        if not isinstance(value, list) or not value:
            self._fault(self._name(key), N_("{field} must be a list with at least one entry."))
            return
        for index, entry in enumerate(value):
            yield Fields(entry, f"{self._name(key)}[{index}]", self._problems)

    def fault(self, key: str, template: str, **params: object) -> None:
        """Note that the field `key` is wrong; `template` may use {field}."""
        self._fault(self._name(key), template, **params)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _fault(self, field: str, template: str, **params: object) -> None:
        self._problems.append(Problem(0, template, params={"field": field, **params}))


def read_json(
    path: Path | str, error: type[MappingError], version: int, kind: Kind
) -> tuple[Fields, list[Problem]]:
    """Open the JSON object in `path`, written by this `version` of its format.

    Raises: `error` with code file_missing, file_unreadable, not_json, other_file or
    version_unknown.
    """
    fields, problems = read_json_object(path, error, kind)
    if not problems and not fields.equals("version", version):
        raise error(
            "version_unknown",
            N_("{path} has no version {version} of this format."),
            N_("Make the file again with this version of `visiophare`."),
            path=str(path),
            version=version,
        )
    return fields, problems


def read_json_object(
    path: Path | str, error: type[MappingError], kind: Kind
) -> tuple[Fields, list[Problem]]:
    """Open the JSON object in `path`; what is wrong with its fields is added to the problems.

    Raises: `error` with code file_missing, file_unreadable, not_json, or other_file for one of our
    files that is of another kind.
    """
    name = str(path)
    try:
        if os.path.getsize(path) > _LARGEST_FILE_BYTES:
            raise error(
                "file_unreadable",
                N_("{path} is far too large to be a file of ours."),
                N_("Give the .json file that `visiophare` wrote."),
                path=name,
            )
        content = Path(path).read_text(encoding="utf-8-sig")
        value = json.loads(content)
    except FileNotFoundError:
        raise error(
            "file_missing",
            N_("There is no file {path}."),
            N_("Check the name, or make the file first."),
            path=name,
        ) from None
    except OSError as cause:
        raise error(
            "file_unreadable",
            N_("{path} cannot be read: {cause}."),
            N_("Check that it is a file and that you may read it."),
            path=name,
            cause=cause,
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as cause:
        line = getattr(cause, "lineno", None)
        raise error(
            "not_json",
            N_("{path} is not a readable JSON file."),
            N_("Give the .json file that `visiophare` wrote, unchanged."),
            problems=(Problem(line, N_("The text stops being JSON here.")),) if line else (),
            path=name,
        ) from None
    other = mistaken_kind(value, kind) if isinstance(value, dict) else None
    if other is not None:
        raise error("other_file", other.mistaken, kind.meant, path=name)
    problems: list[Problem] = []
    return Fields(value, "", problems), problems


def raise_problems(path: Path | str, problems: list[Problem], error: type[MappingError]) -> None:
    """Raise `error` with code file_invalid if anything was noted."""
    if not problems:
        return
    raise error(
        "file_invalid",
        N_("{path} cannot be used: some of its fields are missing or wrong."),
        N_("Make the file again, or correct these fields."),
        problems=tuple(problems),
        path=str(path),
    )


def json_text(document: dict[str, Any]) -> str:
    """The document as the text of a file."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path | str, document: dict[str, Any]) -> None:
    """Write `document` to a temporary file beside `path`, then rename.  Raises: OSError."""
    target = Path(path)
    text = json_text(document)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e300
        and math.isfinite(value)
    )


def _as_array(value: object) -> NDArray[np.float64] | None:
    """A nested list of finite numbers as an array; None for anything else."""
    if not isinstance(value, list) or not _all_numbers(value):
        return None
    try:
        return np.array(value, dtype=np.float64)
    except ValueError:
        return None


def _all_numbers(value: list[Any], depth: int = 0) -> bool:
    if depth > 3:
        return False
    return all(
        _all_numbers(entry, depth + 1) if isinstance(entry, list) else _is_number(entry)
        for entry in value
    )
