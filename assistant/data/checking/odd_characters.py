"""Markup and broken characters that cleaning has left, or was not allowed to mend."""

from __future__ import annotations

import re

from assistant.data.checking.remark import Remark, quoted, texts_of
from assistant.data.example import Example

# Lost for good, or never text: the replacement character, controls, halves of pairs, places that no character has.
_BROKEN = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Not seen, and taken for a part of words. Joiners are letters' and emoji's own.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_NAMES = (
    "a|abbr|b|blockquote|body|br|button|center|code|dd|div|dl|dt|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|ins|kbd|label|li|link|meta|nav|ol"
    "|option|p|pre|s|script|section|small|span|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul"
)
# A name alone in brackets may be what is talked about; closed, or with an attribute, it is markup.
_MARKUP = re.compile(rf"</(?:{_NAMES})\s{{0,9}}>|<(?:{_NAMES})\s[^<>=\n]{{0,300}}+=[^<>]{{0,2000}}+>|<br\s{{0,9}}/?>|<!--|<!\[CDATA\[", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|nbsp|apos|hellip|[lr][sd]quo|[nm]dash|copy|reg|deg|bull|middot|eacute|uuml|#\d{2,6}|#[xX][0-9a-fA-F]{2,6});"
)


def odd_characters(example: Example) -> Remark | None:
    """The first kind of thing in a row that is no text, the worst first."""
    found = [remark for text in texts_of(example) if (remark := _in(text))]
    return min(found, key=lambda remark: remark.severity != "error", default=None)


def _in(text: str) -> Remark | None:
    if not text.isascii():
        if broken := _BROKEN.search(text):
            return Remark(f"a broken character, U+{ord(broken[0]):04X}, in {_around(text, broken)}", "error")
        if unseen := (_UNSEEN.search(text) or _PRIVATE.search(text)):
            return Remark(f"a character that is not seen, U+{ord(unseen[0]):04X}, in {_around(text, unseen)}")
        if _is_mojibake(text):
            return Remark("letters that were decoded wrongly")
    elif broken := _BROKEN.search(text):
        return Remark(f"a control character, U+{ord(broken[0]):04X}, in {_around(text, broken)}", "error")
    if "<" not in text and "&" not in text:
        return None
    prose = _CODE.sub(" ", text) if "`" in text else text
    markup = _MARKUP.search(prose) or _ENTITY.search(prose)
    return Remark(f"markup: {quoted(markup[0])}") if markup else None


def _around(text: str, found: re.Match[str]) -> str:
    near = text[max(0, found.start() - 20) : found.end() + 20]
    return quoted("".join(char if char.isprintable() else "\ufffd" for char in near))


def _is_mojibake(text: str) -> bool:
    from ftfy.badness import is_bad

    return bool(is_bad(text))
