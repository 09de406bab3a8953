# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on which one clicks the façade's four corners: one file, offline, any browser.

Owns the page's words and what is filled into facade_page.html.  Knows no calibration.
"""

import base64
import json
from html import escape
from pathlib import Path

from visiophare.words import LANGUAGE, _

TEMPLATE = Path(__file__).with_name("facade_page.html")


def page(
    jpeg: bytes, size_px: tuple[int, int], command: str, size_m: tuple[float, float] | None
) -> str:
    """The page's HTML.

    `jpeg` shows the photo, perhaps reduced; `size_px` is the photo's own width × height, in which
    the corners are told; `command` has {corners} and {size} where these go.
    """
    width, height = ("", "") if size_m is None else (f"{side:g}" for side in size_m)
    words = {
        "names": [_("lower left"), _("lower right"), _("upper right"), _("upper left")],
        "language": LANGUAGE,
        "at": _("{corner}: {x}, {y}"),
        "click": _("Click the corner: {corner}."),
        "order": _("The sides cross or run clockwise: move the corners to their places."),
        "measure": _("Now give the rectangle's width and height in metres."),
        "done": _("Done: copy the command below and run it."),
        "copied": _("Copied."),
        "byHand": _("Select the command and copy it by hand."),
    }
    setup = json.dumps({"words": words, "size": size_px, "command": command})
    texts = {
        "LANGUAGE": LANGUAGE,
        "TITLE": _("Where is the façade's rectangle?"),
        "INTRODUCTION": _(
            "Choose a large, flat rectangle whose width and height you have measured, such as the "
            "outline of all windows. Click its corners from lower left, counter-clockwise."
        ),
        "PHOTO": _("Photo of the façade, taken by the calibration camera"),
        "CORNERS": _("Corners"),
        "KEYS": _(
            "Drag a corner to move it. Arrow keys move the chosen one by 1 pixel, with Shift by "
            "10, with Alt by 0.1; Tab goes on to the next."
        ),
        "WIDTH": _("Width in metres"),
        "HEIGHT": _("Height in metres"),
        "BRIGHTNESS": _("Brightness"),
        "COMMAND": _("Command"),
        "COPY": _("Copy the command"),
        "ASPECT": f"{size_px[0] / size_px[1]:.4f}",
        "WIDTH_M": width,
        "HEIGHT_M": height,
    }
    html = TEMPLATE.read_text(encoding="utf-8")
    for name, text in texts.items():
        html = html.replace(f"@{name}@", escape(text))
    source = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    # "</" would end the script wherever it stands.
    return html.replace("@SETUP@", setup.replace("</", "<\\/")).replace("@SOURCE@", source)
