# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MIDI inputs that come and go: opened when they appear, let go when they vanish, taken back.

The only file that imports rtmidi, and that late: MIDI is optional. Knows no show. Lists of
inputs come from one persistent rtmidi object (asking it takes 0.07 ms; making a new one takes
90 ms). An input that was unplugged still says that it is open and stays silent, even when it is
plugged in again, so only the list of names tells, and a returning input is opened anew.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from visiophare.errors import PortError
from visiophare.midi.messages import MidiTouches, Touch
from visiophare.words import N_

POLL_S = 0.25
"""USB needs longer to bring a device back: no replug goes unseen between two looks."""

CLIENT_NAME = "visiophare"

_ALSA_ADDRESS = re.compile(r" \d+:\d+$")
_A2J_CLIENT = re.compile(r" \[\d+\]")
_WINDOWS_INDEX = re.compile(r" \d+$")
_NEVER_A_PAD = re.compile(rf"^(Midi Through|{CLIENT_NAME}|RtMidi)\b", re.IGNORECASE)


class Backend(Protocol):
    """A MIDI system: what `PadPorts` needs of rtmidi, and what a test can play."""

    def names(self) -> list[str]:
        """The inputs that are there now. Equal names are different devices."""

    def open(self, index: int, name: str, heard: Callable[[Sequence[int]], None]) -> Any:
        """Call `heard` with each message of the input; None when it is gone meanwhile."""

    def close(self, opened: Any) -> None:
        """Let the input go, also one that was unplugged."""

    def shut(self) -> None:
        """No more of this: leave the MIDI system."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An input appeared ("found"), vanished ("lost") or came back ("back")."""

    what: str
    name: str


class PadPorts:
    """All inputs whose name contains `wanted`, listened to for as long as they are there.

    `put` gets every Touch, on the MIDI system's thread, with the time that `now` gave first thing.
    An exception in there would vanish without a word, so `put` gets it too, to raise it elsewhere.
    """

    def __init__(
        self,
        backend: Backend,
        put: Callable[[Touch | BaseException], None],
        now: Callable[[], float],
        wanted: str = "",
    ) -> None:
        self._backend, self._put, self._now = backend, put, now
        self._wanted = wanted.casefold()
        self._open: dict[tuple[str, int], tuple[Any, MidiTouches]] = {}
        self._lost: Counter[str] = Counter()

    @property
    def names(self) -> list[str]:
        """Inputs listened to now, as a person would call them."""
        return [stable_name(name) for name, _nth in self._open]

    def poll(self) -> list[Notice]:
        """Look which inputs are there; open and close accordingly. To be called every POLL_S."""
        there = {key: index for key, index in self._there() if self._is_wanted(key[0])}
        gone = [key for key in self._open if key not in there]
        notices = [self._lose(key) for key in gone]
        for key, index in there.items():
            if key not in self._open:
                touches = MidiTouches(stable_name(key[0]))
                opened = self._backend.open(index, key[0], self._listener(touches))
                if opened is not None:
                    self._open[key] = opened, touches
                    notices.append(self._found(key))
        return notices

    def available(self) -> list[str]:
        """All instruments that are there now, wanted or not."""
        names = self._backend.names()
        return [stable_name(name) for name in names if not _NEVER_A_PAD.match(name)]

    def close(self) -> None:
        """Stop listening, for good."""
        for opened, _touches in self._open.values():
            self._backend.close(opened)
        self._open.clear()
        self._backend.shut()

    def _there(self) -> Iterator[tuple[tuple[str, int], int]]:
        """((name, ordinal among equal names), index in the system's list)"""
        seen: Counter[str] = Counter()
        for index, name in enumerate(self._backend.names()):
            yield (name, seen[name]), index
            seen[name] += 1

    def _is_wanted(self, name: str) -> bool:
        return self._wanted in name.casefold() and not _NEVER_A_PAD.match(name)

    def _lose(self, key: tuple[str, int]) -> Notice:
        opened, touches = self._open.pop(key)
        self._backend.close(opened)
        for touch in touches.let_go(self._now()):
            self._put(touch)
        name = stable_name(key[0])
        self._lost[name] += 1
        return Notice("lost", name)

    def _found(self, key: tuple[str, int]) -> Notice:
        name = stable_name(key[0])
        if self._lost[name]:
            self._lost[name] -= 1
            return Notice("back", name)
        return Notice("found", name)

    def _listener(self, touches: MidiTouches) -> Callable[[Sequence[int]], None]:
        def heard(message: Sequence[int]) -> None:
            try:
                at_s = self._now()
                touch = touches.touch(message, at_s)
                if touch is not None:
                    self._put(touch)
            except BaseException as error:  # noqa: BLE001 - the main thread raises it
                self._put(error)

        return heard


