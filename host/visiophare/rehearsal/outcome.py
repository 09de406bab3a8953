# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsal found out: plain values, for the report, for `--json`, for benchmarks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spread:
    """How a set of non-negative errors is spread; NaN everywhere when the set is empty."""

    count: int
    median: float
    p99: float
    worst: float

    @classmethod
    def of(cls, errors: Sequence[float]) -> Spread:
        """Nearest-rank quantiles, so that every figure is one that really occurred."""
        ordered = sorted(errors)
        if not ordered:
            return cls(0, math.nan, math.nan, math.nan)
        return cls(
            count=len(ordered),
            median=ordered[math.ceil(0.5 * len(ordered)) - 1],
            p99=ordered[math.ceil(0.99 * len(ordered)) - 1],
            worst=ordered[-1],
        )

    def document(self, unit: str) -> dict[str, float | int | None]:
        """For JSON, which has no NaN: null where there is no figure."""
        figures = {"median": self.median, "p99": self.p99, "worst": self.worst}
        named = {
            f"{name}_{unit}": None if math.isnan(value) else round(value, 3)
            for name, value in figures.items()
        }
        return {"count": self.count, **named}


@dataclass(frozen=True)
class LandingOutcome:
    """Where the artwork's features fell on the façade, against where they should.

    `mapping_mm` is what calibration, pre-distortion and print leave, with the film seated as the
    calibration slide was; `total_mm` adds how this print happened to sit.
    """

    mapping_mm: Spread
    total_mm: Spread
    wanted: int
    missing: int


@dataclass(frozen=True)
class PlayOutcome:
    """When the board acted, against when the show said so."""

    title: str
    lateness_ms: Spread
    planned: int
    lasted_s: float
    cut_at_s: float | None = None
    held_back: bool = False


@dataclass(frozen=True)
class Outcome:
    """All that a rehearsal measured."""

    seed: int
    facade_size_m: tuple[float, float]
    points: int
    rms_px: float
    landing: LandingOutcome
    play: PlayOutcome | None
    notes: tuple[str, ...]
    files: tuple[str, ...]
    seconds: dict[str, float]
    midi: str = ""

    def document(self) -> dict[str, Any]:
        """The rehearsal as a JSON document, its units in its keys."""
        landing, play = self.landing, self.play
        return {
            "seed": self.seed,
            "facade_m": list(self.facade_size_m),
            "calibration": {"points": self.points, "rms_px": round(self.rms_px, 4)},
            "landing": {
                "features": landing.wanted,
                "missing": landing.missing,
                "mapping": landing.mapping_mm.document("mm"),
                "with_seating": landing.total_mm.document("mm"),
            },
            "show": None
            if play is None
            else {
                "title": play.title,
                "actions": play.planned,
                "lasted_s": round(play.lasted_s, 3),
                "cut_at_s": play.cut_at_s,
                "flashes_held_back": play.held_back,
                "lateness": play.lateness_ms.document("ms"),
            },
            "notes": list(self.notes),
            "files": list(self.files),
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
        }
