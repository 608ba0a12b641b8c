"""What is personal data by its form and its check digits, and what only looks like it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.recipe_data import PersonalKind
from assistant.data.personal import personal_data
from assistant.data.personal.iban import LENGTHS, is_valid
from assistant.data.personal.personal_data import ORDER, find_personal_data
from tests.beside import DATA
from tests.evalsuite.personal_data_sources import PATTERNS, measured

THERE = [
    ("email", "Write to <b.lee+x@mail.co.uk>.", "b.lee+x@mail.co.uk"),
    ("email", "mailto:ülker@müller.de", "ülker@müller.de"),
    ("phone", "Ring +44 20 7946 0958, please.", "+44 20 7946 0958"),
    ("phone", "Ring (+46 (0)8 928 571 38)", "+46 (0)8 928 571 38"),
    ("phone", "(212) 736-5000", "(212) 736-5000"),
    ("phone", "1-800-232-4636.", "1-800-232-4636"),
    ("phone", "0171 2345 678", "0171 2345 678"),
    ("phone", "Phone: 5551234", "5551234"),
    ("phone", "call me at 736 5000", "736 5000"),
    ("card", "4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("card", "3782-822463-10005", "3782-822463-10005"),
    ("iban", "DE89 3704 0044 0532 0130 00 AND MORE", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB82WEST12345698765432.", "GB82WEST12345698765432"),
    ("ip", "from 8.8.4.4.", "8.8.4.4"),
    ("ip", "at 2001:4860:4860::8844.", "2001:4860:4860::8844"),
    ("ip", "8.8.8.0/24", "8.8.8.0/24"),
    ("mac", "00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7"),
    ("mac", "001b.4411.3ab7", "001b.4411.3ab7"),
    ("ssn", "536-90-4399", "536-90-4399"),
    ("url", "(see https://a.org/x_(y)).", "https://a.org/x_(y)"),
    ("url", "see www.nhs.uk/cold, or", "www.nhs.uk/cold"),
]

NOT_THERE = [
    "someone@home",
    "a..b@mail.org",
    "Take 2 tablets, 3-4 times a day, for 10-14 days.",
    "On 2024-01-15, 15.01.2024 and 03.12.2021 10:00.",
    "It costs 1 000 000 to 2 500 000, or 1,234,567.89.",
    "4111 1111 1111 1112",
    "4444444444444444",
    "9111111111111111",
    "DE89 3704 0044 0532 0130 01",
    "GB82 WEST 1234 5698 7654",
    "256.1.1.1 and 1.2.3",
    "version 1.2.3.4",
    "std::vector, a :: b, 12:30:45",
    "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 078-05-1120",
    "the account number is 12345678",
    "Bethesda, MD 20892-3675 phone",
    "the rest.It helps",
    "file.py and e.g. this",
    "1234.5678.9012",
]


@pytest.mark.parametrize(("kind", "text", "what"), THERE, ids=[what for _, _, what in THERE])
def test_it_is_found_where_it_begins_and_ends(kind: str, text: str, what: str) -> None:
    (span,) = find_personal_data(text)
    assert (span.kind, span.text, text[span.start : span.end]) == (kind, what, what)


@pytest.mark.parametrize("text", NOT_THERE)
def test_what_only_looks_like_it_is_passed_over(text: str) -> None:
    assert find_personal_data(text) == []


def test_places_come_in_order_and_do_not_overlap() -> None:
    text = "https://ann:pw@x.org/8.8.8.8 4111111111111111 jo@mail.org 8.8.8.8 4111111111111111"
    spans = find_personal_data(text)
    assert [span.kind for span in spans] == ["url", "card", "email", "ip", "card"]
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4111 1111 1111 1111", "4111111111111111"),
        ("+1 212 736 5000", "(212) 736-5000"),
        ("212-736-5000 x12", "212-736-5000"),
        ("Jo@Mail.org", "jo@mail.org"),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("2001:4860:4860:0:0:0:0:8844", "2001:4860:4860::8844"),
    ],
)
def test_the_same_written_in_another_way_has_the_same_key(one: str, other: str) -> None:
    assert find_personal_data(one)[0].key == find_personal_data(other)[0].key


@pytest.mark.parametrize("text", ["https://x.org", "127.0.0.1", "192.168.0.7", "::1", "a@example.com", "a@b.test", "(212) 555-0142"])
def test_what_is_public_or_reserved_leads_to_nobody(text: str) -> None:
    assert [span.identifies for span in find_personal_data(text)] == [False]


@pytest.mark.parametrize("text", ["https://ann:pw@x.org", "8.8.8.8", "a@examples.com", "(212) 736-5000"])
def test_anything_else_may_lead_to_somebody(text: str) -> None:
    assert [span.identifies for span in find_personal_data(text)] == [True]


def test_an_iban_is_valid_for_any_country_by_its_check_digits_alone() -> None:
    assert is_valid("NO9386011117947")
    assert not is_valid("NO9386011117948")
    assert len(LENGTHS) > 80
    assert all(15 <= length <= 33 for length in LENGTHS.values())


@pytest.mark.skipif(not (DATA / PATTERNS).is_file(), reason=f"{PATTERNS} is not beside the project")
@pytest.mark.parametrize("part", ["even", "all"])
@pytest.mark.parametrize("kinds", [None, ORDER], ids=["usual", "every"])
def test_nineteen_of_twenty_finds_are_right_and_nine_of_ten_are_found(part: str, kinds: tuple[PersonalKind, ...] | None) -> None:
    counts = measured(DATA, part, kinds)[0]
    for kind in ("email", "phone", "card", "iban", "ip", "url"):
        assert counts[kind].there > 10
        assert (counts[kind].precision or 0) >= 0.95, kind
        assert (counts[kind].recall or 0) >= 0.90, kind


@pytest.mark.parametrize("text", ["http://microsoft", "see http://intranet/page."])
def test_a_host_without_a_dot_is_nobodys_site(text: str) -> None:
    assert find_personal_data(text) == []


@pytest.mark.parametrize("text", ["http://localhost:8000/x", "http://[2001:db8::1]/path", "https://ann:pw@intranet/x", "http://10.0.0.7"])
def test_a_machine_by_number_or_somebodys_name_is_a_url(text: str) -> None:
    assert [(span.kind, span.text) for span in find_personal_data(text)] == [("url", text)]


PIECES = [
    *"0123456789٣ .-/()+:@x#,\n", "ext", "extension ", "aa", "Ff", "call ", "phone: ", "www.", "http://", "mail", ".com", "::1", "fe80", "DE",
    "1st", "12", "345", "12 Main Street", "St. ", "Postfach ", "GB29 NWBK", "BSN ", "tax id ", "AB123456C", "4111 1111",
    *(text for _, text, _ in THERE),
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_not_looked_for_is_not_there(text: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(personal_data, "MAY_HOLD", {})
        patched.setattr(personal_data, "_NUMBERS", frozenset())
        whole = find_personal_data(text, ORDER)
    assert find_personal_data(text, ORDER) == whole
