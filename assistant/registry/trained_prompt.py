"""Whether a version's folder still holds the prompt that it was trained with."""

from __future__ import annotations

from assistant.core import fingerprint
from assistant.core.errors import TemplateError
from assistant.registry.versions import Version


def why_prompt_differs(version: Version) -> str | None:
    """Why the prompt that a version is asked with is not the one it was trained with, or why that cannot be known; None where it is.

    An engine checks the template of what it loads itself. But a compiled form is not rendered by the file
    that was checked, and a server renders what it likes: for both the system prompt is taken from the
    version's recipe as it is now.
    """
    manifest = version.manifest
    if fingerprint.of_value(version.recipe.model_dump(mode="json")) == manifest.recipe:
        return None
    # A recipe written by an earlier program may lack keys. What counts is whether the prompt is another one.
    if not (version.folder / "tokenizer_config.json").exists():
        return f"the recipe of {version.label} is not the one it was trained by, and without its tokenizer its prompt cannot be compared"
    from assistant.models.template import load_template

    try:
        load_template(version.folder, version.recipe.system_prompt, manifest.template)
    except (TemplateError, OSError, ValueError) as error:
        return error.what if isinstance(error, TemplateError) else f"the tokenizer of {version.label} cannot be read"
    return None
