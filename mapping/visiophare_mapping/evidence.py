# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lenses or none: which of both the pairs make more probable, and what that leaves unsure.

To choose a model is not to know that it is right.  The covariance given here is that of the
average over both models (Hoeting et al., "Bayesian model averaging", 1999), about the estimate of
the one that was chosen.  Must not know: pixels, millimetres, pictures, files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.joint import JointFit, JointModel, fit_jointly, fit_like

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """The `fit` that was chosen, and what is unsure of it in all lens terms `names` there are.

    `covariance` (8 + T, 8 + T) is the average over both models; `with_lenses`, likewise, is that of
    the model with lenses about the same estimate, and `lensed` its probability.
    """

    fit: JointFit
    names: tuple[str, ...]
    covariance: Floats
    with_lenses: Floats
    lensed: float


def choose(model: JointModel) -> Choice:
    """With the lens terms or without, whichever the pairs make more probable.

    Raises: ValueError or LinAlgError if the pairs do not determine a homography.
    """
    full = fit_jointly(model)
    plain = fit_like(replace(model, priors={}), full)
    odds = np.exp(np.clip(full.evidence - plain.evidence, -50.0, 50.0))
    lensed = float(odds / (1.0 + odds))
    chosen = full if lensed > 0.5 else fit_jointly(replace(model, priors={}))
    with_lenses = _about(chosen, full)
    covariance = lensed * with_lenses + (1.0 - lensed) * _about(chosen, plain, full)
    return Choice(chosen, full.names, covariance, with_lenses, lensed)


def _about(estimate: JointFit, model: JointFit, widest: JointFit | None = None) -> Floats:
    """The second moments of what `model` believes about another's estimate, with as many terms as
    `widest` has."""
    length = len((widest or model).parameters)
    apart = _padded(model.parameters, length) - _padded(estimate.parameters, length)
    moments: Floats = _padded(model.covariance, length) + np.outer(apart, apart)
    return moments


def _padded(values: Floats, length: int) -> Floats:
    """With zeros for what this model does not have."""
    return np.pad(values, (0, length - len(values)))
