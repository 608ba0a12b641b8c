"""Conversations of transcripts: who speaks, where one ends, and what is told of those that cannot be used."""

from __future__ import annotations

import time
from typing import Any

import pytest

from assistant.data.problems import Problem
from assistant.data.reading.notices import own_text
from assistant.data.reading.source import NoRowsError
from assistant.data.reading.speakers import is_nobody, known_role, roles_of, said_in
from assistant.data.reading.transcripts import LONGEST_LINE, MOST_LINES, transcript_rows
from tests.data.reading.documents import file, refused, used


def talks(text: str) -> list[list[tuple[str, str]]]:
    return [[(turn["role"], turn["content"]) for turn in row["messages"]] for _, row in used(transcript_rows(file("log.txt", text)))]


HI_HO = [[("user", "Hi"), ("assistant", "Ho")]]


@pytest.mark.parametrize(
    "text",
    [
        "Customer: Hi\nAgent: Ho",
        "CUSTOMER:Hi\nAgent:Ho".replace(":", ": "),
        "Agent (10:32): Ho".join(["Customer (10:31): Hi\n", ""]),
        "[10:31] Anna: Hi\n[10:32] Ben Smith: Ho",
        "(10:31:07 AM) Anna: Hi\n(10:32:07 PM) Ben: Ho",
        "10:31 - Anna: Hi\n10:32 - Ben: Ho",
        "User> Hi\nBot> Ho",
        "12/03/24, 10:32 - Anna: Hi\n12/03/24, 10:33 - Ben: Ho",
        "[12.03.24, 10:32:11] Anna: Hi\n\u200e[12.03.24, 10:32:15] Ben: Ho",
        "2024-03-12T10:32:05Z Anna: Hi\n2024-03-12 10:33 Ben: Ho",
        "[10:31] <anna> Hi\n[10:32] <ben> Ho",
        "**Customer:** Hi\n**Agent:** Ho",
        "Anna (Customer): Hi\nBen (Support): Ho",
        "Anna: Hi\nAgent: Ho",
        "Customer: Hi\r\nBen: Ho\r\n",
        "Q: Hi\nA: Ho",
        "12/03/24, 10:32 - +49 170 1234567: Hi\n12/03/24, 10:33 - Ben: Ho",
        "[12.03.24, 10:32:11] \u202a+1 (212) 555-0142\u202c: Hi\n[12.03.24, 10:33:15] ~\u202fBen: Ho",
    ],
)
def test_the_ways_of_writing_a_turn(text: str) -> None:
    assert talks(text) == HI_HO


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_a_transcript_with_its_byte_order_mark_is_read(encoding: str) -> None:
    content = "\ufeffCustomer: Où?\r\nAgent: Là.\r\n".encode(encoding)
    ((line, row),) = used(transcript_rows(file("log.txt", content)))
    assert (line, [turn["content"] for turn in row["messages"]]) == (1, ["Où?", "Là."])


