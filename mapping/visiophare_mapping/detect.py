# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the target in pictures: markers first, then every point, refined and checked.

Owns: the order of work from pictures to pairs of points, and what it means when there are none.
Must not know: files, cameras, how to print or draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import N_, DetectionError, MappingError
from visiophare_mapping.estimate import FEWEST_POINTS, calibrate_pairs
from visiophare_mapping.exposures import Exposures, Views
from visiophare_mapping.lens import CameraLens
from visiophare_mapping.markers import NOTHING, Sighting, is_mirrored, sight
from visiophare_mapping.outline import starts as outline_starts
from visiophare_mapping.photos import Grey, Light, reduced
from visiophare_mapping.planes import apply_homography
from visiophare_mapping.refine import Refined, Template, refine_points
from visiophare_mapping.targets import Target
from visiophare_mapping.verify import matching_markers

Points = NDArray[np.float64]
Floats = NDArray[np.float64]

# A patch is refined at this many pixels a square or a little more; finer pixels only repeat.
_SQUARE_PX = 70.0
# Steps in each round: the first comes from afar, the last only settles.
_ROUNDS = (5, 3, 2)
# How far around a point to look, in squares: markers help, but the outer squares of a chessboard
# are often cut.
_REACH = {"charuco": 0.75, "chessboard": 0.4}
_LEAST_EXPLAINED = 0.25
_MOST_SIGMA_PX = 0.7
# A refined point further than this share of a square from where all others put it is another's.
_FURTHEST_SHARE = 0.12
_LARGEST_RMS_SHARE = 0.05
# Windows swallow markers; on another board, or mirrored, one in twenty matches by chance.
_MATCHING_SHARE = 0.4
_FEWEST_MATCHING = 2


@dataclass(frozen=True)
class Detection:
    """Points of the target found in the pictures.

    ids (N,), slide_mm (N, 2), camera_px (N, 2) raw pixels, sigma_px (N,) their deviations;
    `of` is how many points the target has.
    """

    ids: NDArray[np.intp]
    slide_mm: Points
    camera_px: Points
    sigma_px: Floats
    image_size_px: tuple[int, int]
    of: int


def find_target(
    on: Sequence[Light | NDArray[Any]],
    off: Sequence[Light | NDArray[Any] | None],
    target: Target,
    camera_lens: CameraLens | None = None,
) -> Detection:
    """Find the target in pictures with the light on and off (None, or fewer, where there are none).

    Pictures are (h, w[, 3 or 4]), gamma encoded, BGR, 8 or 16 bits, or Light.

    Raises: PictureError sizes_differ, camera_moved, no_pictures, on_off_swapped; DetectionError
    as `find_in_exposures`.
    """
    exposures = Exposures()
    for picture in on:
        exposures.add(picture, lit=True)
    for dark in off:
        if dark is not None:
            exposures.add(dark, lit=False)
    return find_in_exposures(exposures, target, camera_lens)


def find_in_exposures(
    exposures: Exposures, target: Target, camera_lens: CameraLens | None = None
) -> Detection:
    """Find the target in summed exposures.

    Raises: DetectionError target_not_found, slide_backwards, wrong_target, too_few_points;
    PictureError no_pictures, on_off_swapped.
    """
    views = exposures.mean()
    pictures = views.for_markers()
    sighting = sight(pictures, target.board)
    try:
        return _found(views, target, sighting, camera_lens)
    except DetectionError as failure:
        if _is_backwards(views, target, pictures):
            raise _backwards() from None
        if failure.code != "target_not_found" or not _is_another(sighting, target):
            raise
        raise _wrong_target() from None


def _found(
    views: Views, target: Target, sighting: Sighting, camera_lens: CameraLens | None
) -> Detection:
    """Raises: DetectionError too_few_points, target_not_found."""
    # The layout that was seen counts, whatever the target file calls it.
    layout = replace(target, board=replace(target.board, legacy=sighting.legacy))
    search = _Search(views, layout, camera_lens)
    failure: DetectionError | None = None
    for slide_mm, picture_px in _beginnings(views, layout, sighting):
        try:
            detection = search.run(slide_mm, views.to_raw(picture_px))
        except DetectionError as error:
            failure = failure or error
            continue
        if detection is not None:
            return detection
    raise failure or _not_found()


