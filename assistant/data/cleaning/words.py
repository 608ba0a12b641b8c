"""Lists of English words that rules go by."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


OPENERS = words_of(
    """a about according additional after all also although an and another any anyone are as ask at avoid based because before being both but by
    call can certain check children clean coronavirus currently depending do does doctors don't due during each early even every everyone few
    finally first follow following for from generally get given has have he health healthcare her here how however i if important in individuals
    information instead is it its keep later learn less like make many may more most much my needs never new no not often older on once one only
    or other others our over overall patients people persons please possible rarely research researchers risk scientists see several she signs
    similarly since so some sometimes studies such symptoms take talk tell that the their them then there therefore these they this those though
    three thus to treatment two under unfortunately unless until use usually very visit wash we what when where whether which while who whose
    why will with without women would yes yet you your"""
)
"""Words that often begin a sentence, and are no surnames."""

QUESTION_WORDS = words_of(
    "what how why when where who whom whose which is are was were do does did can could should would will may might has have had am if in i"
)
"""Words that a question opens with."""

FUNCTION_WORDS = words_of(
    """a an and any are as at be been by can could did do does for from had has have how i if in is it may might my of on or s should so some that the
    their there these they this to was we were what when where which who why will with would you your"""
)
"""Words by which two questions do not differ."""

SINGULAR_S = words_of(
    """aids alias anthrax ascites biceps caries diabetes forceps gallows hemostasis herpes lens measles menopause mumps news pancreas pathos pus
    rabies rickets scabies series shingles species tetanus yaws colitis atlas canvas gas bias cosmos chaos ethos hives means mathematics
    genetics robotics politics economics physics statistics ethics diagnostics forensics windows kubernetes redis sales"""
)
"""Words that end like a plural and are none, or may be none."""

DOMAIN_ENDINGS = words_of("com net org gov edu io me js ts ai app dev co uk us de eu info biz tv xyz py rb go rs")
"""What stands behind the stop of a name, not of a sentence."""

FRENCH = words_of("les des une est vous pour dans que sur nous avec sont quoi")
"""Where these abound, a space before a question mark is right."""

NO_FOOTNOTE = words_of(
    """approx chap chapter fig figs figure item line log note number page para part sect section see step table version vol volume stage type level
    class grade phase group day week month year age ages"""
)
"""Words behind which a figure is meant, whatever stands between."""
