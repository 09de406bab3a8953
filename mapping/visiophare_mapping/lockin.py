# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Light by synchronous detection: frames of a camera that watches a pseudo-random on and off.

A frame shows the light as it was some delay earlier.  The delay is where the frames' changes of
brightness fit the pattern best: pixels that follow the light, weighted by how much they do, make
one value a frame, and its correlation with the pattern has one peak, since a maximum-length
sequence is like itself only in step.  Frames whose exposure may touch a change of the light are
dropped; the others are lit or dark.

Owns: the delay, which frames count, running means and variances, when it is enough.
Must not know: cameras, boards, clocks, files, the target.
Time is in seconds of whatever clock the frames and the pattern share.
Source: lock-in detection with maximum-length sequences, as Golay and Buchner use them; the running
variance is Welford's (1962).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Floats = NDArray[np.float64]

# What measuring the target needs: this many deviations of the mean's noise in a lit pixel.
ENOUGH_SIGNAL_PER_NOISE = 20.0
FEWEST_OF_EACH = 8
_LONGEST_DELAY_S = 0.6
_DELAY_STEP_S = 0.005
# Measured on simulated cameras: the right delay correlates by .5 and more, noise by .25 at most.
_LEAST_CORRELATION = 0.4
# Slow changes (lamps, clouds, automatic exposure) are taken out against so many neighbours.
_TREND_S = 2.5


@dataclass(frozen=True)
class Pattern:
    """When the light is on: `bits`, a slot each, from `begin_s` on; dark before and after."""

    bits: tuple[bool, ...]
    slot_s: float
    begin_s: float

    @property
    def end_s(self) -> float:
        """When the last slot is over."""
        return self.begin_s + len(self.bits) * self.slot_s

    def lit_share(self, start_s: Floats, length_s: float) -> Floats:
        """The share (N,) of each time from start_s (N,) to start_s + length_s with the light on."""
        level = np.concatenate([[0.0], np.cumsum(np.asarray(self.bits, dtype=np.float64))])
        edges_s = self.begin_s + self.slot_s * np.arange(len(level))

        def until(at_s: Floats) -> Floats:
            return np.asarray(np.interp(at_s, edges_s, level * self.slot_s))

        return np.asarray((until(start_s + length_s) - until(start_s)) / length_s)


@dataclass(frozen=True)
class Delay:
    """How late frames show the light, and how well the pattern fits there, -1 to 1."""

    delay_s: float
    correlation: float

    @property
    def sure(self) -> bool:
        """Whether the pattern was seen at all."""
        return self.correlation > _LEAST_CORRELATION


def find_delay(times_s: Sequence[float], frames: Sequence[Grey], pattern: Pattern) -> Delay:
    """The delay at which small linear frames (h, w), taken at `times_s`, follow the pattern best.

    Raises: ValueError for fewer than eight frames.
    """
    if len(frames) < FEWEST_OF_EACH:
        raise ValueError("too few frames to find a delay")
    at_s = np.asarray(times_s, dtype=np.float64)
    stack = np.stack([np.asarray(frame, dtype=np.float64).ravel() for frame in frames])
    changes = stack - _trend(at_s, stack)
    # The largest common change of all pixels; headlights and walkers are elsewhere or irregular.
    length_s = float(np.median(np.diff(at_s)))
    best = Delay(0.0, -1.0)
    for delay_s in np.arange(0.0, _LONGEST_DELAY_S, _DELAY_STEP_S):
        wanted = pattern.lit_share(at_s - delay_s - length_s, length_s)[:, None]
        wanted = (wanted - _trend(at_s, wanted))[:, 0]
        following = changes.T @ wanted
        # Half of the frames choose the pixels, the others judge them: noise cannot choose itself.
        correlation = _judged(changes, wanted)
        if correlation > best.correlation and following.sum() != 0.0:
            best = Delay(float(delay_s), correlation)
    return best


