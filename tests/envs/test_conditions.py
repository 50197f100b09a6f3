"""Formulas as conditions of Python: what is written means what the formula says."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1ci_env.envs.conditions import AND, condition

NAMES = ("a", "b", "c")
FORMULAS = st.recursive(
    st.sampled_from(NAMES) | st.just("n < 2"),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner).map(list),
        st.tuples(st.sampled_from(("if", "iff", "and", "or")), inner, inner).map(list),
        st.tuples(st.sampled_from(("and", "or")), st.lists(inner, min_size=1, max_size=3)).map(lambda f: [f[0], *f[1]]),
    ),
    max_leaves=8,
)


def is_true(formula, case):
    if isinstance(formula, str):
        return case["n"] < 2 if formula == "n < 2" else case[formula]
    kind, *values = formula[0], *(is_true(part, case) for part in formula[1:])
    return {
        "not": not values[0],
        "and": all(values),
        "or": any(values),
        "if": values[-1] or not values[0],
        "iff": values[0] == values[-1],
    }[kind]


@settings(max_examples=300)
@given(FORMULAS)
def test_a_condition_means_what_the_formula_says(formula):
    for *values, n in product((True, False), (True, False), (True, False), (1, 2)):
        case = {**dict(zip(NAMES, values, strict=True)), "n": n}
        assert eval(condition(formula), {}, case) is is_true(formula, case), condition(formula)
        assert eval(f"True and {condition(formula, AND)}", {}, case) is is_true(formula, case)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (["if", "a", "b"], "not a or b"),
        (["if", ["not", "a"], "b"], "a or b"),
        (["iff", ["not", "a"], "b"], "(not a) == b"),
        (["not", ["iff", "a", "b"]], "a != b"),
        (["and", ["or", "a", "b"], ["not", ["not", "c"]]], "(a or b) and c"),
    ],
)
def test_brackets_stand_only_where_they_are_needed(formula, text):
    assert condition(formula) == text
