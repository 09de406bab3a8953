# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show for a performance that comes without one: every note it uses sets off a cue of its own.

The text it writes is an ordinary show, left in the rehearsal's folder to be edited.  Low notes
are long and calm, high notes short and bright, as a drummer's kick and hi-hat are.
"""

from __future__ import annotations

from collections.abc import Iterable

DIM_PERCENT = 15
BRIGHTEST_PERCENT, CALMEST_PERCENT = 100, 70
LONGEST_MS, SHORTEST_MS = 900, 250


def show_for_notes(notes: Iterable[int], title: str) -> str:
    """Return the TOML of a show with a cue for each different note number."""
    numbers = sorted(set(notes))
    parts = [
        # REUSE-IgnoreStart - the licence of what is written, not of this file
        "# SPDX-License-Identifier: CC0-1.0\n"
        # REUSE-IgnoreEnd
        f"title = {_quoted(title)}\n"
        f'order = ["house"]\n\n[[cue]]\nid = "house"\nname = "{DIM_PERCENT} %"\n'
        f'steps = [{{ fade = {DIM_PERCENT}, over = "500ms" }}]\n'
    ]
    for index, note in enumerate(numbers):
        height = index / max(len(numbers) - 1, 1)
        level = round(CALMEST_PERCENT + height * (BRIGHTEST_PERCENT - CALMEST_PERCENT))
        fade_ms = round(LONGEST_MS + height * (SHORTEST_MS - LONGEST_MS))
        parts.append(
            f'\n[[cue]]\nid = "note-{note}"\nname = "note {note}"\nsteps = [\n'
            f"  {{ fade = {level}, over = 0 }},\n"
            f'  {{ fade = {DIM_PERCENT}, over = "{fade_ms}ms" }},\n]\n'
            f'\n[[binding]]\nsource = "note {note}"\ncue = "note-{note}"\nvelocity = "level"\n'
        )
    return "".join(parts)


def _quoted(text: str) -> str:
    """A TOML basic string; a file's name may hold anything."""
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in text)
    return f'"{escaped}"'
