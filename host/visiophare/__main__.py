# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m visiophare` is `visiophare`, where no script is on the path."""

from visiophare.cli import main

if __name__ == "__main__":
    main()