def stable_name(name: str) -> str:
    """A port's name less what changes from plug to plug.

    ALSA ends it with the client's and port's number ("LPD8:LPD8 MIDI 1 20:0"), a2jmidid puts the
    client's number in brackets, Windows appends an index.
    """
    name = _A2J_CLIENT.sub("", _ALSA_ADDRESS.sub("", name))
    return _WINDOWS_INDEX.sub("", name) if sys.platform == "win32" else name


def open_backend(environment: dict[str, str] | None = None) -> Backend:
    """The MIDI system of this machine, through rtmidi.

    `MIDO_BACKEND=mido.backends.rtmidi/UNIX_JACK` chooses JACK, as for programs built on mido;
    otherwise the first system that answers is taken (on Linux ALSA, then a JACK that runs).

    Raises: PortError midi_unavailable without rtmidi, its libraries, or a MIDI system.
    """
    environment = dict(os.environ) if environment is None else environment
    # a JACK server would take the sound card; nobody asked for that
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    try:
        import rtmidi  # type: ignore[import-untyped,unused-ignore]
    except ModuleNotFoundError as error:
        raise PortError(
            "midi_unavailable",
            N_("Pads need python-rtmidi, which is not installed."),
            N_("Run `pip install 'visiophare[midi]'`; `live --keys` needs no MIDI."),
        ) from error
    except ImportError as error:
        raise PortError(
            "midi_unavailable",
            N_("python-rtmidi does not start: {reason}."),
            N_(
                "On Debian, Ubuntu and Raspberry Pi: `sudo apt install libasound2`; "
                "`live --keys` needs no MIDI."
            ),
            reason=str(error),
        ) from error
    for api in _apis(rtmidi, environment.get("MIDO_BACKEND", "")):
        with contextlib.suppress(rtmidi.RtMidiError), _silent_libraries():
            return RtMidiBackend(rtmidi, api)
    raise PortError(
        "midi_unavailable",
        N_("No MIDI system runs on this computer."),
        N_("On Linux: `sudo modprobe snd-seq`, or start JACK; `live --keys` needs no MIDI."),
    )


def _apis(rtmidi: Any, wish: str) -> list[int]:
    """rtmidi's numbers of the systems to try, the wished one first."""
    apis: list[int] = list(rtmidi.get_compiled_api())
    wished = getattr(rtmidi, f"API_{wish.rpartition('/')[2]}", None) if "/" in wish else None
    dummy = getattr(rtmidi, "API_RTMIDI_DUMMY", None)
    return sorted((api for api in apis if api != dummy), key=lambda api: api != wished)


class RtMidiBackend:
    """python-rtmidi as a Backend."""

    def __init__(self, rtmidi: Any, api: int) -> None:
        self._rtmidi, self._api = rtmidi, api
        self._lister = rtmidi.MidiIn(api, CLIENT_NAME)

    def names(self) -> list[str]:
        try:
            return list(self._lister.get_ports())
        except self._rtmidi.RtMidiError:
            return []  # the MIDI system itself went away; it may come back

    def open(self, index: int, name: str, heard: Callable[[Sequence[int]], None]) -> Any:
        try:
            opened = self._rtmidi.MidiIn(self._api, CLIENT_NAME)
            opened.set_callback(lambda event, _data: heard(event[0]))
            opened.open_port(index, "pads")
            if index >= len(names := opened.get_ports()) or names[index] != name:
                self.close(opened)  # the list changed between looking and opening
                return None
            return opened
        except self._rtmidi.RtMidiError:
            return None

    def close(self, opened: Any) -> None:
        with contextlib.suppress(self._rtmidi.RtMidiError):
            opened.cancel_callback()
            opened.close_port()
            opened.delete()

    def shut(self) -> None:
        self._lister.delete()


@contextlib.contextmanager
def _silent_libraries() -> Iterator[None]:
    """ALSA and JACK write their own complaints to file 2; ours is the one to be read."""
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