class LockIn:
    """Running means and variances of the lit and the dark frames of a pattern.

    `guard_s` is how far a frame must keep from any change of the light: its exposure and readout,
    and the jitter of its time.
    """

    def __init__(self, pattern: Pattern, delay_s: float, guard_s: float) -> None:
        self._pattern = pattern
        self._delay_s = delay_s
        self._guard_s = guard_s
        self._means: dict[bool, Grey] = {}
        self._squares: dict[bool, Grey] = {}
        self.counts = {True: 0, False: 0}
        self.dropped = 0

    def state_at(self, time_s: float) -> bool | None:
        """Whether a frame that arrives at `time_s` shows the light on; None near a change, or
        before or after the pattern."""
        end_s = time_s - self._delay_s
        start_s = end_s - self._guard_s
        if start_s < self._pattern.begin_s or end_s + self._guard_s / 2 > self._pattern.end_s:
            return None
        share = self._pattern.lit_share(np.array([start_s]), 1.5 * self._guard_s)[0]
        if share > 0.999:
            return True
        return False if share < 0.001 else None

    def add(self, time_s: float, frame: Grey) -> bool | None:
        """Add a linear frame (h, w); what it shows, None if it was dropped."""
        lit = self.state_at(time_s)
        if lit is None:
            self.dropped += 1
            return None
        self.counts[lit] += 1
        if lit not in self._means:
            self._means[lit] = frame.astype(np.float32, copy=True)
            self._squares[lit] = np.zeros_like(self._means[lit])
            return lit
        away = frame - self._means[lit]
        self._means[lit] += away / np.float32(self.counts[lit])
        self._squares[lit] += away * (frame - self._means[lit])
        return lit

    def mean(self, lit: bool) -> Grey:
        """The mean frame.  Raises: KeyError without any."""
        return self._means[lit]

    def signal(self) -> Grey:
        """The projector's light alone."""
        return np.asarray(self._means[True] - self._means[False], dtype=np.float32)

    def noise(self) -> Grey:
        """The standard deviation of `signal`, per pixel, lamps' flicker included."""
        variance = np.zeros_like(self._means[True])
        for lit, count in self.counts.items():
            variance += self._squares[lit] / np.float32(max(count - 1, 1) * count)
        return np.asarray(np.sqrt(variance), dtype=np.float32)

    def signal_per_noise(self) -> float:
        """In the brighter parts of what the projector lights; 0 while too few frames count."""
        if min(self.counts.values()) < 3:
            return 0.0
        bright = float(np.percentile(self.signal()[::2, ::2], 95.0))
        noise = float(np.median(self.noise()[::2, ::2]))
        return bright / max(noise, 1e-9)

    @property
    def enough(self) -> bool:
        """Whether more frames would not help the measurement of the target."""
        few = min(self.counts.values()) < FEWEST_OF_EACH
        return not few and self.signal_per_noise() >= ENOUGH_SIGNAL_PER_NOISE


def _trend(at_s: Floats, values: Floats) -> Floats:
    """The mean (N, M) of `values` over the time around each of `at_s` (N,)."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    first = np.searchsorted(at_s, at_s - _TREND_S / 2)
    last = np.searchsorted(at_s, at_s + _TREND_S / 2, side="right")
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None])


def _judged(changes: Floats, wanted: Floats) -> float:
    """The correlation of the pattern with the brightness of the pixels that follow it."""
    half = len(wanted) // 2
    found = 0.0
    for chosen, judged in (
        (slice(None, half), slice(half, None)),
        (slice(half, None), slice(half)),
    ):
        weights = changes[chosen].T @ wanted[chosen]
        seen = changes[judged] @ np.maximum(weights, 0.0)
        size = float(np.sqrt(np.sum(seen**2) * np.sum(wanted[judged] ** 2)))
        found += float(seen @ wanted[judged]) / size / 2.0 if size > 0.0 else 0.0
    return found
