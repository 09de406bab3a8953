# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsal plays when nobody brings anything else: an artwork and a show."""

from visiophare.words import N_

CUE_NAMES = (
    N_("The moon rises"),
    N_("Three beats of wings"),
    N_("Dark, and the next picture"),
    N_("Night"),
)
"""The names in show.toml, which the catalogue's extractor cannot read."""
