# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of JSON files there are, so that one given for another is told in one sentence.

Owns: what each kind is known by, what it is called, where one gets it.
Must not know: how the files are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from visiophare_mapping.errors import N_


@dataclass(frozen=True)
class Kind:
    """`keys` are those that only this kind has; `mistaken` says that a file is of this kind where
    another was meant; `meant` says which file to give where this kind is meant."""

    keys: frozenset[str]
    mistaken: str
    meant: str


TARGET = Kind(
    frozenset({"board", "points"}),
    N_("{path} describes a calibration slide, which is not what is needed here."),
    N_("Give the target.json that was written with the slide."),
)
CALIBRATION = Kind(
    frozenset({"planes"}),
    N_("{path} is a calibration of slide and camera, which is not what is needed here."),
    N_("Give the calibration.json that `visiophare calibrate` wrote."),
)
CAMERA_LENS = Kind(
    frozenset({"K", "dist"}),
    N_("{path} is a camera's own calibration, which is not what is needed here."),
    N_("Give the camera's own calibration: K, dist and image_size_px, as OpenCV defines them."),
)
OUTLINES = Kind(
    frozenset({"outlines"}),
    N_("{path} holds outlines of windows and doors, which is not what is needed here."),
    N_("Give the outlines.json that `visiophare outlines` wrote."),
)


def mistaken_kind(document: Mapping[str, object], wanted: Kind) -> Kind | None:
    """Which other kind of file this is; None for the one that is wanted, and for anything else."""
    if wanted.keys <= document.keys():
        return None
    others = (TARGET, CALIBRATION, CAMERA_LENS, OUTLINES)
    return next((kind for kind in others if kind.keys <= document.keys()), None)
