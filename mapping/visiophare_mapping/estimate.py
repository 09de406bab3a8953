# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From pairs of points, slide mm and camera px, to a calibration.

Owns: units of the joint fit, the priors on lenses, and what of the result goes into the
calibration.
Must not know: how points were found, files.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.evidence import Choice, choose
from visiophare_mapping.joint import HOMOGRAPHY_NAMES, JointFit, JointModel, Priors
from visiophare_mapping.lens import CameraLens, ProjectorLens
from visiophare_mapping.planes import Plane

Floats = NDArray[np.float64]
Points = NDArray[np.float64]

FEWEST_POINTS = 6
# Focal length assumed for a camera that nobody calibrated: a webcam's, 62 degrees across.  It is
# no source of error: from one plane, another focal length is another k1, and the same map.
ASSUMED_FOCAL_PER_WIDTH = 0.83
# Mean and deviation of lens terms: projectors for slides (k at the aperture's corner, the centre in
# half diagonals), and webcams or phones (OpenCV's terms at the assumed focal length).
PROJECTOR_PRIORS: Priors = {
    "projector_k1": (0.0, 0.10),
    "projector_k2": (0.0, 0.03),
    "projector_cx": (0.0, 0.01),
    "projector_cy": (0.0, 0.01),
}
CAMERA_PRIORS: Priors = {
    "camera_k1": (-0.02, 0.06),
    "camera_k2": (0.0, 0.02),
    "camera_p1": (0.0, 0.001),
    "camera_p2": (0.0, 0.001),
}
# What refined saddles scatter by when little else is known.
_TYPICAL_NOISE_PX = 0.05


def calibrate_pairs(
    slide_mm: Points,
    camera_px: Points,
    image_size_px: tuple[int, int],
    aperture_mm: tuple[float, float],
    camera_lens: CameraLens | None = None,
    sigma_px: Floats | None = None,
) -> Calibration:
    """A calibration of one plane from pairs: slide_mm (N, 2) and raw camera_px (N, 2).

    `camera_lens` is the camera's own calibration, scaled to these pictures; without it the
    camera's lens is estimated with the projector's.  `sigma_px` (N,) are the points' relative
    standard deviations.

    Raises: CalibrationError too_few_points, points_degenerate, camera_lens_other_pictures.
    """
    if len(slide_mm) < FEWEST_POINTS:
        raise _too_few(len(slide_mm))
    radius_mm = float(np.hypot(*aperture_mm)) / 2.0
    given = None if camera_lens is None else fitted_to(camera_lens, image_size_px)
    matrix = _assumed_matrix(image_size_px) if given is None else given.matrix
    straight_px = camera_px if given is None else given.undistort(camera_px)
    spread = np.ones(len(slide_mm)) if sigma_px is None else sigma_px / np.median(sigma_px)
    known = np.isfinite(straight_px).all(axis=1)
    slide_mm, camera_px, straight_px = slide_mm[known], camera_px[known], straight_px[known]
    focal = float(matrix[0, 0])
    model = JointModel(
        slide=slide_mm / radius_mm,
        camera=(straight_px - matrix[:2, 2]) / focal,
        spread=spread[known],
        priors=PROJECTOR_PRIORS | (CAMERA_PRIORS if given is None else {}),
        noise=_TYPICAL_NOISE_PX / focal,
    )
    choice = _chosen(model)
    fit = choice.fit
    calibration = Calibration(
        image_size_px=image_size_px,
        aperture_mm=aperture_mm,
        planes=(_plane(choice, slide_mm, matrix, radius_mm),),
        camera_lens=_estimated_lens(fit, matrix, image_size_px) if given is None else given,
        projector_lens=ProjectorLens(
            k1=fit.term("projector_k1"),
            k2=fit.term("projector_k2"),
            centre_mm=(
                radius_mm * fit.term("projector_cx"),
                radius_mm * fit.term("projector_cy"),
            ),
            radius_mm=radius_mm,
        ),
    )
    return _with_rms(calibration, slide_mm[fit.used], camera_px[fit.used])


