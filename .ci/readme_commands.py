# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the first two commands of README.md, one a line, as a newcomer would copy them.

Raises SystemExit when the two languages' READMEs do not begin with the same commands.
"""

import re
from pathlib import Path

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(path: Path) -> list[str]:
    """The lines of the fenced shell blocks, without comments."""
    blocks = BLOCK.findall(path.read_text("utf-8"))
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def main() -> None:
    """Prints the two commands."""
    root = Path(__file__).resolve().parents[1]
    english, french = (commands(root / name)[:2] for name in ("README.md", "README.fr.md"))
    if len(english) < 2 or english != french:
        raise SystemExit(f"The READMEs do not begin with the same two commands: {english} {french}")
    print("\n".join(english))


if __name__ == "__main__":
    main()
