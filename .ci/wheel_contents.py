# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`wheel_contents.py WHEEL`: whether a wheel holds all that the checkout keeps in its packages.

That is every file git knows under the four packages, the compiled catalogue, and the compiled
firmware, each file of which bears its source's hash; no `.po`.
Exits 1 and names what is missing or too much.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

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
                if source_root == "firmware/micropython" and path.endswith(".py"):
                    names |= compiled(root / path, Path(inside))
    return names | {CATALOGUE}


def compiled(source: Path, inside: Path) -> set[str]:
    """What a source of the firmware becomes; boot.py and main.py stay as they are."""
    if inside.parent.name == "start":
        return set()
    digits = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    return {f"{COMPILED}/{inside.parent.as_posix()}/{inside.stem}-{digits}.mpy"}


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
