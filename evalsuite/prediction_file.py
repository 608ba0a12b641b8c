"""Reading predictions that came from anywhere, and saying where a row is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.api import DataError
from evalsuite.prediction import LONGEST, Prediction

SHAPE = 'Every row is {"id": "...", "prediction": "...", "references": ["...", ...]}.'


def read_predictions(path: Path, with_references: bool = True) -> list[Prediction]:
    """Read a JSONL file, or a JSON list, of `{"id", "prediction", "references"}`.

    `references` is a list or one text, and may be called `reference`. Where rows carry a `group`, equal
    groups are taken as not independent; `tags` break figures down; other keys are passed over.

    Args:
        path: The file.
        with_references: Whether every row must have references; they are not read where it need not.

    Raises:
        DataError: The file cannot be read, or a row is not a prediction; it names the line.
    """
    predictions: list[Prediction] = []
    first_place: dict[str, str] = {}
    for place, row in _rows(path):
        prediction = _prediction(row, place, with_references)
        if prediction.id in first_place:
            raise DataError(f"{place}: the id {prediction.id!r} was used before, at {first_place[prediction.id]}", "Give every row an id of its own.")
        first_place[prediction.id] = place
        predictions.append(prediction)
    if not predictions:
        raise DataError(f"{path} holds no predictions", SHAPE)
    return predictions


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    """Each row with the place it stands at."""
    text = _text(path)
    if text.lstrip().startswith("["):
        for number, row in enumerate(_json_list(path, text), start=1):
            yield f"{path}, item {number}", row
        return
    # Not splitlines(): JSON texts may hold U+2028 and other characters that it takes for an end of line.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}:{number}: not JSON: {error.msg}", SHAPE) from None
        except ValueError:
            raise DataError(f"{path}:{number}: holds a number of too many digits", SHAPE) from None
        except RecursionError:
            raise DataError(f"{path}:{number}: nested too deeply", SHAPE) from None
        yield f"{path}:{number}", row


def _text(path: Path) -> str:
    try:
        if path.is_char_device():
            raise DataError(f"{path} is a device, not a file", "Name a JSONL file of predictions.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"there is no file {path}", "Name a JSONL file of predictions.") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder", "Name a JSONL file of predictions.") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text (byte {error.start})", "Save it as UTF-8, and run the command again.") from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}", "Check the path and its permissions.") from None


def _json_list(path: Path, text: str) -> list[Any]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}", SHAPE) from None
    except ValueError:
        raise DataError(f"{path}: holds a number of too many digits", SHAPE) from None
    except RecursionError:
        raise DataError(f"{path}: nested too deeply", SHAPE) from None
    return list(content)


def _prediction(row: Any, place: str, with_references: bool) -> Prediction:
    if not isinstance(row, dict):
        raise DataError(f"{place}: a row must be an object, and this is {_kind(row)}", SHAPE)
    name = row.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise DataError(f"{place}: `id` must be a text or a whole number, and it is {_kind(name)}", SHAPE)
    text = row.get("prediction")
    if not isinstance(text, str):
        raise DataError(f"{place}: `prediction` must be a text, and it is {_kind(text)}", SHAPE)
    group = row.get("group")
    return Prediction(
        id=_whole(str(name), "id", place),
        text=_whole(text, "prediction", place),
        references=_references(row, place) if with_references else (),
        # Without a group every row stands alone; the mark keeps such a row apart from any named group.
        group=f"\0{name}" if group is None else str(group),
        question=row["question"] if isinstance(row.get("question"), str) else "",
        tags=_tags(row, place),
    )


def _tags(row: dict[str, Any], place: str) -> dict[str, str]:
    tags = row.get("tags")
    if tags is None:
        return {}
    if not isinstance(tags, dict) or not all(isinstance(value, str | int | float) for value in tags.values()):
        raise DataError(f"{place}: `tags` must be an object of texts, and it is {_kind(tags)}", SHAPE)
    return {name: str(value) for name, value in tags.items()}


def _references(row: dict[str, Any], place: str) -> tuple[str, ...]:
    key = "references" if "references" in row else "reference"
    value = row.get(key)
    references = [value] if isinstance(value, str) else value
    if not isinstance(references, list):
        raise DataError(f"{place}: `references` must be a list of texts, and it is {_kind(value)}", SHAPE)
    if not references:
        raise DataError(f"{place}: `references` is empty", "Give at least one reference answer, or leave the row out.")
    for reference in references:
        if not isinstance(reference, str):
            raise DataError(f"{place}: a reference must be a text, and one is {_kind(reference)}", SHAPE)
    return tuple(_whole(reference, key, place) for reference in references)


def _whole(text: str, key: str, place: str) -> str:
    """Refuse what can neither be written nor scored: half of a surrogate pair, and texts without end."""
    if len(text) > LONGEST:
        raise DataError(f"{place}: `{key}` holds {len(text):,} characters", f"Answers and references can have up to {LONGEST:,}; cut or split it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise DataError(f"{place}: `{key}` holds half of a surrogate pair", "Write the character whole, as UTF-8 or as both \\u escapes.") from None
    return text


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "missing or null"
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "an object", list: "a list", str: "an empty text" if value == "" else "a text", int: "a number", float: "a number"}
    return names[type(value)]
