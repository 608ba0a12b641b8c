"""Every error that a user can cause, and how a program ends.

    AssistantError
    ├── UserError            the input is wrong: two lines, exit code 2
    │   ├── RecipeError      the recipe, or a `--set` over it
    │   ├── DataError        questions and answers that cannot be used
    │   ├── BaseError        a base model that cannot be had
    │   ├── TargetError      no such assistant, version or run
    │   ├── QuestionError    one question that this model cannot be asked; others can
    │   └── TemplateError    the prompt would not be the one it was trained with
    └── EngineError          a model failed while it generated

A `UserError` has two lines: what is wrong, and what to do about it.
"""

from __future__ import annotations


class AssistantError(Exception):
    """Root of the errors this project raises on purpose."""


class UserError(AssistantError):
    """What the user gave cannot be used.

    Args:
        what: One line: what is wrong, naming the file, key or value.
        todo: One line: what to do next.
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what}\n{todo}")
        self.what = " ".join(what.split())
        self.todo = " ".join(todo.split())


class RecipeError(UserError):
    """A recipe that is not one."""


class DataError(UserError):
    """Data that holds nothing usable, or cannot be read."""


class BaseError(UserError):
    """A base model that is unknown, incomplete or unsafe."""


class TargetError(UserError):
    """An assistant, a version or an evaluation that does not exist."""


class QuestionError(UserError):
    """A question that leaves the model no room for an answer; others it can be asked."""


class TemplateError(UserError):
    """The prompt template differs from the one a version was trained with."""


class EngineError(AssistantError):
    """A model that failed while it was loading or generating."""
