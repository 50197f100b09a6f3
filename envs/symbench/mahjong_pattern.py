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
            fitting = [card for card in ALPHABET if judge(hand, card, True) == wanted]
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
        settled = settle(solve, question, gold, flaw, read=rounds + len(re.findall(r"^\d+\. ", question, re.M)))
        return self.official_problem(question, {"judgement": int(settled.answer)}, settled.answer, gold, *settled[1:])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the digit."""
        return integer(answer) == problem.data["judgement"]


def judge(hand: list[str], card: str, with_chi: bool) -> int:
    """Return 1 for Peng, 2 for Chi, else 0."""
    if hand.count(card) >= 2:
        return 1
    held = {ord(c) - ord(card) for c in hand}
    return 2 if with_chi and any(pair <= held for pair in ({-2, -1}, {-1, 1}, {1, 2})) else 0


def solve(question: str) -> str:
    """Read hand and rounds, in our wording or the original's, and follow them."""
    hand = list(re.search(r"cards: ?([A-Z]+)", question)[1])
    rounds = re.findall(
        r"^Round \d+: (?:draw|Add an?) ([A-Z])(?: card)?(?:(?:, discard| and remove an?) ([A-Z]))?", question, re.M
    )
    for drawn, dropped in rounds[:-1]:
        hand.append(drawn)
        hand.remove(dropped)
    return str(judge(hand, rounds[-1][0], "Chi" in question))
