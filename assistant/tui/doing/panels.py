"""Commands that open another screen over the chat, and what becomes of what was chosen there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat.conversation import Conversation
from assistant.chat.partner import Listed
from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.tui.commands import USUAL_KEYS

Handler = Callable[[str], Awaitable[None]]
"""Does a command; given what was written after it."""

if TYPE_CHECKING:
    from assistant.tui.screens.chat import ChatScreen


class PanelCommands:
    """What can be done beside the conversation itself.

    Args:
        chat: The chat's screen.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat
        self._handlers: dict[str, Handler] = {
            "new": self._new,
            "chats": self._chats,
            "search": self._chats,
            "rename": self._rename,
            "export": self._export,
            "switch": self._switch,
            "compare": self._compare,
            "settings": self._settings,
            "context": self._context,
            "retry": self._retry,
            "review": self._review,
            "versions": self._versions,
            "training": self._training,
            "theme": self._theme,
            "help": self._help,
            "quit": self._quit,
        }

    async def do(self, name: str, argument: str) -> None:
        """Do a command, one that a plugin brought included.

        Args:
            name: Its name.
            argument: What was written after it.
        """
        if name in self._handlers:
            await self._handlers[name](argument)
        else:
            await self._visit(name)

    def complete(self, name: str, typed: str) -> list[str]:
        """What may stand after a command; reads from the disk, in a thread."""
        if name != "switch":
            return []
        return [listed.label for listed in self._chat.desk.roster.listed() if listed.label.startswith(typed)]

    async def _visit(self, name: str) -> None:
        """A screen that a plugin brought, or a queue of its."""
        from assistant.chat.plugin import Room

        place = self._chat.plugins.places[name]
        if isinstance(place, Room):
            screen = place.open(self._chat.desk.home, self._chat.talk.partner.label)
        else:
            from assistant.tui.screens.review import ReviewScreen

            screen = ReviewScreen(await asyncio.to_thread(place.open, self._chat.desk.home, self._chat.talk.partner.label))
        await self._chat.app.push_screen_wait(screen)

    async def _new(self, _: str) -> None:
        """A new conversation, with the settings of this one."""
        talk = self._chat.talk
        await self._open(Conversation(assistant=talk.partner.label, settings=talk.conversation.settings))
        self._chat.say("new conversation; the one before is in the list (Ctrl+L)")

    async def _open(self, conversation: Conversation, turn: str | None = None) -> None:
        chat = self._chat
        chat.editing.leave()
        chat.talk.open(conversation, turn)
        await chat.ratings.load()
        await chat.show_turns(follow=True)
        chat.composer.focus()
        if turn:
            await chat.transcript.bring(turn)
        chat.show_hint()
        chat.watch_answer()
        if conversation.turns and conversation.assistant not in ("", chat.talk.partner.label):
            chat.say(f"it was held with {one_line(conversation.assistant)}; {chat.talk.partner.label} answers now (Ctrl+T switches)")

    async def _chats(self, words: str) -> None:
        """Conversations; what is typed there is searched for in all that was said."""
        from assistant.chat.search import search
        from assistant.tui.screens.chats import ChatsScreen

        chat = self._chat
        store, name = chat.desk.store, chat.talk.conversation.id
        await asyncio.to_thread(chat.talk.settle)
        screen = ChatsScreen(
            store,
            lambda text, limit: search(store.database, text, limit),
            lambda one, file: self._export_to(store.load(one), file),
            name,
            words,
        )
        opened = await chat.app.push_screen_wait(screen)
        # The open conversation went on meanwhile: it is only gone to where it is not the one that is wanted.
        if opened and (opened.conversation != name or name in screen.deleted):
            await self._open(await asyncio.to_thread(store.take_up, opened.conversation), opened.turn)
        elif name in screen.deleted:
            await self._new("")
        else:
            if title := screen.titles.get(name):
                chat.talk.renamed_elsewhere(title)
            if opened and opened.turn:
                chat.talk.read(opened.turn)
            await chat.show_turns()
            if opened and opened.turn:
                await chat.transcript.bring(opened.turn)

    async def _rename(self, title: str) -> None:
        if not title.strip():
            self._chat.say("what shall it be called? /rename TITLE")
            return
        self._chat.talk.rename(one_line(title))
        await self._chat.show_turns()
        self._chat.say("renamed")

    async def _export(self, name: str) -> None:
        conversation = self._chat.talk.conversation
        if not conversation.turns:
            self._chat.say("nothing was said yet")
            return
        from assistant.tui.screens.chats import file_name

        file = await asyncio.to_thread(self._write, conversation, name.strip() or file_name(conversation.title))
        self._chat.say(f"written: {file}")

    def _export_to(self, conversation: Conversation, file: Path) -> None:
        """As `_write`, for the list of conversations."""
        self._write(conversation, file)

    def _write(self, conversation: Conversation, name: str | Path) -> Path:
        """Write a conversation to a file; on the disk, so in a thread.

        Raises:
            UserError: It cannot be written there.
        """
        from assistant.chat.exchange.exporting import export

        partner = self._chat.talk.partner
        try:
            file = Path(name).expanduser()
            export(conversation, file, lambda label: partner.notice if label == partner.label else "")
        except (OSError, RuntimeError, ValueError) as error:
            raise UserError(
                f"{one_line(str(name))[:60]} cannot be written: {getattr(error, 'strerror', None) or error}", "Name another file."
            ) from None
        return file

    async def _switch(self, name: str) -> None:
        """Go on with somebody else."""
        from assistant.tui.screens.partners import PartnersScreen

        chat = self._chat
        listed: Listed | None
        if name.strip():
            found = [one for one in await asyncio.to_thread(chat.desk.roster.listed) if one.label == name.strip()]
            if not found:
                chat.say(f"there is no {one_line(name)}; /switch lists all")
                return
            listed = found[0]
        else:
            listed = await chat.app.push_screen_wait(PartnersScreen(chat.desk.roster, chat.talk.partner.label))
        if listed and listed.label != chat.talk.partner.label:
            chat.talk.switch(await asyncio.to_thread(chat.desk.roster.partner, listed))
            chat.show_partner()
            await chat.show_turns()
            chat.watch_answer()

    async def _compare(self, _: str) -> None:
        from assistant.tui.screens.compare import CompareScreen
        from assistant.tui.screens.partners import PartnersScreen

        chat = self._chat
        if chat.talk.is_answering:
            chat.say("still answering (Esc stops)")
            return
        label = chat.talk.partner.label
        other = await chat.app.push_screen_wait(
            PartnersScreen(chat.desk.roster, label, title=f"Compare {label} with", verb="compares with it", without=label)
        )
        if other is None:
            return
        partner = await asyncio.to_thread(chat.desk.roster.partner, other)
        chat.rest()
        try:
            await chat.app.push_screen_wait(CompareScreen(chat.talk, partner, chat.ratings.book, chat.warnings.look_through))
        finally:
            chat.show_partner()
            await chat.show_turns(follow=True)
            chat.watch_answer()

    async def _settings(self, _: str) -> None:
        from assistant.tui.screens.settings import SettingsScreen

        talk = self._chat.talk
        changed = await self._chat.app.push_screen_wait(SettingsScreen(talk.conversation.settings, talk.partner))
        if changed is not None and changed != talk.conversation.settings:
            talk.change_settings(changed)
            said = [f"{name.replace('_', ' ')} {value}" for name, value in changed.changed.items() if name != "system_prompt"]
            said += ["a system prompt of your own"] if changed.system_prompt is not None else []
            self._chat.say(f"from the next answer on: {', '.join(said) or 'all as the recipe says'}")

    async def _context(self, _: str) -> None:
        from assistant.tui.screens.context import ContextScreen

        talk = self._chat.talk
        last = talk.conversation.last_answer
        figures = last.figures if last else None
        own = talk.conversation.settings.system_prompt
        await self._chat.app.push_screen_wait(
            ContextScreen(
                talk.conversation.path,
                figures.left_out if figures else 0,
                figures.prompt_tokens if figures else None,
                talk.opening.info.context_tokens if talk.opening.info else None,
                talk.partner.system_prompt if own is None else own,
            )
        )

    async def _retry(self, _: str) -> None:
        """Load the model again after it failed."""
        if self._chat.talk.opening.error:
            self._chat.talk.start()
            self._chat.watch_answer()
        else:
            self._chat.say("the model is loaded" if self._chat.talk.opening.info else "the model is being loaded")

    async def _review(self, _: str) -> None:
        from assistant.chat.review import FeedbackQueue
        from assistant.tui.screens.review import ReviewScreen

        await self._chat.app.push_screen_wait(ReviewScreen(FeedbackQueue(self._chat.ratings.book, self._chat.desk.home)))
        await self._chat.ratings.load()
        await self._chat.show_turns()

    async def _versions(self, _: str) -> None:
        from assistant.tui.screens.versions import VersionsScreen

        chat = self._chat
        chosen = await chat.app.push_screen_wait(VersionsScreen(chat.desk.home, lambda home: chat.plugins.scores(home)[0]))
        if chosen is None:
            return
        if chosen.action == "chat":
            await self._switch(chosen.label)
        else:
            await self._watch_training(chosen.label.split("@")[0], [chosen.recipe] if chosen.recipe else [])

    async def _training(self, name: str) -> None:
        await self._watch_training(name.strip() or None, await asyncio.to_thread(recipes_near, self._chat.desk.home))

    async def _watch_training(self, name: str | None, recipes: Sequence[Path]) -> None:
        """Watch a training, or start one; whoever asks for it talks with the version afterwards."""
        from assistant.tui.screens.training import TrainingScreen

        label = await self._chat.app.push_screen_wait(TrainingScreen(self._chat.desk.home, name, recipes))
        if label:
            await self._switch(label)

    async def _theme(self, _: str) -> None:
        self._chat.app.search_themes()

    async def _help(self, _: str) -> None:
        from assistant.tui.screens.help import HelpScreen

        await self._chat.app.push_screen_wait(HelpScreen(self._keys, self._chat.plugins.commands))

    @property
    def _keys(self) -> Mapping[str, Sequence[str]]:
        """The keys of every command that can be on others, as the user has them."""
        changed = self._chat.desk.keys
        return {name: tuple(changed[name].split(",")) if name in changed else keys for name, keys in USUAL_KEYS.items()}

    async def _quit(self, _: str) -> None:
        self._chat.app.exit()


def recipes_near(home: Home) -> list[Path]:
    """Recipes that a user is likely to train: in the working folder and below it, and those that versions were made by; reads the disk."""
    from assistant.registry.versions import all_versions

    found = [path for pattern in ("recipe.yaml", "*/recipe.yaml", "datasets/*/recipe.yaml") for path in sorted(Path().glob(pattern))]
    made_by = [Path(version.manifest.recipe_folder) / "recipe.yaml" for version in all_versions(home)]
    return list(dict.fromkeys(path.resolve() for path in (*found, *made_by) if path.is_file()))
