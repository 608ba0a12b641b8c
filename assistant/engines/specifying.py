"""From a target to what `transformers` would load for it."""

from __future__ import annotations

from pathlib import Path

from assistant.core.errors import BaseError
from assistant.core.recipe import Recipe
from assistant.engines.protocol import Sampling
from assistant.engines.spec import EngineSpec
from assistant.registry.target import Target


def sampling_of(recipe: Recipe) -> Sampling:
    """How a recipe wants answers to be written."""
    return Sampling(**recipe.generation.model_dump())


def spec_of(target: Target) -> EngineSpec:
    """What a model process has to load for a target."""
    version = target.version
    if version is None:
        return _spec_of_base(target)
    if target.kind == "version" and not version.is_adapter:
        weights, adapter = version.folder, None
    else:
        weights, adapter = _base_weights(target), version.folder if target.kind == "version" else None
    return EngineSpec(
        label=target.label,
        weights=str(weights.resolve()),
        tokenizer=str(version.folder.resolve()),
        adapter=str(adapter.resolve()) if adapter else None,
        system_prompt=target.recipe.system_prompt,
        template_fingerprint=version.manifest.template,
    )


def _base_weights(target: Target) -> Path:
    """The weights that a version's adapter belongs to, surely the same as in its training."""
    from assistant.models.bases import find_base
    from assistant.models.fitting import grown
    from assistant.models.template import load_template

    assert target.version
    facts = target.version.manifest.base
    base = find_base(facts.name, target.folder)
    if base.fingerprint != facts.fingerprint:
        raise BaseError(
            f"the base {facts.name} is not the one {target.version.label} was trained from",
            f"Restore it (fingerprint {facts.fingerprint[:12]}), or train a new version.",
        )
    if not facts.grown:
        return base.folder
    manifest = target.version.manifest
    return grown(base, load_template(target.version.folder, target.recipe.system_prompt, manifest.template))


def _spec_of_base(target: Target) -> EngineSpec:
    from assistant.models.bases import find_base
    from assistant.models.fitting import fit_base, keep_tokenizer

    fitted = fit_base(find_base(target.recipe.base, target.folder), target.recipe.template, target.folder, target.recipe.system_prompt)
    return EngineSpec(
        label=target.label,
        weights=str(fitted.weights.resolve()),
        tokenizer=str(keep_tokenizer(fitted.template).resolve()),
        system_prompt=target.recipe.system_prompt,
        template_fingerprint=fitted.template.fingerprint,
    )
