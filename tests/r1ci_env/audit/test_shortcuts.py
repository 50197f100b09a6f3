"""The audit finds what gives answers away, and nothing where nothing does."""

import numpy as np
import pytest

from r1ci_env.audit import audit
from r1ci_env.audit.predictors import logistic, ranking, tree
from r1ci_env.envs.answers import integer, one_of
from r1ci_env.envs.answers.multiple_choice import MultipleChoice
from r1ci_env.task import Task


class Coin(Task):
    """Yes or No at random; ``leak`` says how the question tells."""

    def __init__(self, leak):
        self.leak = leak

    def generate(self, rng, level):
        right = rng.random() < 0.5
        numbers = [rng.randrange(100) for _ in range(rng.randint(5, 9))]
        text = "Is it " + rng.choice(["so", "thus", "like this"]) + "?"
        if self.leak == "length":
            text += " indeed" * (rng.randint(3, 6) + 3 * right)
        if self.leak == "word" and rng.random() < 0.5:
            text += " Perhaps." if right else " Surely."
        if self.leak == "parity":
            numbers[0] += (sum(numbers) + right) % 2
        if self.leak == "count":
            numbers = [len(numbers) + right, *numbers]
        return self.new_problem(level, f"{text} {numbers} <<<Yes>>> or <<<No>>>", {}, "Yes" if right else "No")

    def accepts(self, problem, answer):
        return one_of(answer, "Yes", "No") == problem.answer


class Pick(MultipleChoice):
    """One of five phrases; ``leak`` says what marks the right one."""

    def __init__(self, leak):
        self.leak = leak

    def generate(self, rng, level):
        words = rng.sample("ash birch cedar elm fir hazel larch maple oak pine".split(), 6)
        options = []
        while len(set(options)) < 5:
            options = [" ".join(rng.sample(words, 6)) for _ in range(5)]
            right = rng.randrange(5)
            if self.leak == "nearest":
                for i in range(5):
                    swapped = options[right].split()
                    a, b = rng.sample(range(6), 2)
                    swapped[a], swapped[b] = swapped[b], swapped[a]
                    options[i] = options[i] if i == right else " ".join(swapped)
            if self.leak == "longest":
                options[right] += " tree"
        if self.leak == "position" and right and rng.random() < 0.5:
            options[0], options[right], right = options[right], options[0], 0
        return self.choice_problem(level, "Which is it?", options, options[right], {})


class Number(Task):
    """A number that does not stand in the question, unless ``leak`` says so."""

    def __init__(self, leak):
        self.leak = leak

    def generate(self, rng, level):
        a, b = rng.randrange(10, 99), rng.randrange(10, 99)
        answer = {"copy": b, "product": a * b, "constant": rng.choice([7, 7, 7, a])}.get(self.leak, rng.randrange(999))
        return self.new_problem(level, f"Of {a} and {b}, what comes of it? <<<integer>>>", {"n": answer}, str(answer))

    def accepts(self, problem, answer):
        return integer(answer) == problem.data["n"]


@pytest.mark.parametrize(
    ("task", "least"),
    [
        *((Coin("length"), 0.8), (Coin("word"), 0.7), (Coin("parity"), 0.95), (Coin("count"), 0.95)),
        *((Pick("nearest"), 0.9), (Pick("longest"), 0.95), (Pick("position"), 0.5)),
        *((Number("copy"), 1.0), (Number("product"), 1.0), (Number("constant"), 0.7)),
    ],
)
def test_what_gives_answers_away_is_found(task, least):
    found = audit(task, 1, 600)
    assert not found.ok
    assert found.accuracy >= least


@pytest.mark.parametrize(
    ("task", "kind", "chance"), [(Coin(""), "binary", 0.5), (Pick(""), "choice", 0.2), (Number(""), "open", 0.0)]
)
def test_nothing_is_found_where_nothing_is(task, kind, chance):
    found = audit(task, 1, 600)
    assert found.ok
    assert (found.kind, round(found.chance, 1)) == (kind, chance)


def test_predictors_learn_and_do_not_invent():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 10))
    labels = (features[:, 3] > 0.2).astype(np.intp)
    for fit in (logistic, tree):
        right = fit(features[:200], labels[:200], features[200:], 2).argmax(1) == labels[200:]
        assert right.mean() > 0.9
        noise = fit(features[:200], rng.permutation(labels[:200]), features[200:], 2).argmax(1) == labels[200:]
        assert noise.mean() < 0.65
    groups = np.repeat(np.arange(50), 4)
    best = features[:200, 1].reshape(50, 4).argmax(1)
    right = np.arange(200) % 4 == best.repeat(4)
    scores = ranking(features[:200], groups, right, features[200:])
    assert np.corrcoef(scores, features[200:, 1])[0, 1] > 0.9


def test_the_audit_is_reproducible():
    assert audit(Coin("word"), 1, 200) == audit(Coin("word"), 1, 200)