@pytest.mark.parametrize("header", ["question\tanswer", '\n"Prompt"\t"n"\t"Completion"', "\tmessages"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_table_is_no_transcript_and_what_to_call_it_is_told(header: str, encoding: str) -> None:
    with pytest.raises(NoRowsError) as caught:
        list(transcript_rows(file("log.txt", f"{header}\r\nCustomer: Hi\tAgent: Ho\tAgent: Ho\r\n".encode(encoding))))
    assert "is a table, with the columns" in caught.value.what
    assert caught.value.todo == "Give it the ending .tsv."


def test_a_first_line_with_tabs_alone_makes_no_table() -> None:
    assert talks("Customer:\tHi\nAgent:\tHo") == HI_HO


def test_lines_without_a_speaker_go_on_and_turns_of_one_role_are_one() -> None:
    text = "Customer: My order\nis late.\n\nSee http://x.org: there.\nNote: 5 days.\nAgent: Sorry.\nAgent: Which?\nCustomer: This."
    assert talks(text) == [
        [("user", "My order\nis late.\n\nSee http://x.org: there.\nNote: 5 days."), ("assistant", "Sorry.\nWhich?"), ("user", "This.")]
    ]


@pytest.mark.parametrize("separator", ["---", "=====", "***", "* * *", "Conversation 2", "## Ticket #4711", "--- Chat 7 ---", "[Session: 12]"])
def test_separators_part_conversations(separator: str) -> None:
    assert talks(f"Customer: Hi\nAgent: Ho\n\n{separator}\n\nCustomer: Hi\nAgent: Ho\n") == HI_HO * 2


def test_empty_lines_and_sentences_about_tickets_part_nothing() -> None:
    assert len(talks("Customer: Hi\n\n\n\nticket number please\nAgent: Ho\n\nCustomer: And?\nAgent: Yes")) == 1


def test_each_question_label_begins_a_conversation() -> None:
    assert talks("Q: Hi\nA: Ho\n\nQ: Why?\nA: So.\n\nTruly.") == [*HI_HO, [("user", "Why?"), ("assistant", "So.\n\nTruly.")]]


def test_id_start_and_line_are_kept_and_names_go() -> None:
    text = "Conversation 12\nDate: 2024-03-01\n\nAnna: Hi\nBen: Ho\n---\n[10:31] Anna: Hi\n[10:31] Eve left\n[10:32] Ben: Ho"
    first, second = used(transcript_rows(file("log.txt", text)))
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    assert first == (1, {"messages": messages, "id": "12", "started": "2024-03-01"})
    assert second == (7, {"messages": messages, "started": "10:31"})


def test_where_speakers_have_times_a_word_before_a_colon_is_none() -> None:
    assert talks("[10:31] Anna: Hi\nSteps: one\n[10:32] Ben: Ho") == [[("user", "Hi\nSteps: one"), ("assistant", "Ho")]]


def test_events_and_omitted_media_are_no_turns() -> None:
    text = (
        "12/03/24, 10:31 - Messages are encrypted.\n12/03/24, 10:32 - Anna: Hi\n12/03/24, 10:33 - Ben: <Media omitted>\n12/03/24, 10:34 - Ben: Ho\n"
    )
    assert talks(text) == HI_HO
    assert talks("System: chat opened\nCustomer: Hi\nAgent: Ho\nSystem: closed\n") == HI_HO


def test_an_export_of_whatsapp_on_ios_gives_what_people_wrote() -> None:
    text = (
        "[12.03.24, 10:31:02] Bag Shop: \u200eMessages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can"
        " read or listen to them.\r\n"
        "[12.03.24, 10:31:02] Bag Shop: \u200eThis chat is with a business account. Tap to learn more.\r\n"
        "[12.03.24, 10:32:11] Anna: Is the red bag still there?\r\n"
        "\u200e[12.03.24, 10:32:15] Anna: \u200e<attached: 00000012-PHOTO-2024-03-12-10-32-15.jpg>\r\n"
        "\u200e[12.03.24, 10:32:20] Bag Shop: \u200eYou deleted this message.\r\n"
        "[12.03.24, 10:33:00] Bag Shop: Yes, two of them. \u200e<This message was edited>\r\n"
        "\u200e[12.03.24, 10:33:10] Bag Shop: Prices 2024.pdf \u2022 \u200e3 pages \u200e<attached: 00000014-Prices 2024.pdf>\r\n"
        "\u200e[12.03.24, 10:34:00] Anna: \u200eMissed voice call, \u200eTap to call back\r\n"
        "\u200e[12.03.24, 10:34:30] Anna: \u200eimage omitted\r\n"
        "[12.03.24, 10:35:00] Anna: I deleted this message by mistake\r\n"
        "[12.03.24, 10:36:00] Bag Shop: No matter.\r\n"
    )
    assert talks(text) == [
        [
            ("user", "Is the red bag still there?"),
            ("assistant", "Yes, two of them."),
            ("user", "I deleted this message by mistake"),
            ("assistant", "No matter."),
        ]
    ]


def test_an_export_of_whatsapp_on_android_gives_what_people_wrote() -> None:
    text = (
        "12/03/24, 10:31 - Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read them.\n"
        "12/03/24, 10:31 - Bag Shop: Messages and calls are end-to-end encrypted\n"
        "12/03/24, 10:32 - Anna: IMG-20240312-WA0001.jpg (file attached)\n"
        "Is this one still there?\n"
        "12/03/24, 10:32 - Anna: <Media omitted>\n"
        "12/03/24, 10:33 - Bag Shop: This message was deleted\n"
        "12/03/24, 10:33 - Missed voice call\n"
        "12/03/24, 10:33 - Anna: Missed video call\n\n"
        "12/03/24, 10:34 - Bag Shop: It is.\nIn red. <This message was edited>\n"
        "12/03/24, 10:35 - Bag Shop: Price list.pdf (file attached)\n"
    )
    assert talks(text) == [[("user", "Is this one still there?"), ("assistant", "It is.\nIn red.")]]


@pytest.mark.parametrize(
    "notice",
    [
        *("image omitted", "GIF omitted", "Contact card omitted", "<Media omitted>", "<View once voice message omitted>", "null.vcf (file attached)"),
        *("Missed group video call", "You deleted this message as admin", "This message was deleted by admin Ben", "Video call, No answer"),
        *("Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand außerhalb dieses Chats kann sie lesen.", "Bild weggelassen"),
        *("<Medien ausgeschlossen>", "Diese Nachricht wurde gelöscht.", "Du hast diese Nachricht gelöscht.", "Verpasster Sprachanruf"),
        *("<Anhang: 00000012-PHOTO.jpg>", "IMG-1.jpg (Datei angehängt)", "<Diese Nachricht wurde bearbeitet.>"),
        *("Los mensajes y las llamadas están cifrados de extremo a extremo. Nadie fuera de este chat puede leerlos.", "imagen omitida"),
        *("<Multimedia omitido>", "Se eliminó este mensaje.", "Eliminaste este mensaje.", "Llamada perdida", "<Se editó este mensaje.>"),
        *("<adjunto: 1.jpg>", "IMG-1.jpg (archivo adjunto)", "Videollamada perdida"),
        *("Les messages et les appels sont chiffrés de bout en bout. Aucun tiers ne peut les lire.", "<Médias omis>", "image absente"),
        *("Ce message a été supprimé",),
        *("Vous avez supprimé ce message.", "Appel vocal manqué", "<pièce jointe\u00a0: 1.jpg>", "<Ce message a été modifié>"),
        *("As mensagens e as chamadas são protegidas com a criptografia de ponta a ponta e ficam somente entre você e os participantes.",),
        *("<Mídia oculta>", "imagem ocultada", "Mensagem apagada", "Você apagou esta mensagem.", "Chamada de voz perdida", "<Mensagem editada>"),
        *("<anexado: 1.jpg>", "IMG-1.jpg (arquivo anexado)"),
    ],
)
def test_what_a_messenger_writes_itself_is_no_text_of_a_person(notice: str) -> None:
    for marked in (notice, f"\u200e{notice}"):
        assert own_text(marked, True) == ""


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("<attached: 12.jpg> This one?", "This one?"),
        ("\u200eimage omitted This one?", "This one?"),
        ("This one? \u200eimage omitted", "This one?"),
        ("\u200eIMG-1.jpg (file attached) This one?", "This one?"),
        ("Fine \u200e<This message was edited>", "Fine"),
        *((same, same) for same in ("I deleted this message by mistake", "This message was deleted by mistake", "image omitted from the list",
                                   "I missed a voice call", "Messages and calls are end-to-end encrypted, you say?", "\u200eplain text", "")),
    ],
)  # fmt: skip
def test_what_a_person_wrote_stays(text: str, own: str) -> None:
    assert own_text(text, True) == own


