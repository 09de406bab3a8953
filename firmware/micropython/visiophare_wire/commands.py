# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command table, and the two functions that turn its rows into lines and back.

Owns which commands there are, their arguments, and whether they may wait for a board time. It
must not know what a command does.
"""

from .errors import WireError
from .framing import parse_seq, seal, unseal
from .kinds import Choice, Decimal, Whole, Word
from .patterns import Pattern
from .ticks import TICKS_MASK

TYPE_CHECKING = False  # MicroPython has no `typing`; mypy takes this name for true
if TYPE_CHECKING:
    from typing import Any

MAX_AHEAD_US = 480_000_000
"""How far ahead a command may be timed, and the longest fade: 8 minutes of the 8 min 56 s that
board time can tell apart."""

_HASH = 35
_PERCENT = Decimal("%", 0, 100)
_FADE = Whole((("ms", 1), ("s", 1000)), 0, MAX_AHEAD_US // 1000)
_FLASH = Whole((("ms", 1), ("s", 1000)), 1, MAX_AHEAD_US // 1000)
_SLOT = Whole((("ms", 1), ("s", 1000)), 1, 60_000)
_STROBE = Whole((("us", 1), ("ms", 1000)), 1, 2500)
_ARMED = Whole((("s", 1), ("min", 60), ("h", 3600)), 1, 3600)
_MM = Decimal("mm", -100_000, 100_000)
_RPM = Decimal("rpm", -10_000, 10_000)
_FPS = Decimal("fps", -1000, 1000)
_FRAME = Whole((), 0, 9999)
_NUMBER = Whole((), 0, 65535)
_WORD = Word()
_SCORE = Choice("play", "go", "stop", "begin", "put", "end")
_OF_SCORE = Whole((), 0, 341)
_LEVEL = ("level_percent", "PERCENT", _PERCENT, True)
_OVER = ("over_ms", "OVER", _FADE, False)


class Row:
    """One command: its name of one or two words, its arguments, and whether it may be timed.

    arguments: (name with unit, word shown in the usage, kind, required). Optional ones come last.
    timed: it acts on the light or the carriage. Only such commands take `@`, and the reply to
    them bears `t`, the board time at which they act. required: how many arguments must be there.
    seconds: the commands that begin with this one's name, by their second word.
    """

    def __init__(
        self,
        name: str,
        *arguments: "tuple[str, str, Any, bool]",
        timed: bool = False,
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.timed = timed
        self.required = len([argument for argument in arguments if argument[3]])
        self.seconds: dict[bytes, Row] = {}


COMMANDS = (
    Row("hello"),
    Row("help", ("command", "COMMAND", _WORD, False)),
    Row("clock"),
    Row("light", _LEVEL, _OVER, timed=True),
    Row("master", _LEVEL, _OVER, timed=True),
    Row("flash", _LEVEL, ("duration_ms", "DURATION", _FLASH, True), timed=True),
    Row(
        "expose",
        _LEVEL,
        ("bits", "BITS", Pattern(), True),
        ("slot_ms", "SLOT", _SLOT, True),
        timed=True,
    ),
    Row(
        "strobe",
        ("flash_us", "FLASH", _STROBE, True),
        ("phase_percent", "PHASE", _PERCENT, False),
        timed=True,
    ),
    Row("strobe phase", ("phase_percent", "PHASE", _PERCENT, True), timed=True),
    Row("strobe off", timed=True),
    Row("carriage home", timed=True),
    Row("carriage to", ("frame", "FRAME", _FRAME, True), timed=True),
    Row("carriage at", ("position_mm", "MM", _MM, True), timed=True),
    Row("carriage turn", ("turn_rpm", "RPM", _RPM, True), timed=True),
    Row("carriage run", ("run_fps", "FPS", _FPS, True), timed=True),
    Row("carriage stop", timed=True),
    Row("arm", ("duration_s", "DURATION", _ARMED, True)),
    Row("disarm"),
    Row("cancel"),
    Row("watch", ("silence_ms", "SILENCE", _FADE, True)),
    Row("clear"),
    Row("status"),
    Row("settings", ("name", "NAME", _WORD, False), ("value", "VALUE", _WORD, False)),
    Row("settings save"),
    Row(
        "score",
        ("action", "ACTION", _SCORE, False),
        ("number", "NUMBER", _OF_SCORE, False),
        ("data", "DATA", _WORD, False),
    ),
    Row("faults"),
    Row("events", ("since", "K", _NUMBER, False)),
    Row("prompt"),
    Row("bootloader"),
)

BY_NAME = {row.name: row for row in COMMANDS}

_BY_FIRST_WORD: dict[bytes, Row] = {}
for _row in COMMANDS:
    _first, _, _second = _row.name.encode().partition(b" ")
    if _second:  # `carriage` alone is no command, but has a place where `carriage home` is found
        _BY_FIRST_WORD.setdefault(_first, Row("")).seconds[_second] = _row
    else:
        _BY_FIRST_WORD[_first] = _row


class Command:
    """A command as read from a line.

    name: of its row. args: by argument name; optional ones that were not given are absent.
    at_us: board time at which to act, or None for at once. seq, crc: None on a typed line.
    """

    at_us: int | None = None
    seq: int | None = None
    crc: int | None = None

    def __init__(self, name: str, args: "dict[str, Any]", at_us: int | None = None) -> None:
        self.name = name
        self.args = args
        if at_us is not None:  # every attribute that is set costs a board time
            self.at_us = at_us


def usage(row: Row) -> str:
    """How to type it: `light PERCENT [OVER]`."""
    words = [row.name]
    for _, metavar, _, required in row.arguments:
        words.append(metavar if required else f"[{metavar}]")
    return " ".join(words)


def parse_command(line: bytes) -> Command:
    """The command on a line, typed or numbered, as LineReader gives it: printable ASCII.

    A line that begins with `#` needs its number and checksum. Any other line that contains `#` or
    `*` is refused, so that a damaged numbered line never runs as a typed one.
    Raises: WireError; it bears seq and crc when they were right and only the command was not.

    Stays with bytes: MicroPython looks every new string up in the table of all known ones.
    """
    if not line or line[0] != _HASH:
        if b"#" in line or b"*" in line:
            raise WireError("damaged")
        return _parse_words(_as_typed(line), 0)
    body, crc = unseal(line)
    words = body.split()
    seq = parse_seq(words[0][1:])
    try:
        command = _parse_words(words, 1)
    except WireError as error:
        error.seq = seq
        error.crc = crc
        raise
    command.seq = seq
    command.crc = crc
    return command


def _as_typed(line: bytes) -> list[bytes]:
    """The words of a person's line. Its command may have capitals, as a telephone or a caps-lock
    key makes them; a value (a name for the board) keeps its own, unless all letters are capital.
    A space before % and a decimal comma are how the French write, `aide` and `?` how some ask."""
    words = (line.lower() if line.isupper() else line).replace(b" %", b"%").split()
    for index, word in enumerate(words):
        if index < 2:
            words[index] = word.lower()
        if b"," in word and word.replace(b",", b"", 1).strip(b"+-%mshrpf").isdigit():
            words[index] = word.replace(b",", b".")
    if words and words[0] in (b"?", b"aide"):
        words[0] = b"help"
    return words


def _parse_words(words: list[bytes], used: int) -> Command:
    """The command that stands behind so many words."""
    at_us = None
    count = len(words)
    row = _BY_FIRST_WORD.get(words[used]) if used < count else None
    if row is None and used < count and words[used][:1] == b"@":
        at_us = _parse_time(words[used][1:])
        used += 1
        row = _BY_FIRST_WORD.get(words[used]) if used < count else None
    used += 1
    if row is not None and row.seconds and used < count and words[used] in row.seconds:
        row = row.seconds[words[used]]
        used += 1
    if row is None or not row.name:
        raise WireError("unknown_command")
    if at_us is not None and not row.timed:
        raise WireError("not_timed")
    arguments = row.arguments
    given = count - used
    if given > len(arguments):
        raise WireError("too_many")
    args = {}
    for index in range(given):
        name, _, kind, _ = arguments[index]
        args[name] = kind.parse(words[used + index], name)
    if given < row.required:
        raise WireError("missing", {"arg": arguments[given][0]})
    return Command(row.name, args, at_us)


def _parse_time(digits: bytes) -> int:
    if not digits.isdigit():
        raise WireError("not_a_number", {"arg": "at_us", "units": ""})
    at_us = int(digits)
    if at_us > TICKS_MASK:
        raise WireError("range", {"arg": "at_us", "min": "0", "max": str(TICKS_MASK)})
    return at_us


def format_typed(name: str, args: "dict[str, Any] | None" = None, at_us: int | None = None) -> str:
    """The command as a person would type it, every value checked against the table.

    Raises: WireError, as parse_command would for the same values.
    """
    row = BY_NAME.get(name)
    if not row:
        raise WireError("unknown_command")
    if at_us is not None and not row.timed:
        raise WireError("not_timed")
    words = [name] if at_us is None else [f"@{at_us & TICKS_MASK}", name]
    left = dict(args or {})
    skipped = False
    for argument, _, kind, required in row.arguments:
        value = left.pop(argument, None)
        if value is not None and not skipped:
            words.append(kind.format(value, argument))
        elif required or value is not None:
            raise WireError("missing", {"arg": argument})
        else:
            skipped = True
    if left:
        raise WireError("too_many")
    return " ".join(words)


def format_command(
    seq: int, name: str, args: "dict[str, Any] | None" = None, at_us: int | None = None
) -> bytes:
    """The numbered line, newline included. Raises: WireError, also "too_long"."""
    return seal(f"#{seq} {format_typed(name, args, at_us)}".encode())
