# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsal plays when nobody brings anything else: an artwork and a show."""
