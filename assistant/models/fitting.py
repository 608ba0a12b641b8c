"""Fits a base and a recipe's template to each other: which template, which tokens it needs, padding of its own.

A base whose vocabulary must grow is kept once more in the cache, with the new rows; every other is used as it is.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core import fingerprint
from assistant.core.errors import BaseError, RecipeError, TemplateError
from assistant.core.files import open_plain, sweep_unfinished, whole_folder, write_json
from assistant.core.machine import package_versions
from assistant.models.bases import Base, cached_bases
from assistant.models.light_tokenizer import LightTokenizer, save_light
from assistant.models.template import PromptTemplate, end_ids_in, save_template

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BUILT_IN = Path(__file__).parent / "templates"
PAD_TOKEN = "<|pad|>"
LONGEST_TEMPLATE = 2**20
"""Bytes of a template, of which a long one has some thousand."""
INIT_SEED = 0
"""Seed of the rows that new tokens start from."""


@dataclass(frozen=True)
class FittedBase:
    """A base with the template of a recipe.

    Attributes:
        base: The base as the recipe names it.
        weights: Folder of the weights, with a row for every token.
        template: What renders its prompts.
        new_ids: Tokens that the base has never seen; their rows must be trained.
    """

    base: Base
    weights: Path
    template: PromptTemplate
    new_ids: tuple[int, ...] = ()


def fit_base(base: Base, template: str | None, recipe_folder: Path, system_prompt: str) -> FittedBase:
    """Give a base the template that a recipe names.

    Raises:
        RecipeError: The template is unknown.
        TemplateError: The base has no template and the recipe names none, or an answer would not end.
        BaseError: The tokenizer cannot be loaded.
    """
    from transformers import AutoConfig

    fitted_template, trained_ids = fit_template(base, template, recipe_folder, system_prompt)
    rows = AutoConfig.from_pretrained(base.folder, trust_remote_code=False).get_text_config().vocab_size
    fitted = FittedBase(base, base.folder, fitted_template, trained_ids)
    return fitted if len(fitted_template.tokenizer) <= rows else replace(fitted, weights=grown(base, fitted_template))


def fit_template(base: Base, template: str | None, recipe_folder: Path, system_prompt: str) -> tuple[PromptTemplate, tuple[int, ...]]:
    """Give a base's tokenizer the template that a recipe names, without a look at its weights.

    Returns:
        What renders its prompts, and the tokens that the base has never seen.

    Raises:
        RecipeError: The template is unknown.
        TemplateError: The base has no template and the recipe names none, or an answer would not end.
        BaseError: The tokenizer cannot be loaded.
    """
    tokenizer = _load_tokenizer(base)
    known_ends = {*end_ids_in(base.folder), tokenizer.eos_token_id} - {None}
    trained_ids = _install_template(tokenizer, base, template, recipe_folder)
    prompt_template = PromptTemplate(tokenizer, system_prompt, tuple(sorted(known_ends)))
    tokenizer.eos_token = tokenizer.convert_ids_to_tokens(prompt_template.end_ids[0])
    _give_padding(tokenizer, prompt_template)
    # The template's properties were taken with the tokenizer as it was before.
    return PromptTemplate(tokenizer, system_prompt, prompt_template.own_end_ids), trained_ids


def light_template(base: Base, template: str | None, recipe_folder: Path, system_prompt: str) -> PromptTemplate:
    """What renders a base's prompts, without transformers, whose import takes seconds: kept in the cache when it is first asked for.

    A tokenizer that has no form in the `tokenizers` library comes as it is.

    Raises:
        RecipeError: As `fit_template`, as are TemplateError and BaseError.
    """
    source = _template_source(template, recipe_folder) if template else None
    key = fingerprint.of_value([base.fingerprint, source, package_versions(), fingerprint.of_file(Path(__file__))])
    folder = cached_bases() / f"light-{key[: fingerprint.SHORT]}"
    if not folder.exists():
        whole, _ = fit_template(base, template, recipe_folder, system_prompt)
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            with suppress(FileExistsError), whole_folder(folder) as working:
                save_light(whole.tokenizer, whole.end_ids, working)
        except ValueError:
            return whole
    tokenizer = LightTokenizer(folder)
    return PromptTemplate(tokenizer, system_prompt, tokenizer.end_ids)


def keep_tokenizer(template: PromptTemplate) -> Path:
    """Keep a template in the cache by its fingerprint, for engines that speak for an untrained base."""
    folder = cached_bases() / f"template-{template.fingerprint[: fingerprint.SHORT]}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), whole_folder(folder) as working:
            # Another process may have made the same meanwhile.
            save_template(template, working)
    return folder


def _load_tokenizer(base: Base) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(base.folder, trust_remote_code=False, local_files_only=True)
    except Exception as error:
        raise BaseError(f"the base {base.name} has no usable tokenizer: {error}", "Put its tokenizer files beside its weights.") from error


def _install_template(tokenizer: PreTrainedTokenizerBase, base: Base, name: str | None, folder: Path) -> tuple[int, ...]:
    """Set the chat template and add its tokens; returns those that the base has never seen."""
    if name is None:
        if not tokenizer.chat_template:
            raise TemplateError(
                f"the base {base.name} has no chat template", "Name one in the recipe: `template: plain`, `template: chatml`, or a Jinja file."
            )
        return ()
    source = _template_source(name, folder)
    wanted = re.search(r"\{#-?\s*tokens:\s*(.*?)\s*-?#\}", source)
    end = re.search(r"\{#-?\s*end:\s*(\S+?)\s*-?#\}", source)
    known = tokenizer.get_vocab()
    missing = [token for token in (wanted.group(1).split() if wanted else []) if token not in known]
    if wanted:
        tokenizer.add_special_tokens({"additional_special_tokens": wanted.group(1).split()}, replace_extra_special_tokens=False)
    if end:
        tokenizer.eos_token = end.group(1)
    tokenizer.chat_template = source
    return tuple(tokenizer.convert_tokens_to_ids(missing))


def _template_source(name: str, folder: Path) -> str:
    built_in = {path.stem: path for path in BUILT_IN.glob("*.jinja")}
    path = built_in.get(name, folder / name)
    try:
        with open_plain(path) as file:
            source = file.read(LONGEST_TEMPLATE + 1)
        if len(source) > LONGEST_TEMPLATE:
            raise RecipeError(f"the template {path} is longer than {LONGEST_TEMPLATE >> 20} MiB", "A template is a short Jinja file; name that one.")
        return source.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise RecipeError(f"there is no template `{name}`", f"Name {', '.join(sorted(built_in))}, or a Jinja file beside the recipe.") from None


def _give_padding(tokenizer: PreTrainedTokenizerBase, template: PromptTemplate) -> None:
    """Let padding be a token that never ends an answer and never stands in a prompt.

    Where padding is the end token, the loss of the end token is masked away with the padding and the
    assistant never learns to stop.
    """
    source = tokenizer.chat_template or ""
    used = {*template.end_ids, tokenizer.bos_token_id, tokenizer.eos_token_id}

    def is_free(token: str | None) -> bool:
        return token is not None and tokenizer.convert_tokens_to_ids(token) not in used and token not in source

    if is_free(tokenizer.pad_token):
        return
    special = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
    candidates = [*(token for token in special if "pad" in token.lower()), "<|endoftext|>", tokenizer.unk_token]
    # Adds it to the vocabulary where it is not in it.
    tokenizer.add_special_tokens({"pad_token": next((token for token in candidates if token in special and is_free(token)), PAD_TOKEN)})


def grown(base: Base, template: PromptTemplate) -> Path:
    """The folder of a base with rows for all tokens of its template; made once, the same from the same inputs."""
    import torch
    from transformers import AutoModelForCausalLM

    key = fingerprint.of_value([base.fingerprint, template.fingerprint, INIT_SEED])[: fingerprint.SHORT]
    folder = cached_bases() / f"{Path(base.name).name}-{key}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep_unfinished(folder.parent)
    model = AutoModelForCausalLM.from_pretrained(base.folder, trust_remote_code=False, use_safetensors=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(INIT_SEED)
        model.resize_token_embeddings(len(template.tokenizer), mean_resizing=True)
    with suppress(FileExistsError), whole_folder(folder) as working:
        model.save_pretrained(working)
        save_template(template, working)
        write_json(working / "base.json", {"schema": 1, "name": base.name, "grown_from": base.fingerprint})
    return folder
