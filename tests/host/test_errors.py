# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected errors: what they carry, and that both packages' errors have one shape."""

import errno
import os
import pickle

import pytest

from visiophare.errors import Explained, Problem, ShowError, UsageError, VisiophareError, fill
from visiophare.reasons import reason_of
from visiophare_mapping.errors import MappingError

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX links and errors")


def test_an_error_is_its_english_sentence() -> None:
    error = VisiophareError("port_missing", "There is no port {port}.", "See.", port="COM3")
    assert str(error) == "There is no port COM3."
    assert (error.code, error.hint, error.params) == ("port_missing", "See.", {"port": "COM3"})


def test_values_with_braces_are_printed_as_they_are() -> None:
    assert str(VisiophareError("file", "No {path}.", path="{0}{a}.svg")) == "No {0}{a}.svg."


def test_a_value_may_have_any_name() -> None:
    error = VisiophareError("refused", "{code}: {template}", "{hint}", code=3, template=4, hint=5)
    assert (str(error), error.code, error.hint) == ("3: 4", "refused", "{hint}")


def test_asking_wrongly_and_failing_exit_differently() -> None:
    assert (UsageError.exit_code, VisiophareError.exit_code, MappingError.exit_code) == (2, 1, 1)


def test_the_errors_of_both_packages_have_one_shape() -> None:
    assert isinstance(VisiophareError("a", "b"), Explained)
    assert isinstance(MappingError("a", "b"), Explained)
    assert not isinstance(ValueError("a"), Explained)


def test_what_the_system_says_is_told_in_the_language_of_the_sentence() -> None:
    refused = OSError(errno.EROFS, "Read-only file system")
    error = VisiophareError("file", "{path} cannot be written: {reason}.", path="a", reason=refused)
    assert str(error) == "a cannot be written: the disk is read-only."
    french = {
        "{path} cannot be written: {reason}.": "{path} : {reason}.",
        "the disk is read-only": "non",
    }
    assert fill(error.template, error.params, lambda text: french[text]) == "a : non."
    odd = OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    assert reason_of(odd) == os.strerror(errno.EXDEV)
    assert reason_of(OSError()) == "OSError"


@posix
def test_a_french_message_has_no_english_reason(visiophare, tmp_path) -> None:
    (tmp_path / "circle.svg").symlink_to("circle.svg")
    (tmp_path / "circle.json").symlink_to("circle.json")
    (tmp_path / "circle.png").symlink_to("circle.png")
    (tmp_path / "file").write_text("")
    for words in (
        ("demo", "--artwork", "circle.svg"),
        ("map", "--calibration", "circle.json", "--from", "slide", "--to", "camera"),
        ("demo", "--facade", "circle.png"),
    ):
        run = visiophare(*words, lang="fr")
        assert run.code == 1
        assert "des liens symboliques tournent en rond" in run.err, words
    run = visiophare("show", "check", "file/show.toml", lang="fr")
    assert "une partie du chemin n'est pas un dossier" in run.err


def test_there_are_at_most_five_children_each() -> None:
    assert len(VisiophareError.__subclasses__()) <= 5
    assert len(MappingError.__subclasses__()) <= 5


def test_an_error_survives_the_way_between_two_processes() -> None:
    problems = [Problem(3, "No cue {cue}.", "", {"cue": "og"})]
    error = ShowError("show_wrong", "{count} mistakes.", "Fix.", problems=problems, count=1)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is ShowError
    assert str(copy) == "1 mistakes."
    assert (copy.code, copy.hint, copy.params) == (error.code, error.hint, error.params)
    assert copy.problems == error.problems
