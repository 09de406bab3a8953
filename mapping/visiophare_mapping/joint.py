# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The homography of a plane and the terms of both lenses, fitted together.

One view of one plane tells the combination of the two lenses well and their shares badly.  What
typical lenses are like settles what the pairs leave open: a prior on each lens term is one more
measurement, and the covariance shows how much that was worth.

Units are near one everywhere: slide points in aperture radii, camera points in focal lengths from
the principal point.  Must not know: pixels, millimetres, pictures, files.
Source: Levenberg-Marquardt and robust weights, Triggs et al., "Bundle adjustment" (1999);
Laplace's approximation of the evidence, MacKay, "Bayesian interpolation" (1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.homography import fit_homography, fit_robustly

Floats = NDArray[np.float64]
Points = NDArray[np.float64]
Priors = dict[str, tuple[float, float]]

HOMOGRAPHY_NAMES = ("h11", "h12", "h13", "h21", "h22", "h23", "h31", "h32")
_MOST_STEPS = 40
_REWEIGHTINGS = 8
_FREEDOM = 2.0
_OUTLIER_SIGMAS = 15.0
_FAR_MEDIANS = 10.0
_FAR_NOISES = 4.0
# Pairs within this many medians tell the noise.
_QUIET_MEDIANS = 5.0
# What the noise is taken to be before the residuals speak, and how many residuals that counts as.
_PRIOR_WORTH = 4.0
_STEP = 1e-6
# Neighbours are points within this many spacings, diagonals included; how much alike their errors
# are before the residuals speak (measured on façades: .25 beside, .06 diagonally), and how many
# pairs of neighbours that counts as.
_BESIDE = 1.6
_ALIKE = 0.15
_ALIKE_WORTH = 300.0


@dataclass(frozen=True)
class JointModel:
    """Pairs (N, 2) slide and camera, each pair's relative deviation (N,), and the lens terms.

    `priors` names the lens terms that are free (others are zero) with mean and deviation each;
    `noise` is a guess of the camera points' deviation.
    """

    slide: Points
    camera: Points
    spread: Floats
    priors: Priors
    noise: float


@dataclass(frozen=True)
class JointFit:
    """Parameters: eight homography entries (the ninth is 1), then the lens terms in `names`.

    `covariance` (8 + T, 8 + T) of the parameters; `trust` (N,) robust weights, zero for outliers;
    `noise` the deviation of one coordinate; `evidence` the logarithm, up to what all models of the
    same pairs share.
    """

    parameters: Floats
    names: tuple[str, ...]
    covariance: Floats
    trust: Floats
    noise: float
    evidence: float

    @property
    def homography(self) -> Floats:
        """(3, 3), [2, 2] = 1."""
        return np.append(self.parameters[:8], 1.0).reshape(3, 3)

    @property
    def used(self) -> NDArray[np.bool_]:
        """Pairs (N,) that were no outliers."""
        return self.trust > 0.0

    def term(self, name: str) -> float:
        """A lens term; zero if the model has none of that name."""
        return float(self.parameters[8 + self.names.index(name)]) if name in self.names else 0.0


def predict(parameters: Floats, names: tuple[str, ...], slide: Points) -> Points:
    """Slide points (N, 2) -> camera (N, 2): projector lens, homography, camera lens.

    Many sets of parameters (B, P) at once give (B, N, 2).
    """
    h = np.moveaxis(parameters[..., :8, None], -2, 0)
    lens = dict(zip(names, np.moveaxis(parameters[..., 8:, None], -2, 0), strict=True))
    nothing = np.zeros(1)
    cx, cy = lens.get("projector_cx", nothing), lens.get("projector_cy", nothing)
    x, y = slide[:, 0] - cx, slide[:, 1] - cy
    r2 = x * x + y * y
    scale = 1.0 + r2 * (lens.get("projector_k1", nothing) + r2 * lens.get("projector_k2", nothing))
    x, y = cx + x * scale, cy + y * scale
    depth = h[6] * x + h[7] * y + 1.0
    x, y = (h[0] * x + h[1] * y + h[2]) / depth, (h[3] * x + h[4] * y + h[5]) / depth
    r2 = x * x + y * y
    radial = 1.0 + r2 * (lens.get("camera_k1", nothing) + r2 * lens.get("camera_k2", nothing))
    p1, p2 = lens.get("camera_p1", nothing), lens.get("camera_p2", nothing)
    across = x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x)
    down = y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y
    return np.stack([across, down], axis=-1)


