# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a rehearsal: one HTML page that carries its pictures and needs no network.

Owns the page's words and looks.  It must not measure anything: the outcome is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from visiophare.rehearsal.outcome import LandingOutcome, Outcome, PlayOutcome, Spread
from visiophare.rehearsal.pictures import data_url
from visiophare.words import LANGUAGE, _, ngettext, number

STYLE = """
:root { color-scheme: light dark; --ink: #1c1b19; --paper: #faf7f0; --rule: #d8d0c0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece7dc; --paper: #16151a; --rule: #45413a; }
}
body { font: 1.05rem/1.55 Georgia, serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; }
.verdict { font-size: 1.25rem; border-left: 0.3rem solid #d98c2b; padding-left: 0.9rem; }
figure { margin: 1rem 0; } figcaption { font-size: 0.95rem; margin-top: 0.3rem; }
img, figure svg { width: 100%; height: auto; display: block; border-radius: 4px; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: 0.3rem 1.2rem 0.3rem 0; border-bottom: 1px solid var(--rule); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 0.92rem/1.5 ui-monospace, Consolas, monospace; }
pre { overflow-x: auto; padding: 0.8rem 1rem; border: 1px solid var(--rule); border-radius: 4px; }
@media print { body { max-width: none; } }
"""


def verdict(outcome: Outcome) -> str:
    """The one sentence that somebody in a hurry reads."""
    landing = outcome.landing
    if not landing.mapping_mm.count:
        return _(
            "The drawing has no corner that could be found again on the wall: where it lands was "
            "not measured."
        )
    sentence = _(
        "Half of the drawing's corners land within {median} mm of their place on a façade of "
        "{width} m, all of them within {worst} mm; with this print as crooked in the gate as it "
        "happens to sit, within {total} mm."
    ).format(
        median=number(landing.mapping_mm.median),
        worst=number(landing.mapping_mm.worst),
        total=number(landing.total_mm.worst),
        width=number(outcome.facade_size_m[0], 0),
    )
    if landing.missing:
        sentence += " " + missing_sentence(landing)
    return sentence


def missing_sentence(landing: LandingOutcome) -> str:
    """How many features never reached the wall."""
    return ngettext(
        "{count} feature of {wanted} could not be found again on the wall.",
        "{count} features of {wanted} could not be found again on the wall.",
        landing.missing,
    ).format(count=landing.missing, wanted=landing.wanted)


