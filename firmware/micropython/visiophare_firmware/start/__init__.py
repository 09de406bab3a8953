# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs at power-on: outputs safe, a way back to the prompt, then the controller."""
