# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Least squares of a few unknowns: Gauss–Newton with Levenberg's damping, slopes by differences.

Must not know what is being fitted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]

_STEPS = 60
_MOST_DAMPED = 1e12


def solve(residuals: Function, start: Floats) -> tuple[Floats, float]:
    """Parameters (P,) near `start` at which the sum of the squared residuals is least, and it."""
    at, damping = start, 1e-3
    left = residuals(at)
    cost = float(left @ left)
    for _ in range(_STEPS):
        slope = slopes(residuals, at)
        normal, pull = slope.T @ slope, slope.T @ left
        scale = np.diag(normal) + 1e-12 * np.trace(normal) + 1e-300
        step = -np.linalg.lstsq(normal + damping * np.diag(scale), pull, rcond=None)[0]
        tried = residuals(at + step)
        better = float(tried @ tried)
        if better < cost:
            finished = cost - better < 1e-12 * (1.0 + cost)
            at, left, cost, damping = at + step, tried, better, damping * 0.1
            if finished:
                break
        else:
            damping *= 10.0
            if damping > _MOST_DAMPED:
                break
    return at, cost


def slopes(function: Function, at: Floats) -> Floats:
    """(R, P): how the function's values follow the parameters, by central differences."""
    columns = []
    for index in range(len(at)):
        step = 1e-6 * max(1.0, abs(float(at[index])))
        ahead, behind = at.copy(), at.copy()
        ahead[index] += step
        behind[index] -= step
        columns.append((function(ahead) - function(behind)) / (2.0 * step))
    return np.column_stack(columns)
