"""A metric's name with options: `bleu(order=2,smooth=none)`.

Between the parentheses stand `option=value` pairs, parted by commas; an option that is on or off may stand
alone: `exact_match(raw)` is `exact_match(raw=true)`. The figure is called by the text as it is written, in
files and gates alike. Knows no metric; each declares the options that it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from assistant.api import UserError
from evalsuite.metrics.metric import Metric

Value: TypeAlias = str | int | float | bool
NAME = re.compile(r"([A-Za-z_][\w.-]*)\s*\((.*)\)", re.DOTALL)
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Option:
    """One thing that can be asked of a metric in another way.

    Attributes:
        default: What holds where nothing is said.
        meaning: In a few words.
        choices: All that it can be; empty where it is a number or on and off, as the default is.
        low: The least, of a number.
        high: The most, of a number.
    """

    default: Value
    meaning: str
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 1e6

    @property
    def allowed(self) -> str:
        """What can be written, in words."""
        if self.choices:
            return " or ".join(self.choices)
        if isinstance(self.default, bool):
            return "true or false"
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        return f"{kind} from {self.low:g} to {self.high:g}" if self.high < 1e6 else f"{kind} from {self.low:g}"

    def read(self, text: str) -> Value:
        """The value that a text stands for.

        Raises:
            ValueError: It stands for none.
        """
        if self.choices:
            if text not in self.choices:
                raise ValueError(text)
            return text
        if isinstance(self.default, bool):
            if text.lower() not in BOOLEANS:
                raise ValueError(text)
            return BOOLEANS[text.lower()]
        number = type(self.default)(text)
        assert not isinstance(number, str)
        if not self.low <= number <= self.high:
            raise ValueError(text)
        return number


@dataclass(frozen=True)
class Family:
    """A metric and the ways in which it can be asked for.

    Attributes:
        plain: The metric without options.
        options: By name.
        make: The metric with these options, all of them given; its name is set by who asks.
        check: Says what is wrong with options that do not go together; None where nothing is.
    """

    plain: Metric
    options: Mapping[str, Option]
    make: Callable[..., Metric]
    check: Callable[[Mapping[str, Value]], str | None] = lambda values: None


def split_name(text: str) -> tuple[str, str | None]:
    """The metric's name, and what stands between the parentheses; None without any."""
    found = NAME.fullmatch(text.strip())
    return (found[1], found[2]) if found else (text, None)


def read_options(name: str, text: str, options: Mapping[str, Option]) -> dict[str, Value]:
    """The options that a text gives; those not given are left out.

    Args:
        name: The metric's, for what is said of an error.
        text: Between the parentheses.
        options: What the metric allows.

    Raises:
        UserError: An option is unknown, given twice or wrong.
    """
    values: dict[str, Value] = {}
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        key, equals, said = (part.strip() for part in piece.partition("="))
        option = options.get(key)
        if option is None:
            raise UserError(f"the metric {name} has no option {key!r}", describe(options) or "Write its name alone: it has no options.")
        if key in values:
            raise UserError(f"the metric {name} is given {key} twice", "Leave one out.")
        try:
            values[key] = option.read(said if equals else "true")
        except ValueError:
            raise UserError(f"the metric {name} cannot take {piece!r}", f"{key} is {option.allowed}.") from None
    return values


def describe(options: Mapping[str, Option]) -> str:
    """What can be written, for an error."""
    return f"It takes {'; '.join(f'{key}={option.allowed}' for key, option in options.items())}." if options else ""


def described(values: Mapping[str, Value]) -> str:
    """Options as people read them: `order 2, lowercase`."""
    return ", ".join(key.replace("_", " ") if value is True else f"{key.replace('_', ' ')} {_written(value)}" for key, value in values.items())


def _written(value: Any) -> str:
    return "off" if value is False else str(value)
