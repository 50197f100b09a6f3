"""Rival rules: what else the examples of an induction task may show.

A task draws its hidden rule from a small library. A reader knows nothing of the library: any rule that is as short and
fits the examples is as right. So each task has rivals of another make, and a problem is drawn only if all that fit
its examples give the same answer.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Generic, TypeVar

Thing = TypeVar("Thing", bound=Hashable)
Step = Callable[[Thing], Thing]
Undo = Callable[[Thing], Thing | None]


@dataclass(frozen=True, slots=True)
class Rivals(Generic[Thing]):
    """Rules that look at something and then do something with it: every aspect with every deed.

    Aspects that come out alike on an example are tried once, which makes a large family cheap.

    Attributes:
        aspects: What may be looked at, such as a figure or which parts have a property; hashable values.
        deeds: What may be done with a thing and what was seen of it.
    """

    aspects: Mapping[str, Callable[[Thing], Any]]
    deeds: Mapping[str, Callable[[Thing, Any], Thing]]

    def rule(self, aspect: str, deed: str) -> Step[Thing]:
        """Return one of the rules."""
        look, do = self.aspects[aspect], self.deeds[deed]
        return lambda thing: do(thing, look(thing))

    def by_result(self, thing: Thing) -> dict[Thing, list[tuple[list[str], str]]]:
        """Return what the rules make of ``thing``: for each result, the deeds with the aspects that give it."""
        alike: dict[Any, list[str]] = defaultdict(list)
        for aspect, look in self.aspects.items():
            alike[look(thing)].append(aspect)
        found: dict[Thing, list[tuple[list[str], str]]] = defaultdict(list)
        for seen, aspects in alike.items():
            for deed, do in self.deeds.items():
                found[do(thing, seen)].append((aspects, deed))
        return found

    def memory(self, thing: Thing) -> Callable[[str, str], Thing]:
        """Return a function that gives what a rule makes of ``thing``, and looks and does each thing once only."""
        look = cache(lambda aspect: self.aspects[aspect](thing))
        do = cache(lambda deed, seen: self.deeds[deed](thing, seen))
        return lambda aspect, deed: do(deed, look(aspect))


def plain(steps: Mapping[str, Step[Thing]]) -> Rivals[Thing]:
    """Return rivals that look at nothing."""
    return Rivals({"": lambda _: None}, {name: partial(_blindly, step) for name, step in steps.items()})


def _blindly(step: Step[Thing], thing: Thing, _: None) -> Thing:
    return step(thing)


def as_it_is(thing: Thing) -> Thing:
    """Undo nothing: after the only step of a rule comes no other."""
    return thing


@dataclass(frozen=True, slots=True)
class Fit(Generic[Thing]):
    """A rule that fits all examples.

    Attributes:
        name: What it looks at and what it does.
        step: The rule, or its first step.
        undo: What undoes the step after it; for rules of one step nothing.
        shorter: Whether it has fewer steps than the hidden rule.
    """

    name: str
    step: Step[Thing]
    undo: Undo[Thing] = as_it_is
    shorter: bool = False

    def agrees(self, asked: Thing, right: Thing) -> bool:
        """Whether the rule, too, turns ``asked`` into ``right``."""
        return self.step(asked) == self.undo(right)


def fitting(
    families: Iterable[Rivals[Thing]],
    examples: Sequence[tuple[Thing, Thing]],
    undo: Iterable[Undo[Thing]] = (as_it_is,),
    shorter: Iterable[Undo[Thing]] = (),
) -> Iterator[Fit[Thing]]:
    """Yield the rivals that turn the input of each example into its output.

    Args:
        families: The rivals.
        examples: Inputs and outputs; the first is tried with all rules, so let it be small.
        undo: What undoes the steps after the first: rivals are tried as the first step before each.
        shorter: The same for rules of fewer steps than the hidden one.
    """
    backs = [*((back, True) for back in shorter), *((back, False) for back in undo)]
    targets = [(back, few, [back(result) for _, result in examples]) for back, few in backs]
    first, *others = [thing for thing, _ in examples]
    for family in families:
        made = family.by_result(first)
        results = [family.memory(thing) for thing in others]
        for back, few, (wanted, *more) in targets:
            if wanted is None:
                continue
            for aspects, deed in made.get(wanted, ()):
                for aspect in aspects:
                    if all(result(aspect, deed) == w for result, w in zip(results, more, strict=True)):
                        yield Fit(f"{aspect}: {deed}", family.rule(aspect, deed), back, few)


def settled(
    fits: Iterable[Fit[Thing]],
    examples: Sequence[tuple[Thing, Thing]],
    queries: Iterable[tuple[Thing, Thing]],
    count: int,
    traits: Callable[[Thing], set[str]],
) -> tuple[Sequence[tuple[Thing, Thing]], tuple[Thing, Thing]] | None:
    """Return as few examples as settle a query, and the query; None if all of them settle none.

    Nor is a rule settled that a shorter one may replace.

    Args:
        fits: All rules that fit the first ``count`` examples, made only if needed; those that fit what is shown agree.
        examples: Inputs and outputs; ``count`` of them are shown at least.
        queries: Inputs that may be asked for and their right outputs.
        count: How many examples are shown at least.
        traits: What an input may have that a rule may treat in a way of its own, such as a tie: a query has no
            trait that no example shows.
    """
    seen = set().union(*(traits(thing) for thing, _ in examples))
    queries = [query for query in queries if traits(query[0]) <= seen]
    left = []
    for fit in fits if queries else ():
        if fit.shorter:
            return None
        left.append(fit)
    for used in range(count, len(examples) + 1):
        shown = examples[:used]
        seen = set().union(*(traits(thing) for thing, _ in shown))
        for query in queries:
            if traits(query[0]) <= seen and all(fit.agrees(*query) for fit in left):
                return shown, query
        left = [fit for fit in left if all(fit.agrees(*pair) for pair in examples[used : used + 1])]
    return None
