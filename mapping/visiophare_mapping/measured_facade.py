# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The façade's metres from measured points, lengths and directions: accepted, or refused by name.

Owns: which measures cannot be, which one was misread, and the calibration with metres.
Must not know: how measures are typed, files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.measures import Measure, Measures
from visiophare_mapping.planes import apply_homography, inverted
from visiophare_mapping.rectify import Fit, deviation_m, fit_metres

Floats = NDArray[np.float64]

# An ellipse holds 95 % of a normal error in the plane out to this many deviations.
TWO_DIMENSIONS_95 = 2.4477
_OPEN_SHARE = 0.25  # metres less sure than this share of what was measured are none
_SURE = 3.09  # the normal quantile of 99.9 %: a contradiction is no chance
_SUSPECTS = 10
_COMPLETE = N_(
    "Give four points or more; or two verticals, two horizontals, and a length each way."
)


@dataclass(frozen=True, eq=False)
class Row:
    """How well one measure fits: by how many metres it is missed, and in standard deviations."""

    measure: Measure
    miss_m: float
    deviations: float


@dataclass(frozen=True, eq=False)
class Report:
    """rows, one per measure; spare equations; 95 % radii in metres, at worst among the measured
    places and at worst in the light, with the slide corner (0 to 3, upper left, upper right, lower
    right, lower left) where that is, None where the light's corner has no place."""

    rows: tuple[Row, ...]
    spare: int
    measured_95_m: float
    lit_95_m: float | None
    lit_worst_corner: int | None


def set_measured(
    calibration: Calibration, measures: Measures, plane: int = 0
) -> tuple[Calibration, Report]:
    """The calibration with metres on one plane, and how well the measures agree.

    Façade frame: as the points tell it; without points, x level, y up, and 0,0 at the origin that
    was named or at the lower left of all that was measured.

    Raises: CalibrationError plane_unknown, measures_missing, origin_twice, measure_outside,
    measures_open, measures_mirrored, measures_turned, measure_misread, measures_disagree.
    """
    calibration.check_plane(plane)
    if measures.origin_px is not None and any(m.kind == "point" for m in measures.entries):
        raise CalibrationError(
            "origin_twice",
            N_("The points tell where 0,0 is, so that no origin can be named besides."),
            N_("Take the origin out, or give lengths and directions instead of points."),
        )
    ideal = _ideal_ends(calibration, measures)
    fit = fit_metres(measures, ideal, calibration.image_size_px)
    _refuse_open(measures, ideal, fit)
    assert fit is not None
    _refuse_turned(ideal, fit)
    _refuse_misread(measures, ideal, calibration.image_size_px, fit)
    fit = _placed(measures, ideal, calibration, fit)
    inflated = replace(fit, covariance=fit.covariance * max(1.0, fit.chi2 / max(fit.spare, 1)))
    completed = _with_metres(calibration, ideal, inflated, plane)
    return completed, _report(completed, measures, ideal, inflated, plane)


def _ideal_ends(calibration: Calibration, measures: Measures) -> list[Floats]:
    """All ends behind the camera's lens."""
    if not measures.entries:
        raise CalibrationError("measures_missing", N_("Nothing was measured."), _COMPLETE)
    size = np.array(calibration.image_size_px, dtype=np.float64)
    result = []
    for entry in measures.entries:
        ends = calibration.ideal_px(entry.photo_px)
        if not np.all((entry.photo_px > -size) & (entry.photo_px < 2 * size) & np.isfinite(ends)):
            raise CalibrationError(
                "measure_outside",
                N_("{name} lies far outside of the photo, which is {width} × {height} pixels."),
                N_("Read pixels off the calibration photo itself: right, then down."),
                name=entry.name,
                width=calibration.image_size_px[0],
                height=calibration.image_size_px[1],
            )
        result.append(ends)
    return result


def _refuse_open(measures: Measures, ideal: list[Floats], fit: Fit | None) -> None:
    """Raises measures_open where the measures leave the metres open."""
    if fit is not None:
        ends = np.concatenate(ideal)
        placed = apply_homography(fit.px_to_m, ends)
        span = float(np.hypot(*np.ptp(placed, axis=0)))
        if np.all(np.isfinite(placed)) and _radius_95(fit, ends).max() < _OPEN_SHARE * span:
            return
    points = [entry for entry in measures.entries if entry.kind == "point"]
    if len(points) >= 4 and len(points) == len(measures.entries):
        raise CalibrationError(
            "measures_open",
            N_("All the points but one lie nearly on a line, or some coincide."),
            N_("Measure points that are spread over the façade, up and across."),
        )
    raise CalibrationError(
        "measures_open", N_("These measures do not yet tell the façade's metres."), _COMPLETE
    )


def _refuse_turned(ideal: list[Floats], fit: Fit) -> None:
    """Raises measures_mirrored, measures_turned."""
    middle = np.concatenate(ideal).mean(axis=0)
    steps = middle + np.array([(0.0, 0.0), (1.0, 0.0), (0.0, -1.0)])
    here, right, up = apply_homography(fit.px_to_m, steps)
    across, upward = right - here, up - here
    if not across[0] * upward[1] - across[1] * upward[0] > 0.0:
        raise CalibrationError(
            "measures_mirrored",
            N_("The points' metres are mirrored against the photo."),
            N_("On the façade x grows to the right and y upwards; in the photo y grows downwards."),
        )
    if across[0] < 0.5 * float(np.hypot(*across)):
        raise CalibrationError(
            "measures_turned",
            N_("The points' metres are turned against the photo by more than 60 degrees."),
            N_("Each point is x,y: to the right first, then up."),
        )


