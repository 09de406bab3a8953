# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calibration: what joins slide, camera and façade, and its file.

Chain: slide mm -> projector lens -> slide_to_camera -> camera lens -> raw pixel;
raw pixel -> camera lens undone -> camera_to_facade -> façade m.

Owns: the chain in every direction, the JSON file (version 1).
Must not know: how anything here was estimated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from visiophare_mapping.documents import (
    Fields,
    json_text,
    raise_problems,
    read_json,
    read_json_object,
    write_json,
)
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.file_kinds import CALIBRATION, CAMERA_LENS
from visiophare_mapping.lens import CameraLens, Points, ProjectorLens
from visiophare_mapping.planes import Plane, apply_homography, inverted

VERSION = 1
Frame = Literal["slide", "camera", "facade"]
Source = Literal["pictures", "tape", "plan"]
SOURCES: tuple[Source, ...] = ("pictures", "tape", "plan")
FRAMES: tuple[Frame, ...] = ("slide", "camera", "facade")
_LENS_SOURCES = ("given", "estimated", "assumed")


@dataclass(frozen=True)
class Calibration:
    """Slide, camera and façade, joined.

    `image_size_px` and `aperture_mm` are width × height.  A lens that is None is ideal.
    "slide" means the gate until a later slide has been registered.  `source`: what it rests upon;
    without pictures, the camera is a drawn one (`without_camera`).
    """

    image_size_px: tuple[int, int]
    aperture_mm: tuple[float, float]
    planes: tuple[Plane, ...]
    camera_lens: CameraLens | None = None
    projector_lens: ProjectorLens | None = None
    source: Source = "pictures"

    def map_points(
        self, points: Points, from_frame: Frame, to_frame: Frame, plane: int = 0
    ) -> Points:
        """Map points (N, 2) between frames: slide mm, camera raw px, façade m, each (x, y).

        NaN where there is no such point: behind the camera, or outside what a lens can make.

        Raises: CalibrationError frame_unknown, plane_unknown, facade_unknown.
        """
        self._check(from_frame, to_frame, plane)
        result = np.array(points, dtype=np.float64).reshape(-1, 2)
        start, end = FRAMES.index(from_frame), FRAMES.index(to_frame)
        for step in range(start, end):
            result = self._forward(step, result, self.planes[plane])
        for step in range(start, end, -1):
            result = self._backward(step - 1, result, self.planes[plane])
        return result

    def _forward(self, step: int, points: Points, plane: Plane) -> Points:
        """Step 0: slide mm -> raw px; step 1: raw px -> façade m."""
        if step == 1:
            return apply_homography(_facade_transform(plane), self.ideal_px(points))
        if self.projector_lens is not None:
            points = self.projector_lens.distort(points)
        return self.raw_px(apply_homography(plane.slide_to_camera, points))

    def _backward(self, step: int, points: Points, plane: Plane) -> Points:
        """Step 0: raw px -> slide mm; step 1: façade m -> raw px."""
        if step == 1:
            return self.raw_px(apply_homography(inverted(_facade_transform(plane)), points))
        points = apply_homography(inverted(plane.slide_to_camera), self.ideal_px(points))
        return points if self.projector_lens is None else self.projector_lens.undistort(points)

    def ideal_px(self, raw_px: Points) -> Points:
        """Raw pixels (N, 2) as an ideal camera would have them; NaN where there is none."""
        return raw_px if self.camera_lens is None else self.camera_lens.undistort(raw_px)

    def raw_px(self, ideal_px: Points) -> Points:
        """Pixels of an ideal camera (N, 2) as the photo has them; NaN where the lens has none."""
        return ideal_px if self.camera_lens is None else self.camera_lens.distort(ideal_px)

    def _check(self, from_frame: str, to_frame: str, plane: int) -> None:
        for frame in (from_frame, to_frame):
            if frame not in FRAMES:
                raise CalibrationError(
                    "frame_unknown",
                    N_("There is no frame “{frame}”."),
                    N_("The frames are slide, camera and facade."),
                    frame=frame,
                )
        self.check_plane(plane)
        facade = "facade" in (from_frame, to_frame) and from_frame != to_frame
        if facade and self.planes[plane].camera_to_facade is None:
            raise CalibrationError(
                "facade_unknown",
                N_("This calibration does not know the façade's metres yet."),
                N_("Give four corners of a known rectangle with `visiophare facade`."),
            )

    def check_plane(self, plane: int) -> None:
        """Raises: CalibrationError plane_unknown if there is no plane of this number."""
        if not 0 <= plane < len(self.planes):
            raise CalibrationError(
                "plane_unknown",
                N_("This calibration has no plane {plane}; its planes are 0 to {last}."),
                N_("Give one of those numbers."),
                plane=plane,
                last=len(self.planes) - 1,
            )

    def with_plane(self, index: int, plane: Plane) -> Calibration:
        """The same calibration with one plane replaced."""
        planes = (*self.planes[:index], plane, *self.planes[index + 1 :])
        return replace(self, planes=planes)

    def to_json(self) -> dict[str, Any]:
        """The document of the calibration file, plain Python values."""
        return {
            "version": VERSION,
            "source": self.source,
            "image_size_px": list(self.image_size_px),
            "aperture_mm": list(self.aperture_mm),
            "camera_lens": _camera_lens_json(self.camera_lens),
            "projector_lens": _projector_lens_json(self.projector_lens),
            "planes": [_plane_json(plane) for plane in self.planes],
        }

    def to_text(self) -> str:
        """The calibration file, for whoever writes files in another way."""
        return json_text(self.to_json())

    def save(self, path: Path | str) -> None:
        """Write the file whole or not at all.  Raises: OSError."""
        write_json(path, self.to_json())

    @classmethod
    def load(cls, path: Path | str) -> Calibration:
        """Read a calibration file.

        Raises: CalibrationError file_missing, file_unreadable, not_json, other_file,
        version_unknown, file_invalid (with all its `problems`).
        """
        fields, problems = read_json(path, CalibrationError, VERSION, CALIBRATION)
        image_size = fields.numbers("image_size_px", 2)
        aperture = fields.numbers("aperture_mm", 2)
        for key, size in (("image_size_px", image_size), ("aperture_mm", aperture)):
            if np.any(size <= 0.0):
                fields.fault(key, N_("{field} must be above zero."))
        camera = _read_camera_lens(fields.child("camera_lens")) if "camera_lens" in fields else None
        projector = (
            _read_projector_lens(fields.child("projector_lens"))
            if "projector_lens" in fields
            else None
        )
        source = fields.text("source", among=SOURCES) if "source" in fields else SOURCES[0]
        planes = tuple(_read_plane(entry) for entry in fields.children("planes"))
        raise_problems(path, problems, CalibrationError)
        return cls(
            image_size_px=(int(image_size[0]), int(image_size[1])),
            aperture_mm=(float(aperture[0]), float(aperture[1])),
            planes=planes,
            camera_lens=camera,
            projector_lens=projector,
            source=next(known for known in SOURCES if known == source),
        )


