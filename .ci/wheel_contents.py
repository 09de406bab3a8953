# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`wheel_contents.py WHEEL`: whether a wheel holds all that the checkout keeps in its packages.

That is every file git knows under the four packages, the compiled catalogue, and a compiled
firmware for each platform that has a board, named by its sources' hash; no `.po`.
Exits 1 and names what is missing or too much.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "host/visiophare/provision"))

from bundle import PACKAGES as ON_BOARD
from bundle import PLATFORMS, bundle_name, sources

SOURCE_ROOTS = ("host", "mapping", "firmware/micropython")
PACKAGES = ("visiophare", "visiophare_mapping", "visiophare_wire", "visiophare_firmware")
COMPILED = "visiophare/provision/compiled"
CATALOGUE = "visiophare/locale/fr/LC_MESSAGES/visiophare.mo"


def wanted(root: Path) -> set[str]:
    """The names that the wheel has to have."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *SOURCE_ROOTS], cwd=root, capture_output=True, check=True
    )
    names = set()
    for path in listed.stdout.decode().split("\0"):
        for source_root in SOURCE_ROOTS:
            inside = path.removeprefix(f"{source_root}/")
            if inside != path and inside.split("/")[0] in PACKAGES and not path.endswith(".po"):
                names.add(inside)
    return names | compiled(root / "firmware/micropython") | {CATALOGUE}


def compiled(firmware: Path) -> set[str]:
    """The compiled firmware of each platform that has a board."""
    names = set()
    for platform in PLATFORMS:
        modules = sources({package: firmware / package for package in ON_BOARD}, platform)
        if any(f".boards.{platform}" in name for name in modules):
            names.add(f"{COMPILED}/{bundle_name(modules, platform)}")
    return names


def main() -> None:
    """Compares and reports."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    expected = wanted(Path(__file__).resolve().parents[1])
    for sentence, names in (("missing", expected - held), ("too much", held - expected)):
        for name in sorted(names):
            print(f"{sentence}: {name}", file=sys.stderr)
    if held != expected:
        raise SystemExit(1)
    print(f"{len(held)} files in the wheel, as they should be")


if __name__ == "__main__":
    main()
