"""Tracebacks at a fraction of the time, to the letter as the standard library writes them unless they are very long.

A block in ten or so fails, so its traceback is part of what a block costs. One of thousands of frames would count as
endless printing, and hide how the block ended: it loses its middle.
"""

import functools
import traceback

MAX_FRAMES = 100
"""Frames shown of one exception, half of them from either end; what repeats in one place counts once."""

MAX_TEXT = 1 << 15
"""Characters shown of a whole traceback, with its causes and messages; half of them from either end."""

_letters = functools.cache(lambda name: frozenset(name.lower()))
_edit_distance = traceback._levenshtein_distance


def _quick_distance(first, second, limit):
    """The edit distance of two names, or more than `limit` if it is more.

    A ``NameError`` compares the name with some 200 others to say which one may have been meant, and
    this guest lacks the C module that CPython has for it. Their lengths and the letters that only one
    of them has decide nearly always: each costs a move.
    """
    moves = limit // traceback._MOVE_COST
    if abs(len(first) - len(second)) > moves:
        return limit + 1
    mine, others = _letters(first), _letters(second)
    if max(len(mine), len(others)) - len(mine & others) > moves:
        return limit + 1
    return _edit_distance(first, second, limit)


_format_frame = traceback.StackSummary.format_frame_summary


def _format_frame_once(self, frame, **options):
    """What is shown of a frame: looked up if the same was shown before.

    A runaway recursion has a thousand frames, which are all formatted and then summed up in one line.
    """
    if frame.locals is not None:
        return _format_frame(self, frame, **options)
    place = frame.lineno, frame.end_lineno, frame.colno, frame.end_colno
    key = frame.filename, frame.name, frame.line, place, tuple(options.items())
    text = formatted.get(key)
    if text is None:
        text = formatted[key] = _format_frame(self, frame, **options)
    return text


formatted = {}
"""What has been shown of frames so far; empty when a block starts."""

_format_stack = traceback.StackSummary.format


def _format_ends_of_stack(self, **options):
    """What is shown of a stack, without its middle if it is too deep."""
    shown = _format_stack(self, **options)
    left_out = len(shown) - MAX_FRAMES
    if left_out > 0:
        shown[MAX_FRAMES // 2 : -MAX_FRAMES // 2] = [f"  ... [{left_out} frames left out] ...\n"]
    return shown


def without_middle(text):
    """A text with its beginning and its end, if it is too long."""
    left_out = len(text) - MAX_TEXT
    if left_out <= 0:
        return text
    return f"{text[: MAX_TEXT // 2]}\n... [{left_out} characters left out] ...\n{text[-MAX_TEXT // 2 :]}"


traceback._levenshtein_distance = _quick_distance
traceback.StackSummary.format_frame_summary = _format_frame_once
traceback.StackSummary.format = _format_ends_of_stack
