# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal from end to end: the steps of an evening in their order, and what they leave behind.

Owns the order of the steps and the files.  How each step works is another module's business.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from visiophare.errors import FileError
from visiophare.files import make_folder, read_file, write_atomically
from visiophare.rehearsal import mapping_steps, playing
from visiophare.rehearsal.landing import judge_landing
from visiophare.rehearsal.outcome import LandingOutcome, Outcome, PlayOutcome
from visiophare.rehearsal.pictures import as_jpeg, jpeg, png, side_by_side
from visiophare.rehearsal.print_shop import print_film
from visiophare.rehearsal.report import report_html
from visiophare.rehearsal.site import APERTURE_MM, Site, build_bench, open_site
from visiophare.words import N_, _

if TYPE_CHECKING:
    from visiophare_mapping.artwork import Artwork

PAIRS = 6
TARGET_FRAME, DRAWING_FRAME = 0, 1
"""The film in the cassette: the calibration slide, then the drawing, then black."""
PANEL_PX = 900
REPORT = "report.html"
REPLACED = (
    "target.pdf",
    "target.json",
    "on.png",
    "off.png",
    "calibration.json",
    "slide.pdf",
    "show.toml",
)
"""What a person may have made themselves under the same name."""


@dataclass(frozen=True)
class Wishes:
    """What a person asked for; None means the example."""

    folder: Path
    facade: Path | None = None
    artwork: Path | None = None
    midi: Path | None = None
    seed: int = 0
    width_m: float = 12.0
    play: bool = True


@dataclass
class Progress:
    """Tells each step before it begins, and keeps how long it took."""

    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, sentence: str) -> Iterator[None]:
        """Say the sentence; time what happens inside."""
        self.say(sentence)
        begin_s = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - begin_s


def rehearse(wishes: Wishes, say: Callable[[str], None]) -> Outcome:
    """Do it all, with a sentence to `say` before each step.

    The user's files are read before anything is written; each file appears whole.
    Raises: FileError, ShowError, and mapping's own errors.
    """
    _keep_strangers(wishes.folder)
    progress = Progress(say)
    path = wishes.artwork or mapping_steps.EXAMPLE_ARTWORK
    artwork = mapping_steps.read_artwork(path)
    programme = playing.prepare(wishes.midi)
    if wishes.facade is not None:
        read_file(wishes.facade)  # a missing photo is told like any missing file
    with progress.step("site", _("Building a façade, a projector and a webcam…")):
        bench = build_bench(wishes.seed, wishes.facade, wishes.width_m)
    make_folder(wishes.folder)
    if not (wishes.folder / REPORT).exists():
        write_atomically(wishes.folder / REPORT, b"")  # from now on the folder is a rehearsal's
    with open_site(bench) as site:
        evening = Evening(site, wishes.folder, progress)
        evening.calibrate()
        evening.print_drawing(artwork)
        evening.look_again()
        landing = evening.judge(path)
        played = evening.play(programme) if wishes.play else None
        return evening.tell(wishes, title_of(wishes, programme.show.title), landing, played)


def title_of(wishes: Wishes, show: str) -> str:
    """What was rehearsed: the user's own drawing, and a show that is theirs; else the example."""
    own = [wishes.artwork.name] if wishes.artwork else []
    return ", ".join([*own, show] if wishes.midi or not own else own)


def _keep_strangers(folder: Path) -> None:
    """Raises FileError for a folder with files of our names that no rehearsal left there."""
    strangers = [name for name in REPLACED if (folder / name).exists()]
    if strangers and not (folder / REPORT).exists():
        raise FileError(
            "folder_in_use",
            N_("The folder {folder} holds {name}, which no rehearsal has made."),
            N_("Choose another folder with --out."),
            folder=folder,
            name=strangers[0],
        )


