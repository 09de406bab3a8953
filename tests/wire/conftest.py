# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from on_micropython import pytest_collect_file

__all__ = ["pytest_collect_file"]
