"""YAML, read strictly: a key that stands twice is an error, and so is whatever else cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yaml import SafeLoader
from yaml.error import MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

UNWRITABLE = re.compile(r"[\ud800-\udfff]")
"""Half a character."""


class NotYamlError(Exception):
    """A text that is not YAML.

    Args:
        problem: What is wrong with it.
        line: Where, counted from 1; None where that cannot be said.
        column: Where in the line, counted from 1.
    """

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column


def read_yaml(text: str) -> Any:
    """The one value that a YAML text holds.

    Raises:
        NotYamlError: It holds something else.
    """
    try:
        loader = SafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _refuse_repeated_keys(node)
            _refuse_unwritable(node)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except ReaderError as error:
        raise NotYamlError(f"the character {chr(error.character)!r} is not allowed", *_place(text, error.position)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise NotYamlError(problem, *((mark.line + 1, mark.column + 1) if mark else ())) from None
    except RecursionError:
        raise NotYamlError("it is nested too deeply") from None
    except ValueError as error:
        # A date such as 2024-13-45.
        raise NotYamlError(str(error)) from None


def _refuse_repeated_keys(root: Node) -> None:
    """PyYAML would take the last one without a word."""
    for node in _mappings(root):
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                continue
            if (key.tag, key.value) in seen:
                mark = key.start_mark
                raise NotYamlError(f"the key `{key.value}` stands twice", mark.line + 1, mark.column + 1)
            seen.add((key.tag, key.value))


def _refuse_unwritable(root: Node) -> None:
    """Escapes can stand for half a character, which no file can hold."""
    for node in _nodes(root):
        if isinstance(node, ScalarNode) and UNWRITABLE.search(node.value):
            raise NotYamlError("a text has half a character", node.start_mark.line + 1, node.start_mark.column + 1)


def _mappings(root: Node) -> Iterator[MappingNode]:
    return (node for node in _nodes(root) if isinstance(node, MappingNode))


def _nodes(root: Node) -> Iterator[Node]:
    waiting, met = [root], set()
    while waiting:
        node = waiting.pop()
        # An alias makes one node stand in several places, even inside itself.
        if id(node) in met:
            continue
        met.add(id(node))
        yield node
        if isinstance(node, MappingNode):
            waiting.extend(inner for pair in node.value for inner in pair)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.value)


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")