@pytest.mark.parametrize("text", ["Missed voice call", "This message was deleted", "Messages and calls are end-to-end encrypted."])
def test_without_a_time_what_happened_may_be_an_answer(text: str) -> None:
    assert own_text(text, False) == text


def test_a_name_that_stands_alone_in_its_line_speaks() -> None:
    assert talks("Customer:\nHi\nAgent:\nHo") == HI_HO


def test_a_conversation_of_notices_alone_is_told() -> None:
    (problem,) = list(transcript_rows(file("log.txt", "[10:31] Anna: Hi\n[10:32] Ben: Ho\n---\n[10:31] Anna: <Media omitted>")))[1:]
    assert isinstance(problem, Problem) and problem.kind == "only one speaks"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Anna: a\nBen: b\nCarl: c", "more than two speakers"),
        ("Customer: a\nBen: b\nCarl: c", "more than two speakers"),
        ("Customer: a\nCustomer: b", "only one speaks"),
        ("nobody says this", "text without a speaker"),
    ],
)
def test_a_conversation_that_cannot_be_used_is_told_with_what_stood_there(text: str, kind: str) -> None:
    good, bad = transcript_rows(file("log.txt", f"Customer: Hi\nAgent: Ho\n---\n{text}\n"))
    assert not isinstance(good, Problem)
    assert isinstance(bad, Problem) and (bad.kind, bad.line, bad.content) == (kind, 4, {"text": text})


