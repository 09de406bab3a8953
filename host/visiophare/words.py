# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of everything that a person reads: chosen once, when this module is imported.

Owns the choice (`LANGUAGE`) and the three functions `_`, `N_` and `ngettext`.  Knows nothing of
click, but must be imported before it: click binds its own words while it is being imported and
while commands are being declared, so `translate_libraries()` has to come first.
"""

import gettext
import os
import string
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from visiophare.settings import read_config

LANGUAGES: Final = ("en", "fr")
DOMAIN: Final = "visiophare"
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"


def _known(name: str) -> str:
    """`fr_CA.UTF-8` → `fr`; what we do not speak → `en`."""
    short = name.replace("-", "_").split("_")[0].split(".")[0].strip().lower()
    return short if short in LANGUAGES else "en"


def _system_locale(environment: dict[str, str], platform: str) -> str:
    """The locale that the system names, "" when it names none."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(variable, "")
        if value:
            # LANGUAGE is a list of wishes; GNU gettext heeds it in every locale but C.
            wishes = environment.get("LANGUAGE", "").split(":")
            return (wishes[0] or value) if value.split(".")[0] not in ("C", "POSIX") else "en"
    if platform == "win32":
        import ctypes
        import locale

        user_language = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined,unused-ignore]
        return locale.windows_locale.get(user_language, "")
    return ""


def choose_language(
    environment: dict[str, str], config: dict[str, object], platform: str = sys.platform
) -> str:
    """The language to speak: VISIOPHARE_LANG, then the configuration file, then the system.

    The first of the three that says something decides; a language we do not speak is English.
    """
    configured = config.get("language")
    return _known(
        environment.get("VISIOPHARE_LANG", "")
        or (configured if isinstance(configured, str) else "")
        or _system_locale(environment, platform)
    )


_config, CONFIG_COMPLAINT = read_config()
LANGUAGE: Final = choose_language(dict(os.environ), _config)
_translation: Final = gettext.translation(
    DOMAIN, LOCALE_FOLDER, languages=[LANGUAGE], fallback=True
)


def _(message: str) -> str:
    """`message` in the user's language.  (gettext would answer "" with the catalogue's header.)"""
    return _translation.gettext(message) if message else ""


def N_(message: str) -> str:  # noqa: N802 - the name that extractors look for
    """Marks a message for the catalogue, to be translated later, where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a message that goes with `count`, in the user's language."""
    return _translation.ngettext(singular, plural, count)


def number(value: float, decimals: int = 1) -> str:
    """A number as people of the language write it: 1.5 is 1,5 in French."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if LANGUAGE == "fr" else text


def plain_number(value: float) -> str:
    """A number with the decimals it needs, as people of the language write it."""
    text = f"{value:.12g}"
    return text.replace(".", ",") if LANGUAGE == "fr" else text


class _Sentence(string.Formatter):
    """Like str.format; a float gets the decimal sign of `language`, whatever its format."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        text = format(value, format_spec)
        return text.replace(".", ",") if self.language == "fr" and type(value) is float else text


def filled(sentence: str, values: Mapping[str, object], language: str = LANGUAGE) -> str:
    """A translated sentence with its values put in, floats written as its readers write them."""
    return _Sentence(language).vformat(sentence, (), values)


def some_of(names: Sequence[str], most: int = 3) -> str:
    """A few names, and how many more there are."""
    if len(names) <= most + 1:
        return ", ".join(names)
    more = len(names) - most
    sentence = ngettext("{names} and {count} more", "{names} and {count} more", more)
    return sentence.format(names=", ".join(names[:most]), count=more)


def translate_libraries() -> None:
    """Makes libraries that use the standard `gettext` (click) speak `LANGUAGE` from our catalogue.

    Their functions look the domain up at each call, in folders and languages that only global
    state can name: the domain, its folder and the variable LANGUAGE.
    """
    gettext.bindtextdomain(DOMAIN, str(LOCALE_FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = LANGUAGE