def load_camera_lens(path: Path | str) -> CameraLens:
    """Read a camera's own calibration: a JSON object with K, dist and image_size_px.

    Raises: CalibrationError file_missing, file_unreadable, not_json, other_file, file_invalid.
    """
    fields, problems = read_json_object(path, CalibrationError, CAMERA_LENS)
    lens = _camera_lens(fields, "given")
    raise_problems(path, problems, CalibrationError)
    return lens


def _facade_transform(plane: Plane) -> Points:
    assert plane.camera_to_facade is not None  # _check has refused this
    return plane.camera_to_facade


def _camera_lens_json(lens: CameraLens | None) -> dict[str, Any] | None:
    if lens is None:
        return None
    return {
        "K": lens.matrix.tolist(),
        "dist": lens.distortion.tolist(),
        "image_size_px": list(lens.image_size_px),
        "source": lens.source,
    }


def _projector_lens_json(lens: ProjectorLens | None) -> dict[str, Any] | None:
    if lens is None:
        return None
    return {
        "k1": lens.k1,
        "k2": lens.k2,
        "centre_mm": list(lens.centre_mm),
        "radius_mm": lens.radius_mm,
    }


def _plane_json(plane: Plane) -> dict[str, Any]:
    size = plane.reference_size_m
    optional = {
        "covariance": plane.covariance,
        "covariance_with_lenses": plane.covariance_with_lenses,
        "camera_to_facade": plane.camera_to_facade,
        "reference_corners_px": plane.reference_corners_px,
        "facade_covariance": plane.facade_covariance,
    }
    return {
        "slide_to_camera": plane.slide_to_camera.tolist(),
        "outline_slide_mm": plane.outline_slide_mm.tolist(),
        "points": plane.points,
        "rms_px": plane.rms_px,
        "covariance_of": list(plane.covariance_of),
        "lenses_probability": plane.lenses_probability,
        "reference_size_m": None if size is None else list(size),
        "reference_origin_m": list(plane.reference_origin_m),
        **{key: None if value is None else value.tolist() for key, value in optional.items()},
    }


