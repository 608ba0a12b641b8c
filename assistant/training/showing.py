"""Examples as the model sees them: every token, and which of them are trained on."""

from __future__ import annotations

from typing import Any

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.recipe_file import RecipeFile
from assistant.data.prepare import prepare
from assistant.data.splitting.split import SPLITS
from assistant.engines.screening import printable
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.models.quiet import quiet_libraries

TRAINED_FROM, TRAINED_TO = "«", "»"
"""What stands around trained tokens where there is no colour."""


def shown_examples(file: RecipeFile, home: Home, split: str, count: int) -> dict[str, Any]:
    """Render the first examples of a split.

    Raises:
        UserError: There is no such split, or the recipe cannot be used.
    """
    if split not in SPLITS:
        raise UserError(f"there is no split `{split}`", f"The splits are {', '.join(SPLITS)}.")
    prepared = prepare(file, home)
    quiet_libraries()
    recipe = file.recipe
    template = fit_base(find_base(recipe.base, file.folder), recipe.template, file.folder, recipe.system_prompt).template
    examples = []
    for example in prepared.splits[split][:count]:
        rendered = template.encode_example(example.prompt, example.answers[0])
        ids = [*rendered.prompt_ids, *rendered.answer_ids][: recipe.training.max_length]
        examples.append(
            {
                "id": example.id,
                "tokens": template.tokenizer.convert_ids_to_tokens(ids),
                "texts": [template.tokenizer.decode([number], skip_special_tokens=False) for number in ids],
                "token_ids": ids,
                "trained": [place >= len(rendered.prompt_ids) for place in range(len(ids))],
                "cut": max(0, len(rendered) - recipe.training.max_length),
            }
        )
    return {"template_fingerprint": template.fingerprint, "max_length": recipe.training.max_length, "end_ids": template.end_ids, "examples": examples}


def text_of(shown: dict[str, Any], colour: bool) -> str:
    """The examples for a person: trained tokens in colour, or between « and »."""
    start, end = ("\x1b[32m", "\x1b[0m") if colour else (TRAINED_FROM, TRAINED_TO)
    lines = [f"trained tokens are {'green' if colour else f'between {TRAINED_FROM} and {TRAINED_TO}'}; template {shown['template_fingerprint'][:12]}"]
    for example in shown["examples"]:
        prompt = "".join(text for text, trained in zip(example["texts"], example["trained"], strict=True) if not trained)
        answer = "".join(text for text, trained in zip(example["texts"], example["trained"], strict=True) if trained)
        count = sum(example["trained"])
        cut = f", {example['cut']} cut by max_length" if example["cut"] else ""
        lines += ["", f"--- {example['id']}: {len(example['token_ids'])} tokens, {count} trained{cut}"]
        lines.append(f"{printable(prompt)}{start}{printable(answer)}{end}")
    return "\n".join(lines)
