# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's configuration file on this computer: where it is, and what it says.

Owns the path and the reading.  Knows nothing of languages, ports or commands: those ask for a
value by name.  The settings of a *board* live on the board and are no part of this.
"""

import os
from pathlib import Path


def config_path() -> Path:
    """The configuration file, `$XDG_CONFIG_HOME/visiophare/config.toml`; it may not exist."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    # The XDG specification asks to ignore a relative path.
    folder = Path(base) if os.path.isabs(base) else Path(os.path.expanduser("~")) / ".config"
    return folder / "visiophare" / "config.toml"


def read_config(path: Path | None = None) -> tuple[dict[str, object], str]:
    """The file's table, and the reason why it could not be read ("" when it could).

    A missing file is an empty table.  A broken one is an empty table and a reason: a typing
    mistake in the configuration must not keep `visiophare light 0` from putting the light out.
    """
    path = path or config_path()
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeDecodeError) as error:
        return {}, str(error)
    # Imported late: most people have no configuration file, and every start would pay for it.
    import tomllib

    try:
        return tomllib.loads(text), ""
    except tomllib.TOMLDecodeError as error:
        return {}, str(error)
