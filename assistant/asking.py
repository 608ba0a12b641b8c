"""One question, one answer, on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.messages import Message
from assistant.core.progress import say
from assistant.engines.opening import open_engine, sampling_of
from assistant.engines.protocol import Answer, Request
from assistant.engines.screening import printable
from assistant.registry.target import find_target


def ask_once(name: str, question: str, home: Home, overrides: Sequence[str], stream: bool) -> Answer:
    """Ask a version one question.

    Args:
        name: `health` or `health@3`.
        question: What to ask.
        home: The workspace.
        overrides: `generation.key=value`, over the version's recipe.
        stream: Write the answer to stdout as it comes.

    Raises:
        UserError: There is no such version, or nothing was asked.
    """
    from assistant.core.recipe_file import override_recipe

    if not question.strip():
        raise UserError("the question is empty", 'Ask something: assistant ask health "What is asthma?"')
    try:
        question.encode()
    except UnicodeEncodeError:
        raise UserError("the question is not UTF-8 text", "Give it in UTF-8: `iconv -f ISO-8859-1 -t UTF-8` converts Latin-1.") from None
    other = [override for override in overrides if not override.startswith("generation.")]
    if other:
        raise UserError(f"--set {other[0]} has no effect on a finished version", "Only generation.* can be set for an answer.")
    target = find_target(name, home)
    recipe = override_recipe(target.recipe, overrides)
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