class Evening:
    """The steps; each leaves what the next one needs."""

    def __init__(self, site: Site, folder: Path, progress: Progress) -> None:
        self._site = site
        self._folder = folder
        self._progress = progress
        self._pictures: dict[str, bytes] = {}
        self._files: list[str] = []

    def calibrate(self) -> None:
        """Photograph the calibration slide with and without light, then set the façade frame."""
        sentence = _("Calibrating through the webcam, {count} pictures lit and {count} dark…")
        with self._progress.step("calibrate", sentence.format(count=PAIRS)):
            at_home = self._site.begin_home()
            page, description = self._file("target.pdf"), self._file("target.json")
            target = mapping_steps.make_target(APERTURE_MM, page, description)
            self._site.bench.insert_film({TARGET_FRAME: print_film(page, APERTURE_MM)})
            at_home()
            self._site.begin_frame(TARGET_FRAME)()
            self._lit, self._dark = self._site.photograph_pairs(PAIRS)
            measured = mapping_steps.calibrate(self._lit, self._dark, target)
            self._calibration = mapping_steps.set_facade(
                measured, self._site.clicked_corners_px(), self._site.facade_size_m
            )
            self._calibration.save(self._file("calibration.json"))
            # For practice: what `visiophare calibrate` and `facade` would be given.
            write_atomically(self._file("on.png"), png(self._lit[0]))
            write_atomically(self._file("off.png"), png(self._dark[0]))

    def print_drawing(self, artwork: Artwork) -> None:
        """Pre-distort the artwork, write the PDF, and print the film from that PDF."""
        with self._progress.step("print", _("Pre-distorting the drawing and printing it…")):
            pdf = self._file("slide.pdf")
            in_gate = self._site.begin_frame(DRAWING_FRAME)
            self._slide = mapping_steps.warp(artwork, self._calibration, pdf)
            self._film = print_film(pdf, APERTURE_MM)
            in_gate()

    def look_again(self) -> None:
        """Put the film into the gate, as badly seated as films are, and photograph the wall."""
        sentence = _("Putting the film into the gate and looking again…")
        with self._progress.step("look", sentence), ThreadPoolExecutor(1) as pool:
            night = pool.submit(mapping_steps.preview, self._dark[0], self._film, self._calibration)
            seating = self._site.bench.scene.seating
            self._site.bench.insert_film({DRAWING_FRAME: self._film}, seating)
            after = self._site.photograph(100.0)
            self._site.photograph(0.0)
            panels = [
                (_("the wall, with the calibration slide"), self._lit[0]),
                (_("the same wall, with the printed drawing"), after),
            ]
            seen = side_by_side(panels, PANEL_PX)
            write_atomically(self._file("seen.png"), seen)
            write_atomically(self._file("preview.png"), png(night.result()))
            self._pictures |= {"seen": as_jpeg(seen), "preview": jpeg(night.result())}

    def judge(self, artwork: Path) -> LandingOutcome:
        """Measure on the wall itself where the drawing fell."""
        sentence = _("Measuring on the wall where each corner of the drawing fell…")
        with self._progress.step("judge", sentence):
            outcome, picture = judge_landing(
                self._site.bench, artwork, self._slide.placed_m, DRAWING_FRAME
            )
            self._pictures["landings"] = jpeg(picture)
            return outcome

    def play(self, programme: playing.Programme) -> PlayOutcome:
        """Play the show, and leave it in the folder to be changed."""
        sentence = _("Playing “{title}”…").format(title=programme.show.title)
        with self._progress.step("show", sentence):
            write_atomically(self._file("show.toml"), programme.text.encode())
            outcome, picture = playing.play(self._site, programme, self._progress.say)
            write_atomically(self._file("timeline.png"), picture)
            self._pictures["timeline"] = picture
            return outcome

    def tell(
        self, wishes: Wishes, title: str, landing: LandingOutcome, played: PlayOutcome | None
    ) -> Outcome:
        """Write the report and return what was found out."""
        report = self._file(REPORT)
        plane = self._calibration.planes[0]
        outcome = Outcome(
            seed=wishes.seed,
            facade_size_m=self._site.facade_size_m,
            points=plane.points,
            rms_px=plane.rms_px,
            landing=landing,
            play=played,
            notes=self._slide.notes,
            files=tuple(self._files),
            seconds=self._progress.seconds,
            midi=wishes.midi.name if wishes.midi else "",
        )
        write_atomically(report, report_html(outcome, title, self._pictures).encode())
        return outcome

    def _file(self, name: str) -> Path:
        self._files.append(name)
        return self._folder / name