def fitted_to(lens: CameraLens, image_size_px: tuple[int, int]) -> CameraLens:
    """The lens for pictures of another resolution but the same shape.

    Raises: CalibrationError camera_lens_other_pictures.
    """
    across, down = (image_size_px[i] / lens.image_size_px[i] for i in (0, 1))
    if abs(across / down - 1.0) > 0.005:
        raise CalibrationError(
            "camera_lens_other_pictures",
            N_("The camera lens was measured on {lens_size} pictures; these are {size}."),
            N_("Calibrate the camera with pictures of the same shape, zoom and focus."),
            lens_size=" × ".join(map(str, lens.image_size_px)),
            size=" × ".join(map(str, image_size_px)),
        )
    # A pixel's centre has whole coordinates, so scaling acts about (-0.5, -0.5).
    scaling = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1.0]])
    return replace(lens, matrix=scaling @ lens.matrix, image_size_px=image_size_px)


def _chosen(model: JointModel) -> Choice:
    """With lenses or without, whichever the pairs make more probable."""
    try:
        return choose(model)
    except (ValueError, np.linalg.LinAlgError):
        raise CalibrationError(
            "points_degenerate",
            N_("The points that were found lie on a line, or nearly."),
            N_("Show more of the target: light more of the wall, or move what hides it."),
        ) from None


def _plane(choice: Choice, slide_mm: Points, matrix: Floats, radius_mm: float) -> Plane:
    """The plane in pixels and millimetres; its covariance is carried along linearly."""
    fit, focal = choice.fit, float(matrix[0, 0])
    to_pixels = np.array([[focal, 0.0, matrix[0, 2]], [0.0, focal, matrix[1, 2]], [0.0, 0.0, 1.0]])
    to_radii = np.diag([1.0 / radius_mm, 1.0 / radius_mm, 1.0])
    change = np.kron(to_pixels, to_radii.T)[:8, :8]
    carry = np.eye(8 + len(choice.names))
    carry[:8, :8] = change
    return Plane(
        slide_to_camera=to_pixels @ fit.homography @ to_radii,
        outline_slide_mm=_outline(slide_mm[fit.used]),
        points=int(np.count_nonzero(fit.used)),
        rms_px=0.0,
        covariance=carry @ choice.covariance @ carry.T,
        covariance_of=(*HOMOGRAPHY_NAMES, *choice.names),
        covariance_with_lenses=carry @ choice.with_lenses @ carry.T,
        lenses_probability=choice.lensed,
    )


def _with_rms(calibration: Calibration, slide_mm: Points, camera_px: Points) -> Calibration:
    """Fills in rms_px over the points used, through the whole chain."""
    distances = np.hypot(*(calibration.map_points(slide_mm, "slide", "camera") - camera_px).T)
    rms_px = float(np.sqrt(np.mean(distances**2)))
    return calibration.with_plane(0, replace(calibration.planes[0], rms_px=rms_px))


def _outline(points: Points) -> Points:
    """Convex hull (n, 2) of what was seen of the slide."""
    # OpenCV knows single precision only: it chooses the points, their values stay ours.
    chosen = cv2.convexHull(np.asarray(points, dtype=np.float32), returnPoints=False)
    return np.asarray(points, dtype=np.float64)[np.ravel(chosen)]


def _assumed_matrix(image_size_px: tuple[int, int]) -> Floats:
    width, height = image_size_px
    focal = ASSUMED_FOCAL_PER_WIDTH * max(width, height)
    return np.array(
        [[focal, 0.0, (width - 1) / 2.0], [0.0, focal, (height - 1) / 2.0], [0.0, 0.0, 1.0]]
    )


def _estimated_lens(fit: JointFit, matrix: Floats, image_size_px: tuple[int, int]) -> CameraLens:
    terms = [fit.term(name) for name in CAMERA_PRIORS]
    source = "estimated" if fit.names else "assumed"
    return CameraLens(matrix, np.array([*terms, 0.0]), image_size_px, source)


def _too_few(found: int) -> CalibrationError:
    return CalibrationError(
        "too_few_points",
        N_("Only {found} points of the target were found; at least {needed} are needed."),
        N_("Light more of the wall, move what hides it, or bring the camera closer."),
        found=found,
        needed=FEWEST_POINTS,
    )
