"""ConstrainedLinearArrangement: which cards an opponent played, from the results of the rounds."""

import random
import re
from collections.abc import Mapping
from itertools import combinations, permutations
from typing import Any, ClassVar

from r1ci_env.envs.answers import items
from r1ci_env.envs.symbench.original import original_problem
from r1ci_env.hypotheses import refuted
from r1ci_env.task import Problem, Task

ROUNDS = {1: (3, 4), 2: (4, 5), 3: (5, 7), 4: (8, 10), 5: (12, 16)}
SPARE = {1: 1, 2: 2, 3: 3, 4: 3, 5: 4}
RULES = {
    "cycle": "The cards form a cycle: {chain} (and {last} > {first}). A card beats the one that follows it in the "
    "cycle.",
    "rank": "From the strongest to the weakest the cards are {chain}. The stronger card beats the weaker one, except "
    "that {last} beats {first} and not the other way round.",
    "elements": "{overcomes}. {generates}. A card beats the card that it overcomes, and loses to the card that it "
    "generates.",
}

Pair = tuple[str, str]
Beats = dict[str, str]  # for each card those that it beats


class ConstrainedLinearArrangement(Task):
    """Deduce the cards of an opponent from one's own cards and the results.

    Description:
        Two players lay cards against each other, each card at most once. The rules, one's own cards and the results
        are given; cards of the opponent that explain all results are asked for.

    Answer format:
        The opponent's cards in the order of the rounds: ``B,A,D``.

    Levels:
        3 to 4 rounds with 4 or 5 cards at level 1, 5 to 7 rounds at level 3 (the original has 3 to 5 rounds with 4 to 8
        cards), 12 to 16 rounds with up to 20 cards at level 5. From level 2 on the letters are shuffled.

    Check:
        The cards must be distinct cards of the game and give the stated result in every round. Several answers may.

    Source and deviations:
        SymBench constrained_linear_arrangement. Its rules for five elements are symmetric, so that a draw needs equal
        cards, but most of its element items count only what one's own card generates or overcomes: those are marked
        as unsure and checked in this way. It does not check that a card is used once. Our games are a cycle, a
        ranking whose last beats the first, and, from five cards on, elements (with four, two cards overcome each
        other).
    """

    hypothesis_words: ClassVar[tuple[str, str]] = ("row of cards", "results")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a game and both players' cards."""
        rounds = rng.randint(*ROUNDS[level])
        game = rng.choice(sorted(RULES))
        count = max(rounds + rng.randint(0, SPARE[level]), 5 if game == "elements" else 4)
        cards = [chr(ord("A") + i) for i in range(count)]
        order = cards if level == 1 else rng.sample(cards, count)
        rules = _rules(game, order)
        wins = _pairs_of(_beats(rules))
        own, other = rng.sample(cards, rounds), rng.sample(cards, rounds)
        results = [_result(a, b, wins, wins) for a, b in zip(own, other, strict=True)]
        record = "\n".join(f"Round {i}: {card}, {r}." for i, (card, r) in enumerate(zip(own, results, strict=True), 1))
        question = (
            f"Two players hold the same {count} cards, {', '.join(cards)}. In every round both lay down one card, and "
            f"no player uses a card twice. {rules} Every other pair, and two equal cards, is a draw.\n"
            f"These are the cards that you played and your results:\n{record}\n"
            "Which cards can your opponent have played? Any cards that explain all results are right.\n"
            "List them in the order of the rounds, for example <<<A,B,C>>>."
        )
        data = {"cards": cards, "beats": sorted(map(list, wins)), "own": own, "results": results}
        return self.new_problem(level, question, data, ",".join(other))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Play the rounds."""
        other = [card.upper() for card in items(answer)]
        data = problem.data
        if len(other) != len(data["own"]) or len(set(other)) != len(other) or not set(other) <= set(data["cards"]):
            return False
        wins = {(a, b) for a, b in data["beats"]}
        losses = {(a, b) for a, b in data.get("beaten by", wins)}
        return [_result(*pair, wins, losses) for pair in zip(data["own"], other, strict=True)] == data["results"]

    def hypotheses(self, problem: Problem) -> list[str]:
        """Test cards that explain the first results, then try all."""
        instance, search, cards = self.instance(problem), self.program(problem), self.solve(problem.question)
        if search is None or not cards:
            return []
        guesses = []
        for i, j in combinations(range(len(instance["own"])), 2):
            swapped = cards.split(",")
            swapped[i], swapped[j] = swapped[j], swapped[i]
            guesses.append({"cards": "".join(swapped)})
        return [*refuted(_tested, instance, guesses, problem.question), search]

    def size(self, problem: Problem) -> float:
        """Number of rounds."""
        return float(len(problem.data["own"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item; where its gold breaks the printed rules, look for an answer that keeps them."""
        question, solution = item["question"], item["solution"]
        gold, wins = ",".join(solution["solution"]), _beats(question)
        data = {
            "cards": list(wins),
            "beats": sorted(map(list, _pairs_of(wins))),
            "own": solution["player_moves"],
            "results": solution["results"],
        }
        problem = original_problem(self, question, data, gold, "the stored cards contradict the rules")
        if problem.data["flaw"]:
            overcomes, generates = (_pairs(relation, question) for relation in ("overcomes", "generates"))
            data |= {"beats": overcomes, "beaten by": [[b, a] for a, b in generates]}
            unsure = "the results fit only if what the opponent's card overcomes or generates does not count"
            one_sided = self.official_problem(question, data, gold=gold, unsure=unsure)
            return one_sided if one_sided.known_answer else problem
        return problem


