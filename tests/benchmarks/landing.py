# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far drawings land from where they should, over seeded scenes, beside the stated limits.

    python tests/benchmarks/landing.py [SCENES] [--json FILE]

Each scene is a whole rehearsal but for the show: another façade of 12 m, other lenses, places and
light.  The limits: half within 10 mm, all within 40 mm, the print's seat in the gate told apart.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from visiophare.rehearsal.run import Wishes, rehearse

MEDIAN_LIMIT_MM, WORST_LIMIT_MM = 10.0, 40.0


def main() -> None:
    """Rehearse, print a row for each scene, then the sum."""
    numbers = [word for word in sys.argv[1:] if word.isdigit()]
    scenes = int(numbers[0]) if numbers else 20
    rows = [measure(seed) for seed in range(scenes)]
    medians = sorted(row["median_mm"] for row in rows)
    total = {
        "median_mm": medians[len(medians) // 2],
        "worst_mm": max(row["worst_mm"] for row in rows),
        "missing": sum(row["missing"] for row in rows),
        "median_of_limit": medians[len(medians) // 2] / MEDIAN_LIMIT_MM,
        "worst_of_limit": max(row["worst_mm"] for row in rows) / WORST_LIMIT_MM,
    }
    print(
        f"all    {total['median_mm']:6.1f} {total['worst_mm']:6.1f}   "
        f"ratio to the limits: {total['median_of_limit']:.2f}, {total['worst_of_limit']:.2f}"
    )
    if "--json" in sys.argv:
        path = Path(sys.argv[sys.argv.index("--json") + 1])
        path.write_text(json.dumps({"scenes": rows, "all": total}, indent=1), "utf-8")


def measure(seed: int) -> dict[str, float]:
    """One scene's figures, printed as a row."""
    if seed == 0:
        print("scene  median  worst  with seat  features missing  rms px  s")
    begin_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = rehearse(Wishes(Path(folder), seed=seed, play=False), lambda sentence: None)
    landing = outcome.landing
    row = {
        "seed": seed,
        "median_mm": landing.mapping_mm.median,
        "worst_mm": landing.mapping_mm.worst,
        "seated_median_mm": landing.total_mm.median,
        "seated_worst_mm": landing.total_mm.worst,
        "features": landing.wanted,
        "missing": landing.missing,
        "rms_px": outcome.rms_px,
        "seconds": time.monotonic() - begin_s,
    }
    print(
        f"{seed:5d}  {row['median_mm']:6.1f} {row['worst_mm']:6.1f} "
        f"{row['seated_median_mm']:5.1f} {row['seated_worst_mm']:5.1f} "
        f"{row['features']:8d} {row['missing']:7d} {row['rms_px']:8.3f} {row['seconds']:5.1f}",
        flush=True,
    )
    return row


if __name__ == "__main__":
    main()