def test_a_conversation_without_end_is_left_out_up_to_the_next_separator() -> None:
    text = "Customer: Hi\nAgent: Ho\n" * (MOST_LINES // 2 + 10) + "---\nCustomer: Hi\nAgent: Ho\n"
    bad, good = transcript_rows(file("log.txt", text))
    assert isinstance(bad, Problem) and bad.kind == "conversation too long"
    assert not isinstance(good, Problem) and len(good[1]["messages"]) == 2


@pytest.mark.parametrize(
    ("name", "role"),
    [("Customer", "user"), ("Customer Service", "assistant"), ("Dr. House", "assistant"), ("A", "assistant"),
     ("A. Smith", None), ("Anna", None), ("system", "system")],
)  # fmt: skip
def test_roles_by_name(name: str, role: str | None) -> None:
    assert known_role(name) == role


@pytest.mark.parametrize(("name", "nobody"), [("It is this", True), ("Note", True), ("Step 2", True), ("anna", False), ("Anna van Dyk", False)])
def test_what_is_no_name(name: str, nobody: bool) -> None:
    assert is_nobody(name) == nobody


def test_roles_of_unknown_names_go_by_turns() -> None:
    assert roles_of(["Anna", "Ben", "Anna"]) == {"Anna": "user", "Ben": "assistant"}
    assert roles_of(["Anna", "Customer"]) == {"Anna": "assistant", "Customer": "user"}


@pytest.mark.parametrize("line", ["see http://x.org", "a, b: c", ": x", "10:32", "", "5: x", "<b>: x"])
def test_lines_in_which_nobody_speaks(line: str) -> None:
    said = said_in(line, 1)
    assert (said.name, said.text) == ("", line)


@pytest.mark.parametrize(
    "content",
    ["", "just prose\nand more", "One thing: to say", b"Customer: \xff", b"Customer: \0", "Customer: " + "a" * LONGEST_LINE, "Customer: Hi"],
)
def test_a_text_that_is_no_transcript_is_refused(content: str | bytes) -> None:
    refused(transcript_rows, file("log.txt", content))


@pytest.mark.parametrize(
    "piece",
    [*("<a omitted>", "a.jpg (file attached) ", "\u200eGIF omitted "),
     "a", " ", ":", "a ", "[", "1", "10:32 ", "-", "- ", "#", "\n", "conversation ", "a\u00a0", "<", "A: x\n", "Q: x\n", "\u200e"],
)  # fmt: skip
def test_hostile_transcripts_are_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    rows: list[Any] = list(transcript_rows(file("log.txt", f"Customer: Hi\nAgent: Ho\n---\n{piece * (60_000 // len(piece))}")))
    assert rows
    assert time.process_time() - began < 4


def test_a_number_is_a_speaker_behind_a_time_alone() -> None:
    assert talks("Customer: Which number?\nAgent: This one\n030 901820: is that it") == [
        [("user", "Which number?"), ("assistant", "This one\n030 901820: is that it")]
    ]
