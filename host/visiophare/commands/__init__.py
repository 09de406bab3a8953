# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One short file per command: options in, sentences or one JSON document out.

A command parses, calls, and tells; what it does lies in the other packages, imported inside the
function that needs them.  `visiophare.cli` has the table.
"""