def _rules(game: str, order: list[str]) -> str:
    count = len(order)
    after = [[order[(i + step) % count] for i in range(count)] for step in (1, 2)]
    return RULES[game].format(
        chain=" > ".join(order),
        first=order[0],
        last=order[-1],
        generates=", ".join(f"{a} generates {b}" for a, b in zip(order, after[0], strict=True)),
        overcomes=", ".join(f"{a} overcomes {b}" for a, b in zip(order, after[1], strict=True)),
    )


def _pairs_of(beats: Beats) -> set[Pair]:
    return {(card, beaten) for card, weaker in beats.items() for beaten in weaker}


def _result(own: str, other: str, wins: set[Pair], losses: set[Pair]) -> str:
    """Return the result of one's own card; ``losses`` are the pairs of which the opponent's card, first, beats it."""
    return "win" if (own, other) in wins else "loss" if (other, own) in losses else "draw"


def read(question: str) -> dict[str, Any]:
    """Read which cards each card beats, one's own cards and the results."""
    rounds = re.findall(r"Round \d+: ([A-Z]), (win|loss|draw)", question)
    own, results = "".join(card for card, _ in rounds), [result for _, result in rounds]
    return {"beats": _beats(question), "own": own, "results": results}


def _beats(rules: str) -> Beats:
    chain = re.search(r"(?:[A-Z] > )+[A-Z]", rules)
    order = chain[0].split(" > ") if chain else re.findall(r"\(([A-Z])\)", rules)
    if overcomes := _pairs("overcomes", rules):
        wins = {(a, b) for a, b in overcomes} | {(b, a) for a, b in _pairs("generates", rules)}
    elif "cycle" in rules:
        wins = {(a, order[(i + 1) % len(order)]) for i, a in enumerate(order)}
    else:
        wins = {(a, b) for i, a in enumerate(order) for b in order[i + 1 :]}
        wins = (wins - {(order[0], order[-1])}) | {(order[-1], order[0])}
    cards = sorted({card for pair in wins for card in pair})
    return {card: "".join(beaten for beaten in cards if (card, beaten) in wins) for card in cards}


def _pairs(relation: str, rules: str) -> list[list[str]]:
    return [list(pair) for pair in re.findall(rf"\b([A-Z]) {relation} (?:\w+ )?([A-Z])\b", rules)]


def solve(beats: Beats, own: str, results: list[str]) -> str:
    """Match rounds with cards that explain them, moving earlier cards on where another round needs theirs."""
    fitting = []
    for card, result in zip(own, results, strict=True):
        won, lost = beats[card], [other for other in beats if card in beats[other]]
        drawn = [other for other in beats if other not in won and other not in lost]
        fitting.append({"win": list(won), "loss": lost, "draw": drawn}[result])
    holder: dict[str, int] = {}

    def place(i: int, tried: set[str]) -> bool:
        for card in fitting[i]:
            if card not in tried:
                tried.add(card)
                if card not in holder or place(holder[card], tried):
                    holder[card] = i
                    return True
        return False

    if not all(place(i, set()) for i in range(len(own))):
        return ""
    return ",".join(sorted(holder, key=lambda card: holder[card]))


def solve_plainly(beats: Beats, own: str, results: list[str]) -> str:
    """Try the cards in every order and compare the results."""
    for cards in permutations(beats, len(own)):
        outcomes = []
        for mine, theirs in zip(own, cards, strict=True):
            outcomes.append("win" if theirs in beats[mine] else "loss" if mine in beats[theirs] else "draw")
        if outcomes == results:
            return ",".join(cards)
    return ""


def _tested(beats: Beats, own: str, results: list[str], cards: str) -> str:
    """Play the rounds with some cards."""
    for number, (mine, theirs, result) in enumerate(zip(own, cards, results, strict=True), 1):
        outcome = "win" if theirs in beats[mine] else "loss" if mine in beats[theirs] else "draw"
        if outcome != result:
            said = f"fails on round {number}: {outcome}, not {result}"
            break
    else:
        said = ",".join(cards)
    return said


def verify(answer: str, beats: Beats, own: str, results: list[str]) -> bool:
    """Play the rounds again: no card twice, and who beats whom agrees with every result."""
    cards = answer.split(",")
    right = len(set(cards)) == len(cards)
    for mine, theirs, result in zip(own, cards, results, strict=True):
        right = right and (theirs in beats[mine]) == (result == "win")
        right = right and (mine in beats[theirs]) == (result == "loss")
    return right
