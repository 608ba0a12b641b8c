"""docs/data-cleaning.md, written from the rules.

python -m assistant.data.cleaning.docs > docs/data-cleaning.md
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.recipe_data import ASKED_FOR
from assistant.data.cleaning.rules import RULES, Rule

INTRODUCTION = """\
# What cleaning mends

`assistant data prepare` and `assistant train` read every question and answer through these rules, in this order. Each has a name, is
counted, and can be turned off; three of them change nothing unless the recipe asks for them:

```yaml
data:
  clean:
    without: [echo, template]
    also: [apostrophes, spelling]
    words: [gastroparesis]
```

`assistant data clean RECIPE --diff` shows every change before and after.

What holds, and is tested:

- Cleaning twice is cleaning once: the rules are applied until none finds anything. A text that does not come to rest is hostile, and stays.
- Numbers stay. What may take some away, or bring some: `html` (attributes, the numbers of a list), `entities` (`&#8230;`, `&#49;`),
  `labels` (`Question 3:`), `footnotes`, `controls` (terminal sequences), and `swallowed_answer` and `echo`, which cut what stands beside as well.
- Code (fenced, indented, between backticks), URLs and e-mail addresses stay as they are; only escaped characters in a URL are written out.
- What is doubtful stays, and more is doubtful in a text that looks like code.

*This page is written from the code: `python -m assistant.data.cleaning.docs > docs/data-cleaning.md`.*
"""


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([INTRODUCTION, *_table(), "", "## What stays\n", "Each looks like the fault and is none.\n", *_kept()]) + "\n"


def _table() -> Iterator[str]:
    yield "| rule | does | before | after |"
    yield "|---|---|---|---|"
    for rule in RULES:
        name = f"`{rule.name}`" + (" (if asked for)" if rule.name in ASKED_FOR else "")
        yield f"| {name} | {_cell(rule.title)} | {_code(rule.before)} | {_code(rule.after)} |"


def _kept() -> Iterator[str]:
    yield "| rule | stays |"
    yield "|---|---|"
    for rule in RULES:
        yield f"| `{rule.name}` | {_all_kept(rule)} |"


def _all_kept(rule: Rule) -> str:
    return ", ".join(_code(text) for text in rule.keeps)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    """A text as code in a table, with what cannot be seen written out."""
    seen = "".join(letter if letter.isprintable() else _escaped(letter) for letter in text).replace("|", "\\|")
    ticks = "`" * (1 + max((len(run) for run in _runs(seen)), default=0))
    pad = " " if seen.startswith(("`", " ")) or seen.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{seen}{pad}{ticks}"


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _runs(text: str) -> list[str]:
    return [run for run in "".join(letter if letter == "`" else " " for letter in text).split() if run]


if __name__ == "__main__":
    print(page(), end="")
