"""Questions that are put in several ways: sets of forms with slots, any of which asks what the others ask.

Written by hand, so that what comes out is correct English without a look at grammar: no form needs to know whether what
is in a slot is one or many. Slots:

    {x}  what it is about: anything without a comma or full stop
    {n}  a thing, not what it does: few words, no clause ("the flu", "high blood pressure")
    {v}  what is done: a verb in its basic form and the rest ("delete my account")
    {p}  the rest after "I was", "I am" and the like
    {c}  a clause ("my card is lost")

A form with `only_from` is understood and never written: it is a worse way to ask.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FormSet:
    """Ways to ask the same.

    Attributes:
        forms: What is understood and written.
        only_from: What is only understood.
    """

    forms: tuple[str, ...]
    only_from: tuple[str, ...] = ()


FORMS: tuple[FormSet, ...] = (
    # What an illness is about.
    FormSet(
        ("What are the symptoms of {x}?", "Which symptoms are typical of {x}?", "What symptoms should I expect with {x}?"),
        ("What are symptoms of {x}?", "What are the signs and symptoms of {x}?"),
    ),
    FormSet(("What are the signs of {x}?", "Which signs point to {x}?", "What signs should I look for with {x}?")),
    FormSet(
        (
            "What are the treatments for {x}?",
            "Which treatments are there for {x}?",
            "What can be done to treat {x}?",
            "What treatment options exist for {x}?",
        ),
        ("How to treat {x}?", "What is the treatment for {x}?", "What are treatments for {x}?"),
    ),
    FormSet(("What are the causes of {x}?", "What causes {x}?", "What can cause {x}?"), ("What is the cause of {x}?",)),
    FormSet(
        ("What can be done to prevent {x}?", "How can {x} be prevented?", "What helps to prevent {x}?"),
        ("How to prevent {x}?",),
    ),
    FormSet(("How do doctors diagnose {x}?", "What is done to diagnose {x}?", "How can {x} be diagnosed?"), ("How to diagnose {x}?",)),
    FormSet(("Who is at risk for {x}?", "Which people are at risk for {x}?", "Who has a higher risk of {x}?")),
    FormSet(("What is the outlook for {x}?", "What is the prognosis for {x}?", "What can people with {x} expect in the long run?")),
    FormSet(("What are the genetic changes related to {x}?", "Which genetic changes are related to {x}?")),
    FormSet(("Is {x} inherited?", "Can {x} be inherited?", "Can {x} be passed on from parents to their children?")),
    FormSet(("How many people are affected by {x}?", "How many people have {x}?", "What number of people are affected by {x}?")),
    FormSet(("What should I do for {x}?", "What can I do for {x}?", "What is there to do for {x}?"), ("What to do for {x}?",)),
    FormSet(("What are the complications of {x}?", "Which complications can come with {x}?")),
    FormSet(("What are the stages of {x}?", "Which stages of {x} are there?", "In which stages does {x} develop?")),
    FormSet(("What are the side effects of {x}?", "Which side effects can {x} have?")),
    FormSet(("What are the risks of {x}?", "Which risks come with {x}?")),
    FormSet(("What are the benefits of {x}?", "Which benefits come with {x}?")),
    FormSet(
        ("Which clinical trials or other research are under way for {x}?", "What research, clinical trials among it, is being done for {x}?"),
        ("What research (or clinical trials) is being done for {x}?",),
    ),
    FormSet(
        (
            "Do you have information about {x}?",
            "Can you give me information about {x}?",
            "I am looking for information about {x}.",
            "What can you tell me about {x}?",
        ),
    ),
    # What something is. The more particular come first: a question belongs to the first set that understands it.
    FormSet(("What does {n} mean?", "What is meant by {n}?", "What is the meaning of {n}?")),
    FormSet(("What is the difference between {n}?", "Can you tell me the difference between {n}?")),
    FormSet(("What is {n}?", "Can you explain what {n} is?", "I would like to know what {n} is."), ("What is (are) {n}?",)),
    FormSet(("What are {n}?", "Can you explain what {n} are?", "I would like to know what {n} are.")),
    # What somebody wants to do.
    FormSet(
        (
            "How do I {v}?",
            "How can I {v}?",
            "What do I have to do to {v}?",
            "Can you tell me how to {v}?",
            "I want to {v}. How do I do that?",
            "What is the way to {v}?",
        ),
        ("How to {v}?", "How would I {v}?", "How could I {v}?", "How should I {v}?", "What is the best way to {v}?", "I want to {v}. How?"),
    ),
    FormSet(("Is it possible to {v}?", "Can I {v}?", "Would it be possible to {v}?"), ("Is there a way to {v}?", "Am I able to {v}?")),
    FormSet(("Is there a fee for {x}?", "Do I have to pay a fee for {x}?"), ("Is there a charge for {x}?",)),
    FormSet(("Do I need to {v}?", "Do I have to {v}?", "Is it necessary for me to {v}?"), ("Must I {v}?",)),
    FormSet(("Should I {v}?", "Is it a good idea to {v}?", "Would you advise me to {v}?")),
    FormSet(("When should I {v}?", "When is it time to {v}?", "At what point should I {v}?")),
    FormSet(("Where can I {v}?", "Where do I {v}?", "Can you tell me where I can {v}?")),
    FormSet(
        ("How long does it take to {v}?", "How much time does it take to {v}?", "How long will it take to {v}?"),
        ("How long would it take to {v}?",),
    ),
    FormSet(("I would like to {v}.", "I want to {v}.", "I'd like to {v}, please.")),
    # What happened to somebody.
    FormSet(("Why was I {p}?", "What is the reason I was {p}?", "For what reason was I {p}?")),
    FormSet(("Why am I {p}?", "What is the reason I am {p}?")),
    FormSet(("Why do I {v}?", "What is the reason that I {v}?")),
    FormSet(("Why can't I {v}?", "I can't {v}. Why?", "What is the reason I can't {v}?"), ("Why can I not {v}?", "Why cannot I {v}?")),
    FormSet(("Why is there {x}?", "What is the reason there is {x}?")),
    FormSet(("What should I do if {c}?", "If {c}, what should I do?", "What do I do if {c}?"), ("What can I do if {c}?",)),
    FormSet(("What happens if {c}?", "If {c}, what happens?", "What will happen if {c}?")),
    FormSet(("Is there a limit to {x}?", "Can you tell me whether there is a limit to {x}?")),
)