def fit_jointly(model: JointModel) -> JointFit:
    """Fit robustly, with the noise estimated from the residuals.

    Raises: ValueError or LinAlgError if the pairs do not determine a homography.
    """
    names = tuple(model.priors)
    parameters = np.append(_start(model), [mean for mean, _ in model.priors.values()])
    sigma, trust = 10.0 * model.noise, np.ones(len(model.slide))
    for _ in range(_REWEIGHTINGS):
        parameters, _normal = _minimise(model, parameters, _row_weights(model, trust, sigma))
        residuals = model.camera - predict(parameters, names, model.slide)
        sizes = np.hypot(*residuals.T) / model.spread
        sigma = _noise(model, sizes, trust)
        trust = _trust(sizes / sigma) * _near(model, residuals)
    repeated = _repeated(model, parameters, trust, sigma)
    return _finish(model, parameters, trust, sigma * float(np.sqrt(repeated)))


def fit_like(model: JointModel, reference: JointFit) -> JointFit:
    """Fit with the weights and the noise of another fit to the same pairs, so that their
    evidences compare.

    Raises: ValueError or LinAlgError as `fit_jointly`.
    """
    parameters = np.append(_start(model), [mean for mean, _ in model.priors.values()])
    return _finish(model, parameters, reference.trust, reference.noise)


def _finish(model: JointModel, parameters: Floats, trust: Floats, sigma: float) -> JointFit:
    row_weights = _row_weights(model, trust, sigma)
    parameters, normal = _minimise(model, parameters, row_weights)
    error = _errors(model, parameters, row_weights)
    deviations = np.array([deviation for _, deviation in model.priors.values()])
    evidence = -0.5 * float(error @ error + np.linalg.slogdet(normal)[1])
    evidence -= float(np.log(deviations).sum())
    covariance = np.linalg.inv(normal).astype(np.float64)
    return JointFit(parameters, tuple(model.priors), covariance, trust, sigma, evidence)


def _row_weights(model: JointModel, trust: Floats, sigma: float) -> Floats:
    weights: Floats = np.sqrt(trust) / (sigma * model.spread)
    return weights


def _start(model: JointModel) -> Floats:
    """A first homography.  Lenses bend by a few hundredths of the picture, false pairs by more."""
    extent = float(np.ptp(model.camera, axis=0).max())
    robust = fit_robustly(model.slide, model.camera, 0.04 * extent)
    found = fit_homography(model.slide, model.camera) if robust is None else robust[0]
    if found[2, 2] <= 0.0:
        raise ValueError("the slide's centre is behind the camera")
    entries: Floats = (found / found[2, 2]).ravel()[:8]
    return entries


def _errors(model: JointModel, parameters: Floats, row_weights: Floats) -> Floats:
    """All residuals in standard deviations, of the pairs, then of the priors: (P,) -> (R,), and
    (B, P) -> (B, R)."""
    pairs = predict(parameters, tuple(model.priors), model.slide) - model.camera
    pairs *= row_weights[:, None]
    mean, deviation = np.array(list(model.priors.values())).reshape(-1, 2).T
    priors = (parameters[..., 8:] - mean) / deviation
    return np.concatenate([pairs.reshape(*parameters.shape[:-1], -1), priors], axis=-1)


def _minimise(model: JointModel, parameters: Floats, row_weights: Floats) -> tuple[Floats, Floats]:
    """Levenberg-Marquardt.  Returns the parameters and the normal matrix J'J there."""
    damping = 1e-4
    error = _errors(model, parameters, row_weights)
    for _ in range(_MOST_STEPS):
        jacobian = _jacobian(model, parameters, row_weights)
        normal = jacobian.T @ jacobian
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -jacobian.T @ error)
        tried = _errors(model, parameters + step, row_weights)
        gain = float(error @ error - tried @ tried)
        if not gain >= 0.0:
            damping *= 10.0
            if damping > 1e8:
                break
            continue
        parameters, error, damping = parameters + step, tried, damping / 10.0
        if gain <= 1e-9 * float(error @ error) + 1e-12:
            break
    jacobian = _jacobian(model, parameters, row_weights)
    return parameters, jacobian.T @ jacobian


