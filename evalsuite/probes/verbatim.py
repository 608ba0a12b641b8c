"""The longest run of words that two texts share, in time that grows with their length alone."""

from __future__ import annotations

from collections.abc import Sequence


def longest_shared_span(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Where in the second sequence the longest run that also stands in the first begins, and how long it is.

    A suffix automaton (Blumer et al. 1985) of the first reads the second once. difflib finds the same, but
    needs the product of both lengths where words repeat, as they do in an answer that goes in circles.
    """
    following, link, length = _automaton(one)
    state = matched = best = end = 0
    for place, word in enumerate(other):
        while state and word not in following[state]:
            state = link[state]
            matched = length[state]
        if word in following[state]:
            state = following[state][word]
            matched += 1
        if matched > best:
            best, end = matched, place + 1
    return end - best, best


def _automaton(words: Sequence[str]) -> tuple[list[dict[str, int]], list[int], list[int]]:
    """The suffix automaton: by state, the next states by word, the suffix link, and the longest run that ends there."""
    following: list[dict[str, int]] = [{}]
    link, length, last = [-1], [0], 0
    for word in words:
        new = _state(following, link, length, {}, 0, length[last] + 1)
        state, last = last, new
        while state >= 0 and word not in following[state]:
            following[state][word] = new
            state = link[state]
        if state < 0:
            continue
        goal = following[state][word]
        if length[goal] == length[state] + 1:
            link[new] = goal
            continue
        copy = _state(following, link, length, dict(following[goal]), link[goal], length[state] + 1)
        while state >= 0 and following[state].get(word) == goal:
            following[state][word] = copy
            state = link[state]
        link[goal] = link[new] = copy
    return following, link, length


def _state(following: list[dict[str, int]], link: list[int], length: list[int], goes: dict[str, int], suffix: int, longest: int) -> int:
    following.append(goes)
    link.append(suffix)
    length.append(longest)
    return len(length) - 1
