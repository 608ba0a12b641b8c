"""The versions and bases of a workspace as partners of a conversation."""

from __future__ import annotations

from assistant.chat.partner import Listed, Partner, Tell
from assistant.core.home import Home
from assistant.engines.protocol import Engine


class HomeRoster:
    """Everybody who is kept in a workspace.

    Args:
        home: The workspace.
    """

    def __init__(self, home: Home) -> None:
        self._home = home

    def listed(self) -> list[Listed]:
        """All of them, by assistant, the newest version first, then the base it was trained from."""
        from assistant.registry.target import base_of, find_target
        from assistant.registry.versions import all_versions

        names: dict[str, list[Listed]] = {}
        for version in reversed(all_versions(self._home)):
            facts = version.manifest
            about = f"{facts.created[:10]}, {facts.training.method}, from {facts.base.name}"
            names.setdefault(version.name, []).append(Listed(version.label, "version", about))
        found: list[Listed] = []
        for name, versions in sorted(names.items()):
            base = base_of(find_target(versions[0].label, self._home))
            found += [*versions, Listed(base.label, "base", f"untrained, with the prompt of {name}", versions[0].label)]
        return found

    def partner(self, listed: Listed) -> Partner:
        """One of them.

        Raises:
            UserError: It is gone, or cannot be read.
        """
        return find_partner(listed.of or listed.label, self._home, base=listed.kind == "base")


def find_partner(name: str, home: Home, base: bool = False) -> Partner:
    """Somebody to talk with.

    Args:
        name: `health` (its newest version) or `health@2`.
        home: The workspace.
        base: Take the model that it was trained from, with the same prompt.

    Raises:
        TargetError: There is no such version.
    """
    from assistant.engines.specifying import sampling_of
    from assistant.registry.target import base_of, find_target

    version = find_target(name, home)
    target = base_of(version) if base else version
    recipe = target.recipe

    def open_engine(tell: Tell) -> Engine:
        from assistant.core.progress import telling
        from assistant.engines.opening import choose_engine

        with telling(tell):
            return choose_engine(target, home).open()

    return Partner(
        label=target.label,
        open=open_engine,
        notice=recipe.notice,
        description=recipe.description if target.kind == "version" else f"The untrained base of {version.label}.",
        sampling=sampling_of(recipe),
        system_prompt=recipe.system_prompt,
        fingerprint=target.fingerprint,
        warn=recipe.chat.looked_for,
    )
