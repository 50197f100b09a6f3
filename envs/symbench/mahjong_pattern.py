"""MahjongPattern: what the last card drawn makes with the hand."""

import random
import re
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.symbench.original import settle
from r1ci_env.task import Problem, Task

SHAPES = {1: (13, (1, 2)), 2: (13, (2, 4)), 3: (13, (4, 6)), 4: (14, (9, 12)), 5: (16, (20, 30))}  # cards, rounds
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class MahjongPattern(Task):
    """Keep track of a hand of letter cards and judge the last card drawn.

    Description:
        From a hand of letter cards, each round draws a card and discards one. The last card drawn is judged: 1 if two
        cards of the hand equal it (Peng), else 2 if two cards of the hand form three consecutive letters with it (Chi),
        else 0.

    Answer format:
        ``0``, ``1`` or ``2``.

    Levels:
        13 cards and 1 or 2 rounds at level 1, 4 to 6 at level 3 (the original ends at 5), 16 cards and 20 to 30
        rounds at level 5.

    Check:
        The answer must be the right digit.

    Source and deviations:
        SymBench mahjong_pattern. Its stored answers miss some Chi of hands with pairs, and give Chi where the rules
        do not name it; here both follow the rules, and the three judgements are equally likely.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the judgement first; the last card then is one that gets it."""
        size, bounds = SHAPES[level]
        wanted, last = rng.randrange(3), None
        while last is None:
            hand = rng.sample(ALPHABET * 2, size)
            deal, rounds = "".join(hand), []
            for _ in range(rng.randint(*bounds) - 1):
                drawn = rng.choice([*hand, *ALPHABET])
                dropped = rng.choice([*hand, drawn])
                rounds.append((drawn, dropped))
                hand.append(drawn)
                hand.remove(dropped)
            fitting = [card for card in ALPHABET if solve("".join(hand), [], card, 2) == str(wanted)]
            last = rng.choice(fitting) if fitting else None
        listed = "\n".join(f"Round {i}: draw {drawn}, discard {gone}" for i, (drawn, gone) in enumerate(rounds, 1))
        listed += f"\nRound {len(rounds) + 1}: draw {last}"
        question = (
            f"You hold {size} letter cards: {deal}. In each round you draw a card, and then discard one.\n"
            f"{listed.strip()}\n\n"
            "Judge the last card drawn against the cards held just before it was drawn:\n"
            "- 1 (Peng) if at least two of them are the same letter as it;\n"
            "- otherwise 2 (Chi) if two of them together with it are three consecutive letters of the alphabet, such "
            "as L, M, N, where it may be any of the three;\n"
            "- otherwise 0.\n"
            "Give the digit in triple angle brackets: <<<0>>>, <<<1>>> or <<<2>>>."
        )
        return self.new_problem(level, question, {"judgement": wanted}, str(wanted))

    def from_official(self, item: Any) -> Problem:
        """Judge by the rules that the text states; short items have no Chi."""
        question, gold = item["question"], str(item["solution"]["solution"])
        flaw = "the stored judgement is not what the rules say"
        rounds = len(re.findall(r"^Round \d+: Add an? [A-Z] card", question, re.M))
        settled = settle(self.solve, question, gold, flaw, read=rounds + len(re.findall(r"^\d+\. ", question, re.M)))
        return self.official_problem(question, {"judgement": int(settled.answer)}, settled.answer, gold, *settled[1:])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Follow the one or two draws, and look for the card and its neighbours."""
        hand, rounds, last, _ = read(problem.question).values()
        if problem.level > 1:
            return None
        steps = []
        for drawn, discarded in rounds:
            hand = (hand + drawn).replace(discarded, "", 1)
            steps.append(f"After drawing {drawn} and discarding {discarded} the hand is {hand}.")
        rng, held = random.Random(problem.question), hand.count(last)
        times = {1: "once", 2: "twice"}.get(held, f"{held} times")
        there = f"{rng.choice(('the hand holds it', 'it is in the hand'))} {times}"
        steps.append(f"The last card is {last}; {there if held else 'the hand does not hold it'}.")
        if held >= 2:
            return [*steps, "That is Peng."]
        near = [c for c in ALPHABET if 0 < abs(ord(c) - ord(last)) <= 2 and c in hand]
        steps.append(f"Of the letters up to two places from {last}, the hand holds {', '.join(near) or 'none'}.")
        if problem.answer == "0":
            return [*steps, f"No two of them make three in a row with {last}: neither."]
        return [*steps, f"Two of them make three in a row with {last}: Chi."]

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the digit."""
        return integer(answer) == problem.data["judgement"]


def read(question: str) -> dict[str, Any]:
    """Read hand, rounds, the last card and what three in a row count, in our wording or the original's."""
    rounds = re.findall(
        r"^Round \d+: (?:draw|Add an?) ([A-Z])(?: card)?(?:(?:, discard| and remove an?) ([A-Z]))?", question, re.M
    )
    hand = re.search(r"cards: ?([A-Z]+)", question)[1]
    return {"hand": hand, "rounds": rounds[:-1], "last": rounds[-1][0], "chi": 2 if "Chi" in question else 0}


def solve(hand: str, rounds: list[tuple[str, str]], last: str, chi: int) -> str:
    """Draw and discard, and count the last card and its neighbours in the hand."""
    cards = list(hand)
    for drawn, discarded in rounds:
        cards.append(drawn)
        cards.remove(discarded)
    distances = {ord(card) - ord(last) for card in cards}
    if cards.count(last) >= 2:
        verdict = 1
    elif any(pair <= distances for pair in ({-2, -1}, {-1, 1}, {1, 2})):
        verdict = chi
    else:
        verdict = 0
    return str(verdict)


def verify(answer: str, hand: str, rounds: list[tuple[str, str]], last: str, chi: int) -> bool:
    """Count each letter that was held, drawn and discarded, and look along the alphabet."""
    drawn, discarded = "".join(d for d, _ in rounds), "".join(d for _, d in rounds)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    held = [hand.count(c) + drawn.count(c) - discarded.count(c) for c in alphabet]
    i = alphabet.index(last)
    runs = [range(start, start + 3) for start in range(i - 2, i + 1) if 0 <= start <= 23]
    consecutive = any(all(j == i or held[j] for j in run) for run in runs)
    return int(answer) == (1 if held[i] >= 2 else chi if consecutive else 0)
