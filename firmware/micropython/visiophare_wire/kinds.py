# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of argument: how each is written, which units and values it takes.

One object per kind, each with `parse(text, arg)` from bytes and `format(value, arg)` to a string,
inverse to each other up to the decimals that the wire carries. Values in Python bear the unit of
the argument's name.
"""

from .errors import WireError


def shortest(value: float, decimals: int) -> str:
    """The value with at most so many decimals, and none that says nothing: 40, 0.5, -3.25."""
    text = "{:.{}f}".format(value, decimals)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Decimal:
    """A number with decimals and perhaps its unit: `12.5`, `12.5%`. In Python a float."""

    def __init__(self, unit: str, minimum: float, maximum: float, decimals: int = 3) -> None:
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum
        self.decimals = decimals

    def parse(self, text: bytes, arg: str) -> float:
        """Raises: WireError("not_a_number" or "range")."""
        if not text.isdigit():
            if self.unit and text.endswith(self.unit.encode()):
                text = text[: -len(self.unit)]
            whole, point, fraction = text.lstrip(b"+-").partition(b".")
            digits = whole + fraction
            if len(text) - len(digits + point) > 1 or not digits.isdigit():
                raise WireError("not_a_number", {"arg": arg, "units": self.unit})
        value = float(text)
        if self.minimum <= value <= self.maximum:
            return value
        return self.check(value, arg)

    def format(self, value: float, arg: str) -> str:
        """Raises: WireError("range")."""
        return shortest(self.check(value, arg), self.decimals)

    def check(self, value: float, arg: str) -> float:
        if not self.minimum <= value <= self.maximum:  # refuses not-a-number too
            raise range_error(arg, self.minimum, self.maximum, self.decimals)
        return value


class Whole:
    """A whole number, or one that units make whole: `3`, `1.5s`. In Python an int, exact.

    units: (suffix, factor) pairs, tried in order; a number without suffix has factor 1.
    """

    def __init__(self, units: tuple[tuple[str, int], ...], minimum: int, maximum: int) -> None:
        self.units = units
        self.unit = units[0][0] if units else ""
        self.minimum = minimum
        self.maximum = maximum

    def parse(self, text: bytes, arg: str) -> int:
        """Raises: WireError("not_a_number" or "range")."""
        if text.isdigit():
            return self.check(int(text), arg)
        factor = 1
        for suffix, suffix_factor in self.units:
            if text.endswith(suffix.encode()):
                text = text[: -len(suffix)]
                factor = suffix_factor
                break
        whole, _, fraction = text.partition(b".")
        if not (whole + fraction).isdigit():
            raise WireError("not_a_number", {"arg": arg, "units": self._suffixes()})
        scaled = int(whole + fraction) * factor
        divisor = 10 ** len(fraction)
        if scaled % divisor:
            raise WireError("not_a_number", {"arg": arg, "units": self._suffixes()})
        return self.check(scaled // divisor, arg)

    def format(self, value: int, arg: str) -> str:
        """With the largest unit that keeps it whole: 2s, 500ms.

        Raises: WireError("not_a_number" or "range").
        """
        if self.check(value, arg) != int(value):
            raise WireError("not_a_number", {"arg": arg, "units": self._suffixes()})
        value = int(value)
        best_suffix, best_factor = "", 1
        for suffix, factor in self.units:
            if value % factor == 0 and factor >= best_factor:
                best_suffix, best_factor = suffix, factor
        return str(value // best_factor) + best_suffix

    def check(self, value: int, arg: str) -> int:
        if not self.minimum <= value <= self.maximum:
            raise range_error(arg, self.minimum, self.maximum)
        return value

    def _suffixes(self) -> str:
        return ",".join([suffix for suffix, _ in self.units])


class Word:
    """One word of printable ASCII without the bytes that frame lines, so many at most."""

    def __init__(self, longest: int = 40) -> None:
        self.longest = longest

    def parse(self, text: bytes, arg: str) -> str:
        """Raises: WireError("not_a_word")."""
        if not is_word(text) or len(text) > self.longest:
            raise WireError("not_a_word", {"arg": arg})
        return text.decode()

    def format(self, value: str, arg: str) -> str:
        """Raises: WireError("not_a_word")."""
        return self.parse(str(value).encode(), arg)


class Choice:
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def parse(self, text: bytes, arg: str) -> str:
        """Raises: WireError("not_a_choice")."""
        for word in self.words:
            if text == word.encode():
                return word
        raise WireError("not_a_choice", {"arg": arg, "choices": ",".join(self.words)})

    def format(self, value: str, arg: str) -> str:
        """Raises: WireError("not_a_choice")."""
        return self.parse(value.encode(), arg)


def is_word(text: bytes) -> bool:
    """Whether the text can stand between two spaces of a line."""
    for byte in text:
        if not 33 < byte < 127 or byte in b"#*=~":
            return False
    return text != b""


def range_error(arg: str, minimum: float, maximum: float, decimals: int = 3) -> WireError:
    """The refusal of a value outside minimum … maximum."""
    bounds = {"min": shortest(minimum, decimals), "max": shortest(maximum, decimals)}
    bounds["arg"] = arg
    return WireError("range", bounds)
