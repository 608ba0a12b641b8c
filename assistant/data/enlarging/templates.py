"""Questions by templates with slots, filled with what a row is about.

A template is a new wording for rows that ask what it asks. Which rows those are, it says in one of three ways:

    kind=treatment: How is {topic} treated?         rows whose tag `kind` is `treatment`
    What cures {topic}? => How is {topic} treated?  rows whose question is the left side, filled with their own values
    How is {topic} treated?                         rows whose question is near it in meaning; wants the sentence encoder

A slot is the name of a tag, or of the column that `data.group` names; a row that has nothing there is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.core.errors import DataError
from assistant.data.example import Example
from assistant.data.splitting.equality import normal_form

_SLOT = re.compile(r"\{([^{}]{1,60})\}")
_CONDITION = re.compile(r"([^=:{}]{1,60})=([^:{}]{0,120}):\s+(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Template:
    """One template.

    Attributes:
        text: With its slots.
        tag: The tag that decides; empty for none.
        value: Its value.
        before: The question that it is another wording of, with slots; empty for any.
    """

    text: str
    tag: str = ""
    value: str = ""
    before: str = ""

    @property
    def by_meaning(self) -> bool:
        """Whether only meaning tells which rows it suits."""
        return not (self.tag or self.before)


def parse_templates(texts: Sequence[str], tags: Sequence[str], group: str | None) -> tuple[Template, ...]:
    """The templates of a recipe.

    Args:
        texts: `data.augment.templates`.
        tags: `data.tags`.
        group: `data.group`.

    Raises:
        DataError: There is none, or one has no slot, or names a slot or a tag that is none of the data's.
    """
    if not texts:
        raise DataError("the method templates has nothing to fill", "Write templates under data.augment.templates: `How is {topic} treated?`")
    return tuple(_parsed(text, {*tags, *([group] if group else [])}, tags) for text in texts)


def templates(example: Example, each: Sequence[Template], group: str | None) -> Iterator[tuple[str, Template]]:
    """The filled templates that suit an example, in their order; those by meaning unchecked.

    Args:
        example: What fills them.
        each: The recipe's templates.
        group: `data.group`: the slot that the example's group fills, if no tag has that name.
    """
    values = _values(example, group)
    for template in each:
        filled = _filled(template.text, values)
        if filled and _suits(template, example, values):
            yield filled, template


def _suits(template: Template, example: Example, values: Mapping[str, str]) -> bool:
    if template.tag:
        return normal_form(example.tags.get(template.tag, "")) == normal_form(template.value)
    if template.before:
        before = _filled(template.before, values)
        return before is not None and normal_form(before) == normal_form(example.question)
    return True


def _values(example: Example, group: str | None) -> dict[str, str]:
    values = {name: value for name, value in example.tags.items() if value.strip()}
    # A group that was joined with others has the name of one of them, which need not be this row's own.
    if group and group not in values and normal_form(example.group) in normal_form(example.question):
        values[group] = example.group
    return values


def _filled(text: str, values: Mapping[str, str]) -> str | None:
    """A template with its slots filled; None where a value is missing."""
    pieces = _SLOT.split(text)
    if any(name not in values for name in pieces[1::2]):
        return None
    return "".join(values[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _parsed(text: str, slots: set[str], tags: Sequence[str]) -> Template:
    before, arrow, after = (part.strip() for part in text.partition("=>"))
    if arrow:
        template = Template(after, before=before)
    else:
        condition = _CONDITION.fullmatch(text.strip())
        template = Template(condition[3].strip(), condition[1].strip(), condition[2].strip()) if condition else Template(text.strip())
    named = set(_SLOT.findall(template.text)) | set(_SLOT.findall(template.before))
    known = ", ".join(sorted(slots)) or "none: set data.tags or data.group"
    if not _SLOT.search(template.text):
        raise DataError(f"the template `{text}` has no slot", f"Put one into braces; there are: {known}.")
    if named - slots:
        raise DataError(f"the template `{text}` has the slot {{{min(named - slots)}}}, which no row can fill", f"There are: {known}.")
    if template.tag and template.tag not in tags:
        raise DataError(
            f"the template `{text}` asks for the tag `{template.tag}`, which is none of data.tags", f"There are: {', '.join(tags) or 'none'}."
        )
    return template