def _jacobian(model: JointModel, parameters: Floats, row_weights: Floats) -> Floats:
    """By central differences: all parameters are near one, so one step suits them all."""
    shifts = np.eye(len(parameters)) * _STEP
    ahead, behind = (_errors(model, parameters + side, row_weights) for side in (shifts, -shifts))
    jacobian: Floats = (ahead - behind).T / (2.0 * _STEP)
    return jacobian


def _noise(model: JointModel, sizes: Floats, trust: Floats) -> float:
    """Deviation of one coordinate, from the pairs that are no outliers and a little from before."""
    used = trust > 0.0
    median = float(np.median(sizes[used])) / 1.1774  # median of a Rayleigh distribution
    good = sizes[used & (sizes < _QUIET_MEDIANS * max(median, model.noise))]
    free = 2.0 * len(good) - 8.0 - len(model.priors) / 2.0
    total = float(np.sum(good**2)) + _PRIOR_WORTH * model.noise**2
    return float(np.sqrt(total / (max(free, 0.0) + _PRIOR_WORTH)))


def _repeated(model: JointModel, parameters: Floats, trust: Floats, sigma: float) -> float:
    """How many times as unsure the pairs leave the parameters as so many pairs of independent,
    normal error would that all weighed alike.

    Two things: robust weights (Huber's sandwich: the score's variance over its slope squared), and
    that neighbours err together, since their patches overlap and see the same masonry.
    """
    used = trust > 0.0
    whole = _row_weights(model, trust, sigma)
    jacobian = _jacobian(model, parameters, whole)
    normal = jacobian.T @ jacobian
    rows = jacobian[: 2 * len(whole)].reshape(-1, 2, len(parameters))[used]
    towards = rows @ np.linalg.inv(normal)
    hat = (towards[:, 0] @ rows[:, 0].T + towards[:, 1] @ rows[:, 1].T) / 2.0
    residuals = predict(parameters, tuple(model.priors), model.slide) - model.camera
    pull = (residuals * (whole * np.sqrt(trust))[:, None])[used]
    weight = trust[used]
    left = max(1.0 - float(np.trace(hat)) / len(hat), 0.1)
    scatter = float(np.mean(pull**2)) / left
    slope = float(np.mean(weight**2)) * _FREEDOM / (_FREEDOM + 2.0)
    robust = scatter * float(np.mean(weight)) / slope**2
    return robust * _together(model.slide[used], pull, hat, scatter)


def _together(slide: Points, pull: Points, hat: Floats, scatter: float) -> float:
    """One, and for each point the correlation of its error with its neighbours'.

    `pull` (N, 2) is what the points pull with after the fit, which takes `hat` (N, N) off their
    correlation.
    """
    away = np.hypot(*(slide[:, None] - slide[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    beside = away < _BESIDE * np.median(away.min(axis=1))
    pairs = float(np.count_nonzero(beside))
    seen = float(np.sum((pull @ pull.T)[beside])) / (2.0 * scatter) + float(np.sum(hat[beside]))
    alike = (seen + _ALIKE_WORTH * _ALIKE) / (pairs + _ALIKE_WORTH)
    return 1.0 + max(alike, 0.0) * pairs / len(slide)


def _near(model: JointModel, residuals: Points) -> Floats:
    """One, or zero for pairs far from where the others put them however unsure they say they are:
    they would weigh next to nothing, and make the fit look worse than it is."""
    distances = np.hypot(*residuals.T)
    limit = max(_FAR_MEDIANS * float(np.median(distances)), _FAR_NOISES * model.noise)
    limit = max(limit, float(np.sort(distances)[min(7, len(distances) - 1)]))
    return np.where(distances <= limit, 1.0, 0.0)


def _trust(sizes: Floats) -> Floats:
    """Weights of Student's t, whose long tail is that of refined points: most are good to a
    hundredth of a pixel, a few lie on a window's edge.  Zero for outliers, never so many that
    fewer than eight pairs are left."""
    limit = max(_OUTLIER_SIGMAS, float(np.sort(sizes)[min(7, len(sizes) - 1)]))
    return np.where(sizes <= limit, (_FREEDOM + 2.0) / (_FREEDOM + sizes**2), 0.0)
