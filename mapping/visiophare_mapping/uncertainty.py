# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far off a calibration may be: 95 % bounds in pixels and millimetres, and where it is worst.

What is bounded is the largest error over the whole slide, not that of one point.  Errors of the
slide's points are J δ to first order, δ being the errors of the calibration's terms, of the
clicks on the photo and of the tape; δ is drawn from their covariance with a fixed seed, and the
bound is the quantile of the maximum of |J δ| over a grid.
Owns: carrying the covariance along the chain, the bounds.
Must not know: how the covariance was estimated, files, languages (it returns message ids).
Source: Criminisi, Reid & Zisserman, "A plane measuring device" (1999), for homographies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import N_
from visiophare_mapping.facade import rectangle_to_facade
from visiophare_mapping.joint import HOMOGRAPHY_NAMES
from visiophare_mapping.planes import Plane

Floats = NDArray[np.float64]
Points = NDArray[np.float64]

CLICK_PX = 1.0
"""The standard deviation of each coordinate of a point clicked on the photo."""
TAPE_M = 0.01
"""The standard deviation of a length measured with a tape."""
CONFIDENCE = 0.95

_DRAWS = 4000
_SEED = 2026
_GRID = 11
# A hundredth of a deviation: small enough to be linear, large enough for float64.
_STEP = 0.01
_CAMERA_TERMS = ("camera_k1", "camera_k2", "camera_p1", "camera_p2")
_MM_PER_M = 1000.0
# Beyond this probability of lenses, none are not thought of.
_SURE = 0.999
_PLACES = (
    (N_("upper left"), N_("top"), N_("upper right")),
    (N_("left"), N_("middle"), N_("right")),
    (N_("lower left"), N_("bottom"), N_("lower right")),
)
# Within this share of the way from the middle to the rim, a place is in the middle.
_MIDDLE = 0.4


@dataclass(frozen=True)
class Bound:
    """With 95 % certainty no point of the slide is further off than `most`; `worst` is a message
    id, the part of the slide's picture, as seen on the photo, where points are least sure."""

    most: float
    worst: str


@dataclass(frozen=True)
class FacadeBounds:
    """In mm on the façade.

    `relative`  what is drawn over the photo, against the photo
    `absolute`  what is placed by metres: with the clicks' and the tape's errors, and what follows
                beyond the rectangle; None where no rectangle gave the metres
    `lens_known`  what `absolute` would be if the camera's lens were known exactly
    """

    relative: Bound
    absolute: Bound | None
    lens_known: Bound | None


def bound_in_photo(calibration: Calibration, plane: int = 0) -> Bound | None:
    """The bound in raw pixels; None if the calibration has no covariance.

    Raises: CalibrationError plane_unknown.
    """
    calibration.check_plane(plane)
    terms = _terms(calibration.planes[plane])
    slide_mm, photo_px = _slide_grid(calibration, plane)
    if terms is None or not len(slide_mm):
        return None

    def landed(values: Floats) -> Points:
        varied = _varied(calibration, plane, terms.names, values)
        return varied.map_points(slide_mm, "slide", "camera", plane)

    return _bound(_slopes(landed, terms.deviations), terms.beliefs, photo_px)