def report_html(outcome: Outcome, title: str, pictures: dict[str, bytes]) -> str:
    """Return the page.

    `pictures` are JPEGs by name: "seen" (before and after), "preview", "landings", and, when a
    show was played, the PNG "timeline".
    """
    heading = _("Rehearsal: {title}").format(title=title)
    body = [
        f"<h1>{escape(heading)}</h1>",
        f'<p class="verdict">{escape(verdict(outcome))}</p>',
        _figure(
            pictures["seen"],
            _("What the webcam saw: the façade, the calibration slide, and the printed film."),
        ),
        *_landing_section(outcome, pictures["landings"]),
        *_show_section(outcome.play, pictures.get("timeline")),
        f"<h2>{escape(_('How it will look'))}</h2>",
        _figure(
            pictures["preview"],
            _(
                "The façade at night, with the film on it, as brightly as light and wall allow at "
                "best. The picture at the top shows what a dark wall leaves of it."
            ),
        ),
        *_vector_section(outcome.notes),
        *_limits_section(),
        *_next_section(outcome),
    ]
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(heading)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _figure(picture: bytes, caption: str) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return (
        f'<figure><img src="{data_url(picture, kind)}" alt="{escape(caption)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _landing_section(outcome: Outcome, picture: bytes) -> Iterable[str]:
    landing = outcome.landing
    yield f"<h2>{escape(_('Where the drawing lands'))}</h2>"
    yield _paragraph(
        _(
            "The simulated façade knows where each corner of the drawing should be and where the "
            "light really fell. {count} of them were measured; {points} points of the calibration "
            "slide were found in the photo, to {rms} px."
        ).format(
            count=landing.mapping_mm.count,
            points=outcome.points,
            rms=number(outcome.rms_px, 3),
        )
    )
    yield _table(
        [_("distance on the wall"), _("half within"), _("99 % within"), _("all within")],
        [
            [_("calibration, drawing and print"), *_row(landing.mapping_mm, "mm")],
            [_("with this print as it sits in the gate"), *_row(landing.total_mm, "mm")],
        ],
    )
    caption = _("Each line goes from where a corner should be to where it fell, 50 times too long.")
    yield _figure(picture, caption)


def _show_section(play: PlayOutcome | None, picture: bytes | None) -> Iterable[str]:
    if play is None or picture is None:
        return
    yield f"<h2>{escape(_('When the light acts'))}</h2>"
    sentence = _(
        "“{title}” lasted {seconds} s. The board acted {count} times, half of them within "
        "{median} ms of the moment planned, all within {worst} ms, by its own clock."
    ).format(
        title=play.title,
        seconds=number(play.lasted_s),
        count=play.lateness_ms.count,
        median=number(play.lateness_ms.median, 2),
        worst=number(play.lateness_ms.worst, 2),
    )
    if play.cut_at_s is not None:
        sentence += " " + _("Only the first {seconds} s of the performance were played.").format(
            seconds=number(play.cut_at_s, 0)
        )
    yield _paragraph(sentence)
    caption = _("The light as planned, and as the board gave it.")
    if play.held_back:
        caption += " " + _(
            "Where the board stays below the plan, it holds back a flash: at most three a second "
            "reach the light."
        )
    yield _figure(picture, caption)


def _vector_section(notes: tuple[str, ...]) -> Iterable[str]:
    yield f"<h2>{escape(_('The film'))}</h2>"
    if not notes:
        yield _paragraph(_("Every shape of the drawing is still a line in slide.pdf, no pixels."))
        return
    yield _paragraph(
        _("What became of parts of the drawing on the way; all else is still lines in slide.pdf.")
    )
    yield "<ul>" + "".join(f"<li>{escape(note)}</li>" for note in notes) + "</ul>"


def _limits_section() -> Iterable[str]:
    yield f"<h2>{escape(_('What a rehearsal cannot tell'))}</h2>"
    yield _paragraph(
        _(
            "This wall is perfectly flat, the tripod never moves, and nobody leans on the table. "
            "On site, how the film sits in the gate decides: a tenth of a millimetre there is "
            "some three centimetres on a wall of twelve metres."
        )
    )


def _next_section(outcome: Outcome) -> Iterable[str]:
    yield f"<h2>{escape(_('On a real façade'))}</h2>"
    yield _paragraph(_("The same steps, with your webcam and your projector:"))
    midi = f" --midi {outcome.midi}" if outcome.midi else ""
    commands = (
        "visiophare target make --format 24x36 --out target.pdf",
        "visiophare calibrate --target target.json --camera 0 --port PORT --out calibration.json",
        "visiophare facade --calibration calibration.json --photo PHOTO --size 12x8m"
        " --out facade.json",
        "visiophare warp DRAWING --calibration facade.json --out slide.pdf",
        f"visiophare show play show.toml{midi} --port PORT",
    )
    yield f"<pre>{escape(chr(10).join(commands))}</pre>"
    yield _paragraph(
        _(
            "PHOTO is a photo of the wall from the webcam's place. The third command writes a page "
            "on which you click four corners; the page gives you the command that makes "
            "facade.json."
        )
    )


def _row(spread: Spread, unit: str) -> list[str]:
    return [f"{number(value)} {unit}" for value in (spread.median, spread.p99, spread.worst)]


def _table(head: list[str], rows: list[list[str]]) -> str:
    cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f'<td class="number">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
