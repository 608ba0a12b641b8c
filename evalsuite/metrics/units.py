"""Units of measure as texts write them, and what one of each is of the base unit of its kind.

`mg`, `milligram` and `milligrams` are the same, and 1000 of them are a gram. Only exact conversions are
made: a month is no number of days. Letters alone that are mostly words (`in`, `a`, `s`) are not units here.
"""

from __future__ import annotations

from fractions import Fraction

_TABLE: dict[str, tuple[str, Fraction]] = {}


def _declare(kind: str, factor: Fraction | int, words: str) -> None:
    for word in words.split(","):
        _TABLE[word.strip()] = (kind, Fraction(factor))


_MILLI, _MICRO = Fraction(1, 1000), Fraction(1, 1_000_000)
_declare("g", 1, "g, gram, grams, gramme, grammes, gm")
_declare("g", _MILLI, "mg, milligram, milligrams, milligramme, milligrammes")
_declare("g", _MICRO, "µg, μg, mcg, ug, microgram, micrograms")
_declare("g", 1000, "kg, kgs, kilo, kilos, kilogram, kilograms")
_declare("l", 1, "l, litre, litres, liter, liters")
_declare("l", Fraction(1, 10), "dl, decilitre, decilitres, deciliter, deciliters")
_declare("l", Fraction(1, 100), "cl, centilitre, centilitres, centiliter, centiliters")
_declare("l", _MILLI, "ml, millilitre, millilitres, milliliter, milliliters, cc")
_declare("m", 1, "m, metre, metres, meter, meters")
_declare("m", _MILLI, "mm, millimetre, millimetres, millimeter, millimeters")
_declare("m", Fraction(1, 100), "cm, centimetre, centimetres, centimeter, centimeters")
_declare("m", 1000, "km, kilometre, kilometres, kilometer, kilometers")
_declare("m", Fraction(1, 10**9), "nm, nanometre, nanometres, nanometer, nanometers")
_declare("in", 1, "inch, inches")
_declare("in", 12, "ft, foot, feet")
_declare("mi", 1, "mile, miles, mi")
_declare("yd", 1, "yard, yards, yd, yds")
_declare("lb", 1, "lb, lbs, pound, pounds")
_declare("oz", 1, "oz, ounce, ounces")
_declare("s", 1, "second, seconds, sec, secs")
_declare("s", _MILLI, "ms, millisecond, milliseconds")
_declare("s", 60, "minute, minutes, min, mins")
_declare("s", 3600, "hour, hours, hr, hrs, h")
_declare("s", 86_400, "day, days")
_declare("s", 604_800, "week, weeks, wk, wks")
_declare("month", 1, "month, months")
_declare("month", 12, "year, years, yr, yrs")
_declare("decade", 1, "decade, decades")
_declare("century", 1, "century, centuries")
_declare("%", 1, "%, percent, pct")
_declare("°C", 1, "°c, ℃, degrees celsius, degree celsius, degrees centigrade, celsius")
_declare("°F", 1, "°f, ℉, degrees fahrenheit, degree fahrenheit, fahrenheit")
_declare("°", 1, "°, degree, degrees")
_declare("USD", 1, "$, dollar, dollars, usd")
_declare("EUR", 1, "€, euro, euros, eur")
_declare("GBP", 1, "£, gbp")
_declare("kcal", 1, "kcal, calorie, calories, kilocalorie, kilocalories")
_declare("iu", 1, "iu")
_declare("mmHg", 1, "mmhg")
_declare("mol", _MILLI, "mmol")
_declare("Hz", 1, "hz, hertz")
_declare("Hz", 1000, "khz")
_declare("Hz", 10**6, "mhz")
_declare("Hz", 10**9, "ghz")
_declare("kB", 1, "kb, kilobyte, kilobytes")
_declare("MB", 1, "mb, megabyte, megabytes")
_declare("GB", 1, "gb, gigabyte, gigabytes")
_declare("TB", 1, "tb, terabyte, terabytes")
_declare("am", 1, "am, a.m.")
_declare("pm", 1, "pm, p.m.")

UNITS = dict(_TABLE)
"""Of each way to write a unit, in small letters: what kind it is of, and how many of that kind's base unit one of it is."""
PERCENT = "%"
CURRENCIES = "$€£"
"""Written before the number."""
