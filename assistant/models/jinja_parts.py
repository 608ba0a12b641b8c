"""What chat templates use beside plain Jinja, and what the sandbox must not leave open to them."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.utils import Namespace


class GenerationTag(Extension):
    """`{% generation %}`, by which templates mark the assistant's words; here it only lets them through."""

    tags = {"generation"}  # noqa: RUF012 - jinja's own form

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """Take the body as it is."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class PlainNamespace(Namespace):
    """Jinja's `namespace`, whose names may not begin with an underscore: a template could reach Python's own by them."""

    def __init__(self, *args: Any, **named: Any) -> None:
        for name in [*dict(*args), *named]:
            _check(name)
        super().__init__(*args, **named)

    def __setitem__(self, name: str, value: Any) -> None:
        _check(name)
        super().__setitem__(name, value)


def plain_dict(*args: Any, **named: Any) -> dict[Any, Any]:
    """`dict(...)` as a function: the class itself would have attributes."""
    return dict(*args, **named)


def _check(name: Any) -> None:
    if str(name).startswith("_"):
        raise SecurityError(f"a chat template cannot set the attribute {name!r}")