def _is_backwards(views: Views, target: Target, pictures: list[NDArray[np.uint8]]) -> bool:
    """Whether the target shows when the pictures are mirrored: its markers, or the target found by
    its outline and proved."""
    if target.board.kind == "chessboard":
        return False  # it is its own mirror image
    if is_mirrored(pictures, target.board):
        return True
    dark = None if views.dark is None else np.ascontiguousarray(views.dark[:, ::-1])
    mirrored = Views(np.ascontiguousarray(views.lit[:, ::-1]), dark, views.first)
    try:
        _found(mirrored, target, NOTHING, None)
    except DetectionError:
        return False
    return True


def _is_another(sighting: Sighting, target: Target) -> bool:
    return sighting.seen > max(3, target.board.marker_count() // 4)


def _beginnings(
    views: Views, target: Target, sighting: Sighting
) -> Iterator[tuple[Points, Points]]:
    """Pairs (N, 2) slide mm and picture px to begin a search from: markers, then the outline of
    the light."""
    if len(sighting.board_mm):
        yield sighting.board_mm - np.array(target.board.size_mm) / 2.0, sighting.picture_px
    if views.dark is None:
        return
    for slide_to_picture in outline_starts(views.signal, views.dark, target):
        yield target.points_mm, apply_homography(slide_to_picture, target.points_mm)


def calibrate(
    detection: Detection,
    image_size_px: tuple[int, int],
    target: Target,
    camera_lens: CameraLens | None = None,
) -> Calibration:
    """The calibration that a detection of `target` gives; see `estimate.calibrate_pairs`.

    Raises: CalibrationError too_few_points, points_degenerate, camera_lens_other_pictures.
    """
    return calibrate_pairs(
        detection.slide_mm,
        detection.camera_px,
        image_size_px,
        target.aperture_mm,
        camera_lens,
        detection.sigma_px,
    )


class _Search:
    """From a first sighting to refined points, on pictures reduced to a useful size."""

    def __init__(self, views: Views, target: Target, camera_lens: CameraLens | None) -> None:
        self._views = views
        self._target = target
        self._camera_lens = camera_lens
        self._drawn_mm = target.board.corners_mm()[list(target.ids)] - (
            np.array(target.board.size_mm) / 2.0
        )

    def run(self, slide_mm: Points, camera_px: Points) -> Detection | None:
        """Predict, refine, drop, fit, again; None if it was not this target after all.

        Raises: DetectionError too_few_points.
        """
        target = self._target
        calibration = self._calibrate(slide_mm, camera_px)
        square_px = self._square_px(calibration)
        factor = max(1, int(square_px / self._views.first.reduction // _SQUARE_PX))
        signal = reduced(np.ascontiguousarray(self._views.signal), factor)
        dark = self._views.dark
        albedo = None if dark is None else reduced(dark, factor)
        per_px = factor * self._views.first.reduction
        template = Template(target, square_px / target.board.square_mm / per_px)
        found = np.zeros(len(target.ids), dtype=bool)
        for steps in _ROUNDS:
            refined = self._refine(calibration, signal, albedo, template, per_px, steps)
            found = self._believable(refined, calibration, square_px / per_px, per_px)
            if np.count_nonzero(found) < FEWEST_POINTS:
                raise _too_few(int(np.count_nonzero(found)), len(found))
            raw_px = (refined.points_px + 0.5) * per_px - 0.5
            calibration = self._calibrate(
                target.points_mm[found], raw_px[found], refined.sigma_px[found]
            )
        too_loose = calibration.planes[0].rms_px > max(_LARGEST_RMS_SHARE * square_px, 1.0)
        if too_loose or not self._is_target(calibration, signal, found, per_px):
            return None
        return Detection(
            ids=np.asarray(target.ids, dtype=np.intp)[found],
            slide_mm=target.points_mm[found],
            camera_px=raw_px[found],
            sigma_px=refined.sigma_px[found] * per_px,
            image_size_px=self._views.first.size_px,
            of=len(found),
        )

    def _is_target(
        self, calibration: Calibration, signal: Grey, found: NDArray[np.bool_], per_px: int
    ) -> bool:
        """Whether the markers between points that were found show their bits."""
        board = self._target.board
        if board.kind == "chessboard":
            return True
        measured_mm = self._target.points_mm[found]

        def to_camera(points: Points) -> Points:
            raw = calibration.map_points(points, "slide", "camera")
            return np.asarray((raw + 0.5) / per_px - 0.5)

        def seen(corners: Points) -> bool:
            away = np.hypot(*(measured_mm[None] - corners[:, None]).transpose(2, 0, 1))
            return bool(np.count_nonzero(away.min(axis=1) < board.square_mm / 2.0) >= 2)

        matching, possible = matching_markers(signal, board, to_camera, seen)
        return matching >= max(_FEWEST_MATCHING, _MATCHING_SHARE * possible)

    def _calibrate(
        self, slide_mm: Points, camera_px: Points, sigma_px: Floats | None = None
    ) -> Calibration:
        try:
            return calibrate_pairs(
                slide_mm,
                camera_px,
                self._views.first.size_px,
                self._target.aperture_mm,
                self._camera_lens,
                sigma_px,
            )
        except MappingError as error:
            if error.code == "camera_lens_other_pictures":
                raise
            raise _too_few(len(slide_mm), len(self._target.ids)) from None

    def _square_px(self, calibration: Calibration) -> float:
        """Median side of a square in raw pixels."""
        step_mm = np.array([self._target.board.square_mm, 0.0])
        ends = [self._target.points_mm - step_mm / 2, self._target.points_mm + step_mm / 2]
        start, end = (calibration.map_points(points, "slide", "camera") for points in ends)
        return float(np.nanmedian(np.hypot(*(end - start).T)))

    def _refine(
        self,
        calibration: Calibration,
        signal: Grey,
        albedo: Grey | None,
        template: Template,
        per_px: int,
        steps: int,
    ) -> Refined:
        def to_camera(points: Points) -> Points:
            raw = calibration.map_points(points, "slide", "camera")
            return np.asarray((raw + 0.5) / per_px - 0.5)

        def to_slide(points: Points) -> Points:
            return calibration.map_points((points + 0.5) * per_px - 0.5, "camera", "slide")

        points_mm = self._target.points_mm
        return refine_points(
            signal,
            albedo,
            template,
            points_mm,
            to_camera,
            to_slide,
            self._drawn_mm,
            steps,
            _REACH[self._target.board.kind],
        )

    def _believable(
        self, refined: Refined, calibration: Calibration, square_px: float, per_px: int
    ) -> NDArray[np.bool_]:
        """Points whose patch shows the target, near where the others put it."""
        explained = refined.explained
        if self._target.board.kind == "chessboard":
            explained = np.abs(explained)  # nobody said which corner square is black
        predicted = calibration.map_points(self._target.points_mm, "slide", "camera")
        moved_px = np.hypot(*((predicted + 0.5) / per_px - 0.5 - refined.points_px).T)
        with np.errstate(invalid="ignore"):
            believable = (explained > _LEAST_EXPLAINED) & (refined.sigma_px < _MOST_SIGMA_PX)
            believable &= moved_px < _FURTHEST_SHARE * square_px + 2.0
        return np.asarray(believable)


def _backwards() -> DetectionError:
    return DetectionError(
        "slide_backwards",
        N_("The slide is in backwards: the pictures show the target mirrored."),
        N_("Turn the slide over, left to right, and take the pictures again."),
    )


def _not_found() -> DetectionError:
    return DetectionError(
        "target_not_found",
        N_("The target is not to be seen in the pictures."),
        N_("Focus the projector, darken the wall, show all of it; and check the target file."),
    )


def _wrong_target() -> DetectionError:
    return DetectionError(
        "wrong_target",
        N_("The pictures show a target, but not the one in the target file."),
        N_("Give the target.json that was made with this slide."),
    )


def _too_few(found: int, of: int) -> DetectionError:
    return DetectionError(
        "too_few_points",
        N_("Only {found} of the target's {of} points could be measured; {needed} are needed."),
        N_("Light more of the wall, move what hides it, focus, or bring the camera closer."),
        found=found,
        of=of,
        needed=FEWEST_POINTS,
    )
