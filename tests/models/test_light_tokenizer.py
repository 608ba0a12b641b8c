"""The tokenizer without transformers says what the one it was made from says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from assistant.core.files import read_json, write_json
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.models.light_tokenizer import PROMPTING, LightTokenizer, save_light
from assistant.models.template import PromptTemplate

FAMILIES = ["llama", "qwen", "gpt2"]


@pytest.fixture(scope="module")
def pairs(tiny, tmp_path_factory) -> dict[str, tuple[PromptTemplate, PromptTemplate]]:
    made = {}
    for family in FAMILIES:
        template = "plain" if family == "gpt2" else None
        heavy = fit_base(find_base(str(tiny[family]), Path()), template, Path(), "Be brief.").template
        folder = tmp_path_factory.mktemp(family)
        save_light(heavy.tokenizer, heavy.end_ids, folder)
        light = LightTokenizer(folder)
        made[family] = heavy, PromptTemplate(light, "Be brief.", light.end_ids)
    return made


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.text(max_size=40), min_size=1, max_size=3), answer=st.text(max_size=40))
def test_prompts_and_answers_have_the_same_tokens(pairs, family, said, answer):
    heavy, light = pairs[family]
    messages = [{"role": ("user", "assistant")[number % 2], "content": text} for number, text in enumerate(said)]
    assert light.render(messages) == heavy.render(messages)
    assert light.encode(messages) == heavy.encode(messages)
    ids = heavy._tokens(answer)
    assert light.decode(ids) == heavy.decode(ids)


@pytest.mark.parametrize("family", FAMILIES)
def test_ends_and_special_tokens_are_the_same(pairs, family):
    heavy, light = pairs[family]
    assert light.end_ids == heavy.end_ids
    text = " ".join(token.content for token in heavy.tokenizer.added_tokens_decoder.values())
    assert light.harmless(text) == heavy.harmless(text)


def rendered(folder: Path, template: str) -> str:
    write_json(folder / PROMPTING, {**read_json(folder / PROMPTING), "template": template})
    return LightTokenizer(folder).apply_chat_template([{"role": "user", "content": "Hi"}])


@pytest.fixture
def folder(pairs, tmp_path: Path) -> Path:
    heavy, _ = pairs["qwen"]
    save_light(heavy.tokenizer, heavy.end_ids, tmp_path)
    return tmp_path


def test_what_templates_use_beside_plain_jinja_is_there(folder: Path) -> None:
    template = (
        "{% set ns = namespace(seen=0) %}{% for m in messages %}{% set ns.seen = ns.seen + 1 %}{% generation %}{{ m.content }}{% endgeneration %}"
        "{% if ns.seen > 3 %}{% break %}{% endif %}{% endfor %} {{ ns.seen }} {{ {'é': '<b>'} | tojson }} {{ strftime_now('%Y') | length }}"
    )
    assert rendered(folder, template) == 'Hi 1 {"é": "<b>"} 4'


@pytest.mark.parametrize(
    "template",
    ["{% set ns = namespace() %}{% set ns._secret = 1 %}", "{{ namespace(_secret=1) }}", "{{ messages.__class__.__mro__[1].__subclasses__() }}"],
)
def test_a_template_cannot_reach_beyond_what_it_is_given(folder: Path, template: str) -> None:
    with pytest.raises(SecurityError):
        rendered(folder, template)
