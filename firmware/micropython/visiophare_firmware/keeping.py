# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a power cut leaves whole: the old one or the new one, never a part.

Owns the order of writing: a temporary file, closed, then renamed over the old one, which LittleFS
does in one step. It must not know what the files hold, nor which board this is.
"""

import os

PART = ".part"


def read(path: str) -> bytes | None:
    """The file's bytes, or None when there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def write(path: str, data: bytes) -> None:
    """Put these bytes in the file's place, whole or not at all. Raises: OSError."""
    with open(path + PART, "wb") as file:
        file.write(data)
    os.rename(path + PART, path)
