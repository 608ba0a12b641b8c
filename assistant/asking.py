"""One question, one answer, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.messages import Message
from assistant.core.progress import say
from assistant.engines.opening import open_engine
from assistant.engines.protocol import Answer, Request
from assistant.engines.screening import printable
from assistant.engines.specifying import sampling_of
from assistant.registry.target import Target, find_target


def ask_once(name: str, question: str, home: Home, overrides: Sequence[str], stream: bool) -> Answer:
    """Ask a version one question.

    Args:
        name: `health` or `health@3`.
        question: What to ask.
        home: The workspace.
        overrides: `generation.key=value` or `engine.key=value`, over the version's recipe.
        stream: Write the answer to stdout as it comes.

    Raises:
        UserError: There is no such version, or nothing was asked.
    """
    if not question.strip():
        raise UserError("the question is empty", 'Ask something: assistant ask health "What is asthma?"')
    try:
        question.encode()
    except UnicodeEncodeError:
        raise UserError("the question is not UTF-8 text", "Give it in UTF-8: `iconv -f CP1252 -t UTF-8` converts Windows-1252 and Latin-1.") from None
    target = with_overrides(find_target(name, home), overrides)
    recipe = target.recipe
    if recipe.notice and sys.stderr.isatty():
        say(recipe.notice)
    request = Request((Message(role="user", content=question.strip()),), sampling_of(recipe))
    engine = open_engine(target, home)
    try:
        answering = engine.stream(request)
        for token in answering:
            if stream:
                sys.stdout.write(printable(token.text))
                sys.stdout.flush()
    finally:
        engine.close()
    assert answering.answer is not None
    if stream:
        print()
    if answering.answer.finish_reason == "length":
        say(f"(cut off at generation.max_new_tokens = {recipe.generation.max_new_tokens})")
    return answering.answer


def with_overrides(target: Target, overrides: Sequence[str]) -> Target:
    """A target that answers otherwise than its recipe says.

    Args:
        target: A version.
        overrides: `generation.key=value` or `engine.key=value`.

    Raises:
        UserError: Another key was named, or the value is wrong.
    """
    from assistant.core.recipe_file import override_recipe

    other = [override for override in overrides if not override.startswith(("generation.", "engine."))]
    if other:
        raise UserError(f"--set {other[0]} has no effect on a finished version", "Only generation.* and engine.* can be set for an answer.")
    return replace(target, recipe=override_recipe(target.recipe, overrides))
