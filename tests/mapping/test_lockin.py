# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The camera's delay found from the pattern, and the light told from lamps, cars and noise."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from visiophare_mapping.lockin import LockIn, Pattern, find_delay
from visiophare_wire import Bits

SHAPE = (24, 32)
SLOT_S = 0.17


def sequence(word: str) -> tuple[bool, ...]:
    bits = Bits(word)
    return tuple(bool(bits.take()) for _ in range(bits.count))


PATTERN = Pattern(sequence("m63"), SLOT_S, begin_s=1.0)


@dataclass
class Camera:
    """Frames of a wall on the right half of which the light falls, with all that a street adds."""

    delay_s: float = 0.1
    fps: float = 30.0
    jitter_s: float = 0.0
    rolling: bool = True
    lamps_hz: float = 100.0
    headlights: bool = False
    drift: float = 0.0
    projector: float = 0.1
    ambient: float = 0.2
    noise: float = 0.01
    truth: list[float] = field(default_factory=list)

    def frames(self, pattern: Pattern = PATTERN, seed: int = 1) -> list[tuple[float, np.ndarray]]:
        """(when it arrived, picture) from before the pattern to after it; `truth` is how much of
        each exposure was lit."""
        chance = np.random.default_rng(seed)
        falls = np.zeros(SHAPE)
        falls[:, 16:] = chance.uniform(0.3, 1.0, (SHAPE[0], 16))
        exposure_s = 0.8 / self.fps
        rows = np.arange(SHAPE[0]) / SHAPE[0] * (0.8 / self.fps if self.rolling else 0.0)
        taken = []
        for number in range(int((pattern.end_s + 0.5) * self.fps)):
            arrives_s = number / self.fps + self.delay_s
            start_s = number / self.fps - exposure_s - rows.max() + rows
            lit = pattern.lit_share(start_s, exposure_s)
            lamps = 1 + 0.3 * np.sin(2 * np.pi * self.lamps_hz * start_s)
            picture = self.ambient * lamps[:, None] + self.projector * lit[:, None] * falls
            if self.headlights and chance.random() < 0.1:
                picture[:, : chance.integers(4, 32)] += chance.uniform(0.1, 0.5)
            picture = picture * (1 + self.drift * np.sin(0.4 * number / self.fps))
            picture = picture + chance.normal(0, self.noise, SHAPE)
            self.truth.append(float(lit.mean()))
            arrived_s = arrives_s + abs(chance.normal(0, self.jitter_s))
            taken.append((arrived_s, picture.astype(np.float32)))
        return taken


STREETS = {
    "quick": Camera(delay_s=0.0, fps=60),
    "webcam": Camera(),
    "late": Camera(delay_s=0.4),
    "slow": Camera(delay_s=0.2, fps=15),
    "global shutter": Camera(delay_s=0.07, rolling=False),
    "jitter": Camera(delay_s=0.15, jitter_s=0.008),
    "lamps": Camera(delay_s=0.1, lamps_hz=99.3, projector=0.05),
    "headlights": Camera(delay_s=0.1, headlights=True),
    "automatic exposure": Camera(delay_s=0.25, drift=0.25),
    "weak": Camera(delay_s=0.1, projector=0.03, noise=0.02),
}


@pytest.mark.parametrize("name", STREETS)
def test_the_delay_is_found_and_no_frame_is_taken_for_what_it_is_not(name: str) -> None:
    camera = STREETS[name]
    camera.truth.clear()
    taken = camera.frames()
    delay = find_delay([at_s for at_s, _ in taken], [frame for _, frame in taken], PATTERN)
    assert delay.sure
    assert delay.delay_s == pytest.approx(camera.delay_s, abs=0.6 / camera.fps + camera.jitter_s)
    lockin = LockIn(PATTERN, delay.delay_s, guard_s=1.8 / camera.fps)
    told = zip([lockin.add(*frame) for frame in taken], camera.truth, strict=True)
    kept = [(lit, true) for lit, true in told if lit is not None]
    assert len(kept) > 0.15 * len(PATTERN.bits) * SLOT_S * camera.fps
    assert all(true > 0.97 if lit else true < 0.03 for lit, true in kept)


def test_where_no_light_follows_the_pattern_no_delay_is_sure() -> None:
    for seed in range(5):
        taken = Camera(projector=0.0, headlights=True, drift=0.2).frames(seed=seed)
        delay = find_delay([at_s for at_s, _ in taken], [frame for _, frame in taken], PATTERN)
        assert not delay.sure


def test_it_stops_when_the_light_is_clear_of_noise_and_not_before() -> None:
    needed = []
    for noise in (0.01, 0.03, 0.2):
        lockin = LockIn(PATTERN, 0.1, guard_s=0.06)
        frames = Camera(noise=noise, lamps_hz=60).frames()
        kept = 0
        for at_s, frame in frames:
            kept += lockin.add(at_s, frame) is not None
            if lockin.enough:
                break
        needed.append(kept if lockin.enough else len(frames))
    assert 16 <= needed[0] < needed[1] < needed[2] == len(frames)


def test_signal_and_noise_are_those_of_each_pixel() -> None:
    camera = Camera(noise=0.02, lamps_hz=60.0)
    lockin = LockIn(PATTERN, camera.delay_s, guard_s=0.06)
    for at_s, frame in camera.frames():
        lockin.add(at_s, frame)
    on, off = lockin.counts[True], lockin.counts[False]
    assert np.median(lockin.noise()) == pytest.approx(0.02 * (1 / on + 1 / off) ** 0.5, rel=0.1)
    assert abs(np.median(lockin.signal()[:, :16])) < 0.003
    assert 0.03 < np.median(lockin.signal()[:, 16:]) < 0.1
