import random

import pytest

from r1ci_env.reference_trainer.engines.draft import Draft

END, CLOSE = 9, 5


def text_over(ids):
    return ids[-1] == CLOSE


def draft(max_tokens=8):
    return Draft(max_tokens, {END}, text_over)


@pytest.mark.parametrize(
    ("ids", "kept", "stop"),
    [
        ([1, 2, END, 3], [1, 2, END], "end"),
        ([1, CLOSE, END], [1, CLOSE, END], "end"),
        ([1, CLOSE, 2, END], [1, CLOSE], "text"),
        ([1] * 20, [1] * 8, "length"),
        ([1] * 7 + [CLOSE, END], [1] * 7 + [CLOSE], "text"),
        ([END], [END], "end"),
    ],
)
def test_where_a_turn_ends(ids, kept, stop):
    written = draft()
    assert written.extend(ids, [-float(i) for i in range(len(ids))])
    assert (written.turn.ids, written.turn.stop) == (kept, stop)
    assert written.turn.logprobs == [-float(i) for i in range(len(kept))]


def test_the_pieces_in_which_tokens_come_change_nothing():
    rng = random.Random(0)
    for _ in range(300):
        ids = [rng.choice((1, 2, 3, CLOSE, END)) for _ in range(12)]
        whole, pieces = draft(), draft()
        assert whole.extend(ids, [0.0] * 12)
        left = list(ids)
        while True:
            assert pieces.room > 0
            count = rng.randint(1, 4)
            piece, left = left[:count], left[count:]
            if pieces.extend(piece, [0.0] * len(piece)):
                break
        assert pieces.turn == whole.turn


def test_room_is_what_may_still_become_part_of_the_turn():
    written = draft()
    assert written.room == 8
    assert not written.extend([1, 2, 3], [0.0] * 3)
    assert written.room == 5
    assert not written.extend([CLOSE], [0.0])
    assert written.room == 1