def _refuse_misread(
    measures: Measures, ideal: list[Floats], size_px: tuple[int, int], fit: Fit
) -> None:
    """Raises measure_misread with a name, or measures_disagree where several may be to blame."""
    if fit.chi2 <= _most_chi2(fit.spare):
        return
    names = [entry.name for entry in measures.entries]
    sizes = [float(np.abs(part).max()) for part in fit.residuals]
    guilty = []
    for index in np.argsort(sizes)[::-1][:_SUSPECTS]:
        others = [i for i in range(len(names)) if i != index]
        kept = replace(measures, entries=tuple(measures.entries[i] for i in others))
        without = fit_metres(kept, [ideal[i] for i in others], size_px)
        if without is not None and without.spare >= 1 and without.chi2 <= _most_chi2(without.spare):
            guilty.append(int(index))
    again = N_("Measure it again, take it out, or say that the tape was read less well (tape 3cm).")
    if len(guilty) == 1:
        raise CalibrationError(
            "measure_misread",
            N_("{name} does not fit all the others, which agree among themselves."),
            again,
            name=names[guilty[0]],
        )
    suspects = [names[i] for i in guilty] or [names[int(np.argmax(sizes))]]
    raise CalibrationError(
        "measures_disagree",
        N_("The measures contradict each other; {names} may be wrong, or a point was mistaken."),
        N_("Measure more, so that the wrong one shows; a wall that is not flat does the same."),
        names=", ".join(suspects[:3]),
    )


def _most_chi2(spare: int) -> float:
    """The 99.9 % quantile of χ² (Wilson & Hilferty)."""
    if spare <= 0:
        return np.inf
    part = 2.0 / (9.0 * spare)
    return float(spare * (1.0 - part + _SURE * np.sqrt(part)) ** 3)


def _placed(measures: Measures, ideal: list[Floats], calibration: Calibration, fit: Fit) -> Fit:
    """The fit with its 0,0 where it was named, or at the lower left where no point tells it."""
    if measures.origin_px is not None:
        at = apply_homography(fit.px_to_m, calibration.ideal_px(measures.origin_px))[0]
    elif any(entry.kind == "point" for entry in measures.entries):
        return fit
    else:
        at = apply_homography(fit.px_to_m, np.concatenate(ideal)).min(axis=0)
    shift = np.eye(3)
    shift[:2, 2] = -at
    entries = np.eye(8)  # an entry of the first two rows loses `at` times the third row's
    for axis in range(2):
        entries[3 * axis, 6] = entries[3 * axis + 1, 7] = -at[axis]
    return replace(
        fit, px_to_m=shift @ fit.px_to_m, covariance=entries @ fit.covariance @ entries.T
    )


def _with_metres(
    calibration: Calibration, ideal: list[Floats], fit: Fit, plane: int
) -> Calibration:
    placed = apply_homography(fit.px_to_m, np.concatenate(ideal))
    low, high = placed.min(axis=0), placed.max(axis=0)
    corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    changed = replace(
        calibration.planes[plane],
        camera_to_facade=fit.px_to_m,
        facade_covariance=fit.covariance,
        reference_size_m=(float(high[0] - low[0]), float(high[1] - low[1])),
        reference_origin_m=(float(low[0]), float(low[1])),
        reference_corners_px=calibration.raw_px(apply_homography(inverted(fit.px_to_m), corners)),
    )
    return calibration.with_plane(plane, changed)


def _report(
    calibration: Calibration, measures: Measures, ideal: list[Floats], fit: Fit, plane: int
) -> Report:
    rows = []
    for entry, ends, part in zip(measures.entries, ideal, fit.residuals, strict=True):
        placed = apply_homography(fit.px_to_m, ends)
        rows.append(Row(entry, _miss_m(entry, placed), float(np.abs(part).max())))
    half = np.array(calibration.aperture_mm) / 2.0
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    lit = calibration.ideal_px(calibration.map_points(corners, "slide", "camera", plane))
    radii = np.full(4, np.nan)
    seen = np.isfinite(apply_homography(fit.px_to_m, lit)[:, 0])
    if seen.any():
        radii[seen] = _radius_95(fit, lit[seen])
    worst = int(np.nanargmax(radii)) if seen.any() else None
    return Report(
        tuple(rows),
        fit.spare,
        float(_radius_95(fit, np.concatenate(ideal)).max()),
        None if worst is None else float(radii[worst]),
        worst,
    )


def _miss_m(entry: Measure, placed: Floats) -> float:
    """By how much a measure is missed, in metres."""
    if entry.kind == "point":
        return float(np.hypot(*(placed[0] - entry.metres)))
    between = placed[1] - placed[0]
    if entry.kind == "length":
        return float(np.hypot(*between) - entry.metres[0])
    return float(between[0 if entry.kind == "vertical" else 1])


def _radius_95(fit: Fit, ideal_px: Floats) -> Floats:
    """(N,): the longer half-axis of the 95 % ellipse, metres."""
    largest = np.linalg.eigvalsh(deviation_m(fit, ideal_px))[:, -1]
    result: Floats = TWO_DIMENSIONS_95 * np.sqrt(np.maximum(largest, 0.0))
    return result