def _read_camera_lens(fields: Fields) -> CameraLens:
    return _camera_lens(fields, fields.text("source", among=_LENS_SOURCES))


def _camera_lens(fields: Fields, source: str) -> CameraLens:
    matrix = fields.numbers("K", 3, 3)
    if matrix[0, 0] <= 0 or matrix[1, 1] <= 0 or np.any(matrix[2] != (0.0, 0.0, 1.0)):
        fields.fault("K", N_("{field} must be [[fx, skew, cx], [0, fy, cy], [0, 0, 1]]."))
        matrix = np.eye(3)
    distortion = fields.numbers("dist", None)
    if len(distortion) not in (4, 5, 8):
        fields.fault(
            "dist", N_("{field} must have 4, 5 or 8 numbers: k1, k2, p1, p2, k3, k4, k5, k6.")
        )
    size = fields.numbers("image_size_px", 2)
    if np.any(size < 1):
        fields.fault("image_size_px", N_("{field} must be above zero."))
    return CameraLens(
        matrix=matrix,
        distortion=distortion,
        image_size_px=(int(size[0]), int(size[1])),
        source=source,
    )


def _read_projector_lens(fields: Fields) -> ProjectorLens:
    centre = fields.numbers("centre_mm", 2)
    return ProjectorLens(
        k1=fields.number("k1"),
        k2=fields.number("k2"),
        centre_mm=(float(centre[0]), float(centre[1])),
        radius_mm=fields.number("radius_mm", above=0.0),
    )


def _read_plane(fields: Fields) -> Plane:
    size = fields.numbers("reference_size_m", 2) if "reference_size_m" in fields else None
    if size is not None and np.any(size <= 0.0):
        fields.fault("reference_size_m", N_("{field} must be above zero."))
    origin = (
        fields.numbers("reference_origin_m", 2) if "reference_origin_m" in fields else (0.0, 0.0)
    )
    names = fields.texts("covariance_of") if "covariance_of" in fields else ()
    count = len(names)
    return Plane(
        slide_to_camera=_read_transform(fields, "slide_to_camera"),
        outline_slide_mm=fields.numbers("outline_slide_mm", None, 2),
        points=fields.integer("points"),
        rms_px=fields.number("rms_px"),
        covariance=_optional(fields, "covariance", count, count),
        covariance_of=names,
        camera_to_facade=(
            _read_transform(fields, "camera_to_facade") if "camera_to_facade" in fields else None
        ),
        reference_size_m=None if size is None else (float(size[0]), float(size[1])),
        reference_corners_px=_optional(fields, "reference_corners_px", 4, 2),
        covariance_with_lenses=_optional(fields, "covariance_with_lenses", count, count),
        lenses_probability=(
            fields.number("lenses_probability") if "lenses_probability" in fields else None
        ),
        reference_origin_m=(float(origin[0]), float(origin[1])),
        facade_covariance=(
            fields.numbers("facade_covariance", 8, 8) if "facade_covariance" in fields else None
        ),
    )


def _optional(fields: Fields, key: str, *shape: int) -> Points | None:
    return fields.numbers(key, *shape) if key in fields else None


def _read_transform(fields: Fields, key: str) -> Points:
    matrix = fields.numbers(key, 3, 3)
    size = float(np.abs(matrix).max())
    if size == 0.0 or abs(np.linalg.det(matrix / size)) < 1e-15:
        fields.fault(key, N_("{field} cannot be inverted."))
        return np.eye(3)
    return matrix
