"""Guesses that nearly fit: which are drawn, and what their programs print."""

from collections import Counter

from r1ci_env.hypotheses import NEAREST, near_misses, refuted


def smallest_divisor(numbers: list[int], divisor: int) -> str:
    """Stop at the first number that a divisor does not divide."""
    for place, number in enumerate(numbers, 1):
        if number % divisor:
            result = f"fails on number {place}: {number}"
            break
    else:
        result = str(divisor)
    return result


def test_guesses_are_among_the_best_and_get_better():
    scores = {guess: guess // 10 for guess in range(100)}
    drawn = Counter()
    for seed in range(300):
        found = near_misses(scores, scores.get, str(seed))
        assert 1 <= len(found) <= 2
        points = [scores[guess] for guess in found]
        assert points == sorted(set(points)) and min(points) >= 10 - NEAREST
        drawn.update(found)
        assert near_misses(scores, scores.get, str(seed)) == found
    assert len(drawn) == 10 * NEAREST  # all that are near are drawn


def test_guesses_that_nothing_refutes_are_left_out():
    assert near_misses([1, 2, 3], lambda guess: None, "seed") == []
    assert near_misses([1, 2, 3], lambda guess: None if guess > 1 else 0, "seed") == [1]


def test_programs_print_what_refutes_a_guess(sandbox):
    numbers = [12, 24, 18, 36]
    programs = refuted(smallest_divisor, {"numbers": numbers}, [{"divisor": d} for d in (2, 3, 4, 6, 12)], "seed")
    assert programs
    for program in programs:
        assert sandbox.run(program).stdout == "fails on number 3: 18\n"
    assert refuted(smallest_divisor, {"numbers": numbers}, [{"divisor": 6}], "seed") == []
