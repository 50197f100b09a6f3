"""Rules of the induction tasks as source: the program does what the rule of the library does."""

import random

import pytest

from r1ci_env.envs.reasoning_gym.arc import arc_1d, arc_agi
from r1ci_env.envs.reasoning_gym.induction import list_functions
from r1ci_env.envs.reasoning_gym.rule_source import rule_source


def rows(rng):
    return [arc_1d._row(rng, rng.randint(8, 20), 4, style, [1, 2, 5]) for style in arc_1d.STYLES for _ in range(3)]


def grids(rng):
    return [arc_agi._grid(rng, (3, 6), style, [1, 2, 5, 7]) for style in arc_agi.STYLES for _ in range(3)]


def lists(rng):
    return [[rng.randint(1, 60) for _ in range(rng.randint(4, 9))] for _ in range(15)] + [[1, 2, 2, 9], [7, 7, 7, 3]]


LIBRARIES = [
    (arc_1d, arc_1d.STEPS, [arc_1d.STEPS[name] for name in arc_1d.UNDO], rows),
    (arc_agi, arc_agi.STEPS, [arc_agi.STEPS[name] for name in (*arc_agi.MOVES, *arc_agi.RECOLOURS)], grids),
    (list_functions, list_functions.FIRST, [list_functions.FIRST[name] for name in list_functions.UNDO], lists),
]


def run(steps, module):
    imports, definitions = rule_source(module.__name__, steps)
    space = {}
    exec("\n\n".join([*imports, *definitions]), space)
    return space["rule"], "\n".join(definitions)


@pytest.mark.parametrize(("module", "library", "seconds", "things"), LIBRARIES)
def test_source_of_a_rule_does_what_the_rule_does(module, library, seconds, things):
    rng = random.Random(1)
    for name, step in library.items():
        rule, text = run([step], module)
        assert "strict" not in text and "lru_cache" not in text and '"""' not in text, name
        for thing in things(rng):
            assert rule(thing) == step(thing), (name, thing)


@pytest.mark.parametrize(("module", "library", "seconds", "things"), LIBRARIES)
def test_source_of_several_steps_takes_them_in_order(module, library, seconds, things):
    rng = random.Random(2)
    for step in library.values():
        second = rng.choice(seconds)
        rule, _ = run([step, second], module)
        for thing in things(rng):
            middle = step(thing)
            if middle:  # no library step is taken on an empty list
                assert rule(thing) == second(middle)
