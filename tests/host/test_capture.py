# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures with the light on and off in turn, from a camera that hands out old ones."""

from itertools import pairwise

from visiophare.capture import SHORTEST_STATE_S, alternate


class LateCamera:
    """Every 1/30 s a picture of the light as it was `late_s` ago; the clock is the camera's."""

    def __init__(self, late_s: float) -> None:
        self.now_s, self.late_s = 0.0, late_s
        self.changes: list[tuple[float, bool]] = [(-9.0, False)]

    def set_light(self, lit: bool) -> None:
        self.changes.append((self.now_s, lit))

    def read(self) -> tuple[float, bool]:
        self.now_s += 1 / 30
        seen_s = self.now_s - self.late_s
        return self.now_s, [lit for since, lit in self.changes if since <= seen_s][-1]


def test_every_picture_shows_the_light_it_is_said_to_show() -> None:
    camera = LateCamera(late_s=0.3)
    taken = list(alternate(camera.read, camera.set_light, lambda: camera.now_s, pairs=5))
    assert [lit for lit, _ in taken] == [True, False] * 5
    assert all(lit == seen for lit, seen in taken)


def test_no_state_is_shorter_than_the_flash_limit_allows() -> None:
    camera = LateCamera(late_s=0.0)
    list(alternate(camera.read, camera.set_light, lambda: camera.now_s, pairs=4, settle_s=0.0))
    times = [since for since, _ in camera.changes[1:]]
    assert min(after - before for before, after in pairwise(times)) >= SHORTEST_STATE_S