def bounds_on_facade(
    calibration: Calibration, plane: int = 0, click_px: float = CLICK_PX, tape_m: float = TAPE_M
) -> FacadeBounds | None:
    """The bounds in millimetres; None if the calibration has no covariance or no metres.

    `click_px` and `tape_m` are the standard deviations of each coordinate of the rectangle's
    corners in the photo, and of its width and height.

    Raises: CalibrationError plane_unknown.
    """
    calibration.check_plane(plane)
    terms = _terms(calibration.planes[plane])
    if terms is None or calibration.planes[plane].camera_to_facade is None:
        return None
    slide_mm, photo_px = _slide_grid(calibration, plane)
    seen = np.isfinite(calibration.map_points(photo_px, "camera", "facade", plane)).all(axis=1)
    slide_mm, photo_px = slide_mm[seen], photo_px[seen]
    if not len(slide_mm):
        return None

    def over_photo(values: Floats) -> Points:
        varied = _varied(calibration, plane, terms.names, values)
        landed_px = varied.map_points(slide_mm, "slide", "camera", plane)
        return calibration.map_points(landed_px, "camera", "facade", plane) * _MM_PER_M

    relative = _bound(_slopes(over_photo, terms.deviations), terms.beliefs, photo_px)
    if calibration.planes[plane].reference_corners_px is None:
        return FacadeBounds(relative, None, None)
    count = len(terms.names)

    def by_metres(values: Floats) -> Points:
        varied = _varied(calibration, plane, terms.names, values[:count])
        varied = _measured_again(varied, plane, values[count : count + 8], values[count + 8 :])
        return varied.map_points(slide_mm, "slide", "facade", plane) * _MM_PER_M

    deviations = np.concatenate([terms.deviations, np.full(8, click_px), np.full(2, tape_m)])
    slopes = _slopes(by_metres, deviations)
    # Lenses that undo each other leave no trace between slide and camera, but they do in metres,
    # and no lens is quite straight: so metres are as unsure as lenses are.
    whole, known = (
        (_Belief(1.0, _joined(covariance, np.eye(10))),)
        for covariance in (terms.lensed, terms.with_known(_CAMERA_TERMS))
    )
    return FacadeBounds(relative, _bound(slopes, whole, photo_px), _bound(slopes, known, photo_px))


@dataclass(frozen=True)
class _Belief:
    """One of the things that may be so: its probability, and the covariance of errors then."""

    probability: float
    covariance: Floats


@dataclass(frozen=True)
class _Terms:
    """What the covariance is of: `names`, `deviations` (P,); `beliefs` with covariances in those
    deviations, and the one that holds if lenses bend."""

    names: tuple[str, ...]
    deviations: Floats
    beliefs: tuple[_Belief, ...]
    lensed: Floats

    def with_known(self, known: tuple[str, ...]) -> Floats:
        """The covariance (P, P) if lenses bend, once the `known` terms are known."""
        index = [self.names.index(name) for name in known if name in self.names]
        across = self.lensed[:, index]
        within = self.lensed[np.ix_(index, index)]
        left: Floats = self.lensed - across @ np.linalg.pinv(within) @ across.T
        return left


def _terms(plane: Plane) -> _Terms | None:
    if plane.covariance is None or not len(plane.covariance):
        return None
    deviations = np.sqrt(np.maximum(np.diag(plane.covariance), 0.0))
    scale = np.where(deviations > 0.0, deviations, 1.0)
    average = plane.covariance / np.outer(scale, scale)
    share = plane.lenses_probability
    if plane.covariance_with_lenses is None or share is None:
        return _Terms(plane.covariance_of, deviations, (_Belief(1.0, average),), average)
    lensed = plane.covariance_with_lenses / np.outer(scale, scale)
    beliefs = [_Belief(share, lensed)]
    if share < _SURE:
        # The average is of two; with the quantile in mind each is drawn from by itself.
        beliefs.append(_Belief(1.0 - share, (average - share * lensed) / (1.0 - share)))
    return _Terms(plane.covariance_of, deviations, tuple(beliefs), lensed)


def _slide_grid(calibration: Calibration, plane: int) -> tuple[Points, Points]:
    """Slide points (N, 2) mm that the plane shows, and where they are in the photo (N, 2) px: of
    the whole aperture if there is one plane, otherwise of the plane's part of it."""
    line = np.linspace(-0.5, 0.5, _GRID)
    x, y = np.meshgrid(line * calibration.aperture_mm[0], line * calibration.aperture_mm[1])
    grid = np.column_stack([x.ravel(), y.ravel()])
    if len(calibration.planes) > 1:
        outline = np.asarray(calibration.planes[plane].outline_slide_mm, np.float32)
        inside = [cv2.pointPolygonTest(outline, tuple(point), False) >= 0.0 for point in grid]
        grid = np.concatenate([grid[inside], np.asarray(outline, np.float64)])
    photo_px = calibration.map_points(grid, "slide", "camera", plane)
    seen = np.isfinite(photo_px).all(axis=1)
    return grid[seen], photo_px[seen]


