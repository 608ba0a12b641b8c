"""What a messenger writes in the place of a message: media that an export leaves out, deleted messages, missed calls, encryption.

As WhatsApp exports it on Android and iOS in English, German, Spanish, French and Portuguese.
"""

from __future__ import annotations

import re

LOOKED_AT = 400
"""Characters at the beginning and the end of a line in which a notice is looked for."""

MOST = 20
"""Notices at the beginning and at the end of one line that are taken away."""

INVISIBLE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SIGNS = "\u200e\u200f"
"""What iOS puts before its notices."""

MARK = f"[{SIGNS}]"

OMITTED = (
    r"(?:image|photo|video|video note|audio|voice message|sticker|GIF|document|media|contact card) omitted|"
    r"(?:Bild|Foto|Video|Videonachricht|Audio|Sticker|GIF|Dokument|Medien|Kontaktkarte) (?:weggelassen|ausgeschlossen|ausgelassen)|"
    r"(?:imagen|foto|v[ií]deo|audio|sticker|GIF|documento|multimedia|tarjeta de contacto) omitid[oa]|"
    r"(?:image|photo|vid[ée]o|audio|sticker|GIF|document|m[ée]dias?|fiche contact) (?:absente?|omise?|omis|retiré)|"
    r"(?:imagem|foto|v[ií]deo|[áa]udio|figurinha|GIF|documento|m[ií]dia|cartão do contato) (?:omitid[oa]|ocultad[oa]|oculta)"
)
"""Words that stand for what an export leaves out."""

IN_BRACKETS = (
    rf"<(?:[^<>]{{1,40}} omitted|{OMITTED}|arquivo de mídia oculto|"
    r"(?:attached|attachment|Anhang|adjunto|pi[èe]ce jointe|anexado)\s?:\s?[^<>]{1,200})>"
)
EDITED = (
    r"<(?:This message was edited|Diese Nachricht wurde bearbeitet|(?:Se editó este mensaje|Este mensaje fue editado)|"
    r"Ce message a été modifié|(?:Mensagem editada|Esta mensagem foi editada))\.?>"
)
PAGES = r"\u2022 [0-9]{1,5} (?:pages?|Seiten?|páginas?)"

DELETED = (
    r"This message was deleted(?: by (?:an )?admin(?: [^.]{1,60})?)?|You deleted this message(?: as admin)?|"
    r"Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht|"
    r"Se eliminó este mensaje|Este mensaje (?:fue|ha sido) eliminado|Eliminaste este mensaje|Has eliminado este mensaje|"
    r"Ce message a été supprimé|(?:Vous avez|Tu as) supprimé ce message|"
    r"(?:Esta )?mensagem (?:foi )?apagada|Você apagou esta mensagem|Apagaste esta mensagem"
)
CALLS = (
    r"Missed (?:group )?(?:voice|video) call(?: at [0-9:.]{3,8}(?: ?[AaPp]\.?[Mm]\.?)?)?(?:[.,] ?Tap to call back)?|"
    r"(?:Voice|Video) call[.,] (?:No answer|[0-9]{1,5} (?:sec|min|hr|hours?))|"
    r"Verpasster (?:Gruppen-?)?(?:Sprach|Video)anruf(?: um [0-9:.]{3,8}(?: Uhr)?)?(?:[.,] ?Zum Zurückrufen tippen)?|"
    r"(?:Llamada|Videollamada)(?: de (?:voz|vídeo|video))?(?: grupal)? perdida|"
    r"Appel (?:vocal|vidéo)(?: de groupe)? manqué|"
    r"(?:Chamada|Ligação) de (?:voz|vídeo)(?: em grupo)? perdida"
)
ENCRYPTED = (
    r"(?:Messages and calls are end-to-end encrypted|"
    r"Messages (?:you send )?to this (?:chat|group) and calls are now secured with end-to-end encryption|"
    r"Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt|"
    r"Los mensajes y las llamadas están cifrados de extremo a extremo|"
    r"Les messages et les appels sont chiffrés de bout en bout|"
    r"As mensagens e as (?:chamadas|ligações) são (?:protegidas com a criptografia|criptografadas|encriptadas) (?:de )?ponta a ponta)"
    r"(?:[.,]? (?:No one|Only|Tap|Learn|Niemand|Nur|Tippe|Nadie|Sol[oa]|Sólo|Toca|Aucun|Personne|Seul|Touche|Ningu[ée]m|Somente|Apenas|Toque|e ficam)"
    r"[^\n]{0,320})?"
)
OTHERS = (
    r"Waiting for this message\. This may take a while|This chat is with a (?:verified )?business account(?:\. Tap to learn more)?|"
    r"This business (?:uses a secure service|is now working with other companies|works with other companies)[^\n]{0,200}|"
    r"(?:Your security code with [^\n]{1,60}|[^\n]{1,60}'s security code) changed(?:\. Tap to (?:learn more|verify))?|"
    r"You (?:blocked|unblocked) this (?:contact|business)(?:\. Tap to (?:un)?block)?"
)


NAMED = r"[A-Za-z0-9]{2,5} \((?:file attached|Datei angehängt|archivo adjunto|fichier joint|arquivo anexado|ficheiro anexado)\)"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


LEFT_OUT = _pattern(rf"(?:{IN_BRACKETS}|{EDITED}|{OMITTED}|\S{{1,150}}\.{NAMED})\.?")
HAPPENED = _pattern(rf"(?:{DELETED}|{CALLS}|{ENCRYPTED}|{OTHERS}|.{{1,150}}\.{NAMED})\.?")
MARKED_FILE = _pattern(rf".{{1,150}}\.(?:{NAMED}|[A-Za-z0-9]{{2,5}} {PAGES}(?: (?:{OMITTED}))?)")
FIRST = _pattern(rf"{MARK}?(?:{IN_BRACKETS})\s{{0,5}}|{MARK}(?:{OMITTED}|.{{1,150}}\.{NAMED})\s{{1,5}}|\S{{1,150}}\.{NAMED}\s{{1,5}}")
LAST = _pattern(rf"\s{{0,5}}(?:{MARK}?(?:{IN_BRACKETS}|{EDITED})|{MARK}(?:{OMITTED}))\s{{0,5}}$")


def own_text(text: str, has_time: bool) -> str:
    """What a person wrote in a line, without what the messenger put there; "" where all of it is a notice.

    What happened (a message was deleted, a call was missed, the chat is encrypted) counts as a notice only where the line has a time,
    as all lines of messengers have: elsewhere an answer can say the same.

    Args:
        text: The line without its speaker.
        has_time: Whether the line has a time.
    """
    if _is_notice(text, has_time):
        return ""
    own = text
    for _ in range(MOST):
        first = FIRST.match(own[:LOOKED_AT])
        own = own[first.end() :] if first else own
        last = LAST.search(own, max(0, len(own) - LOOKED_AT))
        own = own[: last.start()] if last else own
        if not first and not last:
            break
    if own == text:
        return text
    # `report.pdf, 3 pages` stands before the notice that it was left out.
    return "" if _is_notice(own, has_time) else own.strip(f"{SIGNS} ")


def _is_notice(text: str, has_time: bool) -> bool:
    if len(text) > LOOKED_AT:
        return False
    words = " ".join(INVISIBLE.sub("", text).split())
    if LEFT_OUT.fullmatch(words) or (has_time and HAPPENED.fullmatch(words)):
        return True
    return any(sign in text for sign in SIGNS) and bool(MARKED_FILE.fullmatch(words))
