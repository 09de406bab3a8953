# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one file that opens a camera: number N of the system, through OpenCV.

Owns the driver's settings and turning its silence into a sentence.  Knows no projector.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from visiophare.errors import PortError
from visiophare.words import N_

_WARM_UP_FRAMES = 8
_MISSED_FRAMES = 5


class VideoCamera:
    """A camera of this computer, its automatic settings switched off as far as it lets us.

    A context manager.  Raises PortError camera_missing when there is no camera of that number.
    """

    def __init__(self, number: int) -> None:
        import cv2

        _silence(cv2)  # its drivers' complaints are no sentences; ours follow
        self._number = number
        self._video = cv2.VideoCapture(number)
        if not self._video.isOpened():
            raise PortError(
                "camera_missing",
                N_("There is no camera {number}, or another program is using it."),
                N_("Cameras count from 0; close other programs that show its picture."),
                number=number,
            )
        # The largest picture the camera has: drivers take the nearest size they know.
        self._video.set(cv2.CAP_PROP_FRAME_WIDTH, 10_000)
        self._video.set(cv2.CAP_PROP_FRAME_HEIGHT, 10_000)
        self._video.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        for _ in range(_WARM_UP_FRAMES):  # automatic exposure settles before it is frozen
            self.read()
        self.locked = self._lock()

    def read(self) -> tuple[float, Any]:
        """The next picture: (when it arrived, on the monotonic clock; BGR (h, w, 3)).

        Raises PortError camera_lost when the camera stops delivering.
        """
        for _ in range(_MISSED_FRAMES):
            good, picture = self._video.read()
            if good and picture is not None:
                return time.monotonic(), picture
        raise PortError(
            "camera_lost",
            N_("Camera {number} delivers no more pictures."),
            N_("Check its cable, then start again."),
            number=self._number,
        )

    def close(self) -> None:
        """Give the camera back."""
        self._video.release()

    def __enter__(self) -> VideoCamera:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _lock(self) -> bool:
        """Freeze exposure, focus and white balance; whether the camera obeyed for exposure."""
        import cv2

        self._video.set(cv2.CAP_PROP_AUTOFOCUS, 0)
        self._video.set(cv2.CAP_PROP_AUTO_WB, 0)
        exposure = self._video.get(cv2.CAP_PROP_EXPOSURE)
        # "Manual" is 0.25 for some of OpenCV's backends and 1 for others.
        manual = any(self._video.set(cv2.CAP_PROP_AUTO_EXPOSURE, mode) for mode in (0.25, 1))
        return bool(manual and self._video.set(cv2.CAP_PROP_EXPOSURE, exposure))


def _silence(cv2: Any) -> None:
    """OpenCV 4 and 5 keep the switch in different places."""
    if hasattr(cv2, "setLogLevel"):
        cv2.setLogLevel(0)
    else:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
