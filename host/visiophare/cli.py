# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare`: the table of commands, and the edge where failures become sentences.

Owns exit codes, the one JSON document of `--json`, and what is printed when something fails.
Knows no projector, picture or show: each command is a file of its own, imported when it is called.
"""

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from visiophare.settings import config_path
from visiophare.words import CONFIG_COMPLAINT, N_, _, filled, translate_libraries

translate_libraries()

import click  # noqa: E402 - its words are bound while it is imported

from visiophare.commands.parsing import Group  # noqa: E402
from visiophare.errors import Explained, Problem, told  # noqa: E402
from visiophare.reasons import reason_of  # noqa: E402

# Section → rows (command, module in visiophare.commands, one line).  The order is the help's.
COMMANDS: Final = (
    (
        N_("Start here"),
        (
            ("demo", "demo", N_("Rehearse a mapped show with no hardware.")),
            ("devices", "devices", N_("List the serial ports and what is on them.")),
            ("simulate", "simulate", N_("Be a projector that any program can talk to.")),
            ("install", "install", N_("Put the projector's program onto a board.")),
        ),
    ),
    (
        N_("The projector"),
        (
            ("light", "light", N_("Set the light, at once or in a fade.")),
            ("carriage", "carriage", N_("Move the film: home, to a frame, to mm, for ever.")),
            ("strobe", "strobe", N_("Flash at each frame while the film moves.")),
            ("expose", "expose", N_("Show a pattern of light and dark at exact times.")),
            ("arm", "arm", N_("Allow flashes faster than three a second, for a while.")),
            ("status", "status", N_("Say what the projector is doing.")),
            ("energy", "energy", N_("Say what the projector took, or what a show will take.")),
            ("clear", "clear", N_("Let a projector that was stopped obey again.")),
            ("settings", "settings", N_("See or change the board's settings.")),
        ),
    ),
    (
        N_("From a façade to a slide"),
        (
            ("target", "target", N_("Make or describe a calibration slide.")),
            ("calibrate", "calibrate", N_("Find how slide and camera see each other.")),
            ("tape", "tape", N_("Calibrate without a camera: the light's corners, by tape.")),
            (
                "plan",
                "plan",
                N_("Foresee the picture on the wall from where the projector stands."),
            ),
            ("facade", "facade", N_("Tell where the façade's rectangle is in the photo.")),
            ("outlines", "outlines", N_("Keep windows and doors, drawn on the photo, in metres.")),
            ("template", "template", N_("Write a page at scale to draw on, in Inkscape.")),
            ("map", "map", N_("Carry points from one frame of reference to another.")),
            ("warp", "warp", N_("Pre-distort artwork into a slide to print.")),
            ("preview", "preview", N_("Show the façade at night with the slide on it.")),
        ),
    ),
    (
        N_("Playing"),
        (
            ("show", "show", N_("Check or play a show, or have a board play it alone.")),
            ("live", "live", N_("Play a show's cues from a pad or the keys.")),
            ("midi", "midi", N_("See what a MIDI instrument sends.")),
        ),
    ),
)
UNPRINTABLE: Final = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EPIPE)
MODULES: Final = {name: module for _section, rows in COMMANDS for name, module, _line in rows}


class LazyGroup(Group):
    """The commands of the table, each imported only when it is called or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command object of a file in `commands`, None for a name that is not in the table."""
        module = MODULES.get(cmd_name)
        if module is None:
            return None
        command = importlib.import_module(f"visiophare.commands.{module}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing a single command."""
        for title, rows in COMMANDS:
            with formatter.section(_(title)):
                formatter.write_dl([(name, _(line)) for name, _module, line in rows])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the whole table to look for a similar name in."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            # Imported late: only who mistypes pays.  One name helps more than three.
            from difflib import get_close_matches

            meant = get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise click.NoSuchCommand(args[0], possibilities=meant, ctx=ctx)
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        # Imported late: it takes longer than all the rest of a start.
        from importlib.metadata import version

        click.echo(f"visiophare {version('visiophare')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    subcommand_metavar=_("COMMAND [ARGS]..."),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_(
        "Controller of the Visiophare, an open-source low-tech projector for façades.\n\n"
        "No hardware at hand?  `visiophare demo` rehearses a whole show on this computer."
    ),
    epilog=_("`visiophare COMMAND --help` explains a command, with an example."),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help=_("Print the version and stop."),
)
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    help=_("Show where in the program a failure came from."),
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Prints the help when nothing is asked."""
    if CONFIG_COMPLAINT:
        from visiophare.commands.common import warn

        sentence = _("The configuration {path} is left aside: {reason}.")
        warn(sentence.format(path=config_path(), reason=CONFIG_COMPLAINT))
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> NoReturn:
    """The entry point: runs the command line of this process and exits."""
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process runs
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a letter shows another one; it never ends the show.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; all that is printed is printed here."""
    try:
        code = _run_and_report(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # `visiophare … | head -1`: the reader has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
        if error.filename is not None or error.errno not in UNPRINTABLE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python writes the rest when it ends
        reason = _("The output cannot be written: {reason}.").format(reason=_(reason_of(error)))
        report(False, "output", reason)
        return 1
    return code


def _run_and_report(words: Sequence[str]) -> int:
    """As run(); raises OSError when what is said cannot be written."""
    end = words.index("--") if "--" in words else len(words)
    options, rest = words[:end], words[end:]
    as_json, debug = "--json" in options, "--debug" in options
    # --debug may stand anywhere, so that it can be added to the end of what has just failed.
    words = [word for word in options if word != "--debug"] + list(rest)
    from visiophare.commands.common import Output, Stopped, stop_signals

    Output.document_printed = False
    try:
        # Whatever a command does, a signal lets it tidy up: half-written files, a terminal's mode.
        with stop_signals():
            return _run(words, as_json)
    except (Stopped, KeyboardInterrupt, click.Abort) as stop:
        _say_stopped(as_json)
        return stop.exit_code if isinstance(stop, Stopped) else 130
    except click.ClickException as error:
        if debug:
            _print_traceback()
        return _report_click(as_json, error)
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in UNPRINTABLE:
            raise
        if not isinstance(error, Explained):
            return _report_internal(as_json, error)
        if debug:
            _print_traceback()
        return report_explained(as_json, error)


def _say_stopped(as_json: bool) -> None:
    """To whoever pressed Ctrl-C this is no error; a terminal that was closed takes no word."""
    try:
        if as_json:
            report(as_json, "interrupted", _("Stopped."))
        else:
            click.echo(_("Stopped."), err=True)
        sys.stdout.flush()
    except OSError:
        for number in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _run(words: Sequence[str], as_json: bool) -> int:
    without_json = [word for word in words if word != "--json"]
    if as_json and without_json[:1] == ["--version"]:
        return _version_as_json()
    if as_json and (not without_json or "--help" in words or "-h" in words):
        return _help_as_json(without_json)
    result = cli.main(args=list(words), prog_name="visiophare", standalone_mode=False)
    return result if isinstance(result, int) else 0


def _version_as_json() -> int:
    from importlib.metadata import version

    from visiophare.commands.common import print_document

    print_document({"ok": True, "version": version("visiophare")})
    return 0


def _help_as_json(words: Sequence[str]) -> int:
    import contextlib
    import io

    from visiophare.commands.common import print_document

    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        cli.main(args=list(words), prog_name="visiophare", standalone_mode=False)
    print_document({"ok": True, "help": text.getvalue()})
    return 0


def report_explained(as_json: bool, error: Explained) -> int:
    """Tells an expected failure in the user's language and returns its exit code."""
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    report(
        as_json,
        error.code,
        filled(_(error.template), told(error.params, _)),
        filled(_(error.hint), told(error.params, _)),
        [
            {
                "line": problem.line,
                "message": filled(_(problem.template), told(problem.params, _)),
                "hint": filled(_(problem.hint), told(problem.params, _)),
                **({"code": problem.code} if problem.code else {}),
            }
            for problem in problems
        ],
        getattr(error, "picture", None),
    )
    return error.exit_code


def report(
    as_json: bool,
    code: str,
    message: str,
    hint: str = "",
    problems: Sequence[dict[str, Any]] = (),
    picture: object = None,
) -> None:
    """Prints a failure: a JSON document on standard output, or sentences on standard error."""
    from visiophare.commands.common import Output, print_document

    if as_json and not Output.document_printed:
        error: dict[str, Any] = {"code": code, "message": message, "hint": hint}
        if problems:
            error["problems"] = list(problems)
        if picture is not None:
            error["picture"] = str(picture)
        print_document({"ok": False, "error": error})
        sys.stdout.flush()
        return
    click.echo(_("Error: {message}").format(message=message), err=True)
    for problem in problems:
        where = _("line {line}: ").format(line=problem["line"]) if problem["line"] else ""
        click.echo(f"  {where}{problem['message']}", err=True)
        if problem["hint"]:
            click.echo(f"      {problem['hint']}", err=True)
    if hint:
        click.echo(hint, err=True)
    if picture is not None:
        click.echo(_("What was seen is marked in {path}.").format(path=picture), err=True)


def _report_click(as_json: bool, error: click.ClickException) -> int:
    if isinstance(error, click.UsageError):
        names = {
            click.NoSuchOption: "no_such_option",
            click.NoSuchCommand: "no_such_command",
            click.MissingParameter: "missing_parameter",
            click.BadParameter: "bad_parameter",
            click.exceptions.NoArgsIsHelpError: "missing_command",
        }
        code = next((name for kind, name in names.items() if isinstance(error, kind)), "usage")
        message = error.format_message()
        if code == "missing_command":
            message = _("Missing command.")
        path = error.ctx.command_path if error.ctx else "visiophare"
        if error.ctx and not as_json:
            click.echo(error.ctx.get_usage(), err=True)
        hint = _("`{command} --help` explains, with an example.").format(command=path)
        report(as_json, code, message, hint)
        return 2
    report(as_json, "file", error.format_message())
    return error.exit_code


def _report_internal(as_json: bool, error: Exception) -> int:
    """A mistake in the program: always the traceback, and still one document for a script."""
    _print_traceback()
    name = type(error).__name__
    report(
        as_json,
        "internal",
        _("This is a mistake in Visiophare: {name}: {error}").format(name=name, error=error),
        _("Please report it, with the lines above and what you typed."),
    )
    return 1


def _print_traceback() -> None:
    import traceback

    click.echo(traceback.format_exc(), err=True)