def _varied(
    calibration: Calibration, plane: int, names: tuple[str, ...], changes: Floats
) -> Calibration:
    """The calibration with the terms `names` changed by `changes` (P,)."""
    change = dict(zip(names, changes, strict=True))
    matrix = calibration.planes[plane].slide_to_camera.copy()
    matrix.ravel()[:8] += [change.get(name, 0.0) for name in HOMOGRAPHY_NAMES]
    varied = calibration.with_plane(
        plane, replace(calibration.planes[plane], slide_to_camera=matrix)
    )
    projector, camera = calibration.projector_lens, calibration.camera_lens
    if projector is not None:
        x, y = projector.centre_mm
        projector = replace(
            projector,
            k1=projector.k1 + change.get("projector_k1", 0.0),
            k2=projector.k2 + change.get("projector_k2", 0.0),
            centre_mm=(
                x + projector.radius_mm * change.get("projector_cx", 0.0),
                y + projector.radius_mm * change.get("projector_cy", 0.0),
            ),
        )
    if camera is not None:
        distortion = camera.distortion.copy()
        distortion[:4] += [change.get(name, 0.0) for name in _CAMERA_TERMS]
        camera = replace(camera, distortion=distortion)
    return replace(varied, projector_lens=projector, camera_lens=camera)


def _measured_again(
    calibration: Calibration, plane: int, clicks_px: Floats, lengths_m: Floats
) -> Calibration:
    """The metres again, from corners off by `clicks_px` (8,) and sides by `lengths_m` (2,)."""
    reference = calibration.planes[plane]
    assert reference.reference_corners_px is not None
    assert reference.reference_size_m is not None
    width_m, height_m = np.add(reference.reference_size_m, lengths_m)
    corners_px = reference.reference_corners_px + clicks_px.reshape(4, 2)
    size_m = (float(width_m), float(height_m))
    transform = rectangle_to_facade(calibration, corners_px, size_m)
    return calibration.with_plane(plane, replace(reference, camera_to_facade=transform))


def _slopes(landed: Callable[[Floats], Points], deviations: Floats) -> Floats:
    """How points (N, 2) move with each term, by one deviation of it: (2N, P)."""
    columns = []
    for index, deviation in enumerate(deviations):
        step = np.zeros(len(deviations))
        step[index] = _STEP * deviation
        columns.append((landed(step) - landed(-step)).ravel() / (2.0 * _STEP))
    return np.nan_to_num(np.stack(columns, axis=1))


def _joined(first: Floats, second: Floats) -> Floats:
    """Covariance of two vectors that know nothing of each other."""
    between = np.zeros((len(first), len(second)))
    return np.block([[first, between], [between.T, second]])


def _bound(slopes: Floats, beliefs: tuple[_Belief, ...], photo_px: Points) -> Bound:
    """The quantile of the largest error, and where errors are largest on average."""
    chance = np.random.default_rng(_SEED)
    largest, variance = [], np.zeros(len(photo_px))
    for belief in beliefs:
        values, vectors = np.linalg.eigh(belief.covariance)
        spread = slopes @ (vectors * np.sqrt(np.maximum(values, 0.0)))
        draws = chance.standard_normal((len(values), round(belief.probability * _DRAWS)))
        errors = (spread @ draws).reshape(len(photo_px), 2, -1)
        largest.append(np.sqrt((errors**2).sum(axis=1).max(axis=0)))
        variance += belief.probability * (spread**2).sum(axis=1).reshape(-1, 2).sum(axis=1)
    worst = _place(photo_px[int(np.argmax(variance))], photo_px)
    return Bound(float(np.quantile(np.concatenate(largest), CONFIDENCE)), worst)


def _place(point_px: Points, photo_px: Points) -> str:
    """Which part of the slide's picture a point is in, as the photo shows it."""
    low, high = photo_px.min(axis=0), photo_px.max(axis=0)
    away = (point_px - (low + high) / 2.0) / np.maximum(high - low, 1e-9) * 2.0
    column, row = (int(value > _MIDDLE) - int(value < -_MIDDLE) + 1 for value in away)
    return _PLACES[row][column]
