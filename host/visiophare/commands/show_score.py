# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare show compile` and `visiophare show upload`: a show for a board to play alone."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import (
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
    progress,
    warn,
    write_atomically,
)
from visiophare.words import N_, _

if TYPE_CHECKING:
    from visiophare.show.score_limits import Compiled

TOLD_EVERY = 50  # pieces


@click.command(
    "compile",
    cls=Command,
    short_help=_("Make of a show the score that a board plays alone."),
    help=_(
        "Make of a show the score that a board plays alone, without a computer.\n\n"
        "What a board cannot do is listed with its lines, and then nothing is written."
    ),
    epilog=_("Example: visiophare show compile show.toml --out show.score"),
)
@click.argument("show_path", metavar="SHOW.toml", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "out_path",
    metavar=_("SHOW.score"),
    required=True,
    type=click.Path(path_type=Path),
    help=_("The file to write."),
)
@json_option
def compile_command(show_path: Path, out_path: Path, as_json: bool) -> None:
    """Reads, compiles, writes."""
    from visiophare.files import keep_inputs
    from visiophare.show.score_bytes import checksum

    keep_inputs([out_path], [show_path])
    compiled = _compiled(show_path, as_json)
    write_atomically(out_path, compiled.score)
    size, crc = len(compiled.score), checksum(compiled.score)
    sentence = _("{path}: {size} bytes, checksum {crc}.")
    emit(
        as_json,
        {"score": out_path, "bytes": size, "crc": crc, "left_out": _left_out(compiled)},
        [sentence.format(path=out_path, size=size, crc=crc)],
    )


@click.command(
    "upload",
    cls=Command,
    short_help=_("Send a score to a board, which then plays it alone."),
    help=_(
        "Send a score, or a show, to a board, which keeps it and plays it alone.\n\n"
        "The projector goes dark and stands still for it. Its button then plays one cue after the "
        "other; MIDI notes play what they are bound to; after `visiophare settings score_start "
        "power_on --save` it begins by itself when power comes. Whatever interrupts this, the "
        "board keeps its old score or has the new one."
    ),
    epilog=_("Example: visiophare show upload show.toml --port /dev/ttyACM0"),
)
@click.argument("path", metavar=_("SHOW.toml|SHOW.score"), type=click.Path(path_type=Path))
@port_option
@json_option
def upload_command(path: Path, port: str | None, as_json: bool) -> None:
    """Reads everything first, then opens the port and sends."""
    from visiophare.show.fitting import refuse_misfit, refuse_misfit_of
    from visiophare.show.score_bytes import checksum, moves_in
    from visiophare.show.upload import upload

    compiled = _score_or_show(path, as_json)
    with open_projector(port) as projector:
        if compiled.show:
            refuse_misfit(compiled.show, projector.settings(), path)
        else:
            refuse_misfit_of(moves_in(compiled.score), projector.settings(), path)
        upload(projector, compiled.score, _tell)
    size, crc = len(compiled.score), checksum(compiled.score)
    emit(
        as_json,
        {"bytes": size, "crc": crc, "left_out": _left_out(compiled)},
        [_("The board has the score ({size} bytes, {crc}).").format(size=size, crc=crc)],
    )


def _score_or_show(path: Path, as_json: bool) -> "Compiled":
    """The score in a file, or that of the show in it.  Raises FileError, ShowError."""
    from visiophare.errors import FileError
    from visiophare.files import read_file
    from visiophare.show.score_bytes import MAGIC_BYTES, is_score
    from visiophare.show.score_limits import Compiled

    data = read_file(path)
    if not data.startswith(MAGIC_BYTES[:3]):
        return _compiled(path, as_json)
    if not is_score(data):
        raise FileError(
            "score_damaged",
            N_("{path} is no score for this version, or not a whole one."),
            N_("Make it again: visiophare show compile SHOW.toml --out {path}"),
            path=path,
        )
    return Compiled(data)


def _compiled(path: Path, as_json: bool) -> "Compiled":
    from visiophare.show.reading import load_show
    from visiophare.show.score_limits import compile_show

    compiled = compile_show(load_show(path), path)
    if not as_json:
        for problem in compiled.left_out:
            warn(_("line {line}: {what}").format(line=problem.line, what=problem.message(_)))
    return compiled


def _left_out(compiled: "Compiled") -> list[dict[str, object]]:
    return [{"line": problem.line, "what": problem.message()} for problem in compiled.left_out]


def _tell(sent: int, count: int) -> None:
    if sent % TOLD_EVERY == 0 or sent == count:
        progress(_("Sent {sent} of {count} pieces.").format(sent=sent, count=count))
