"""SynthesisDecomposition: exchange goods by methods in turn until none is possible."""

import random
import re
from typing import Any

from r1ci_env.envs.answers import integers
from r1ci_env.envs.symbench.original import settle
from r1ci_env.task import Problem, Task

SHAPES = {  # crops, products, methods, units of each crop
    1: (2, 1, 2, (3, 7)),
    2: (3, 1, 3, (3, 8)),
    3: (3, 2, 4, (4, 10)),
    4: (4, 3, 6, (8, 20)),
    5: (5, 4, 8, (20, 50)),
}
CROPS, PRODUCTS = "ABCDE", "XYZU"

Goods = dict[str, int]
Method = tuple[Goods, Goods]  # what it takes and what it gives


class SynthesisDecomposition(Task):
    """Run exchange methods in a cycle and count what is left.

    Description:
        A farm has units of some crops. Numbered methods exchange units of goods for units of others. They are tried
        in turn, each at most once before the next is tried, until none is possible. What remains is asked for.

    Answer format:
        The units of all goods in the order asked: ``[1, 0, 3]``.

    Levels:
        2 crops, 1 product and 2 methods at level 1; 3, 2 and 4 at level 3, as the original's largest; 5, 4 and 8 with
        20 to 50 units of each crop at level 5.

    Check:
        Every count must be right.

    Source and deviations:
        SymBench synthesis_decomposition, which has three fixed farms; here the methods are drawn, each giving fewer
        units than it takes, so that every farm comes to an end. That impossible methods are skipped is stated.
    """

    max_answer_chars = 1_000

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw farms until every method is used, or at higher levels most."""
        crops, products, count, units = SHAPES[level]
        goods = CROPS[:crops] + PRODUCTS[:products]
        while True:
            methods: list[Method] = []
            while len(methods) < count:
                method = _method(rng, goods, crops)
                if method not in methods:
                    methods.append(method)
            stock = {good: rng.randint(*units) if good in goods[:crops] else 0 for good in goods}
            marked = [(taken, given | {f"uses of {i}": 1}) for i, (taken, given) in enumerate(methods)]
            uses = dict.fromkeys((f"uses of {i}" for i in range(count)), 0)
            left = dict(zip(goods, integers(solve(stock, methods, list(goods))), strict=True))
            used = integers(solve(stock | uses, marked, list(uses)))
            if sum(n > 0 for n in used) >= min(count, 4) and left != stock:
                break
        listed = "\n".join(f"Method {i}: {_show(a)} -> {_show(b)}" for i, (a, b) in enumerate(methods, 1))
        grown = {good: stock[good] for good in goods[:crops]}
        question = (
            f"A farm has {_show(grown)}, where the letters stand for goods and the numbers for units; of other goods "
            "it has none. Goods can be exchanged by these methods: what is left of the arrow is given away, what is "
            f"right of it is received.\n{listed}\n"
            f"The methods are gone through in order, again and again, from Method 1 to Method {count} and back to "
            "Method 1: at its turn a method is applied once if the farm has all it takes, and skipped otherwise. This "
            "ends when no method is possible any more.\n"
            f"How many units remain of {', '.join(goods)}? Answer with the list of these {len(goods)} counts in this "
            "order in triple angle brackets, in the form <<<[1, 0, ...]>>>."
        )
        return self.new_problem(level, question, {"left": left}, str(list(left.values())))

    def from_official(self, item: Any) -> Problem:
        """Run the farm of the text; the record counts A, B, C, X, Y whatever the text asks for."""
        question, stored = item["question"], item["solution"]["solution"]["answer"]
        goods = _asked(question) or list("ABCXY"[: len(stored)])
        counts = dict(zip("ABCXY" if len(stored) == 5 else goods, stored, strict=True))
        gold = f"[{', '.join(str(counts.get(good)) for good in goods)}]"
        methods = re.findall(r"^Method \d+: .*\d.* can be exchanged for \d", question, re.M)
        settled = settle(self.solve, question, gold, "the stored counts are wrong", read=len(methods))
        left = dict(zip(goods, integers(settled.answer), strict=True))
        return self.official_problem(question, {"left": left}, settled.answer, gold, *settled[1:])

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the counts."""
        return integers(answer) == list(problem.data["left"].values())


def _method(rng: random.Random, goods: str, crops: int) -> Method:
    """Draw what is taken, mostly crops, and fewer units of something else."""
    while True:
        pool = [*goods[:crops] * 2, *goods]
        taken: Goods = {}
        for _ in range(rng.randint(1, 3)):
            taken[rng.choice(pool)] = rng.choice((1, 1, 2, 3))
        others = [good for good in goods if good not in taken]
        units = sum(taken.values())
        if units > 1 and others:
            given = rng.choice([good for good in others if good in goods[crops:]] + others)
            return dict(sorted(taken.items())), {given: rng.randint(1, min(3, units - 1))}


def _show(goods: Goods) -> str:
    return " + ".join(f"{count} {good}" for good, count in goods.items())


def _asked(question: str) -> list[str]:
    ours = re.search(r"units remain of ([A-Z, ]+)\?", question)
    return ours[1].split(", ") if ours else re.findall(r"(?:remaining|obtained)_([A-Z])\b", question)


def _goods(text: str) -> Goods:
    counts = re.findall(r"(\d+) (?:units? of (?:crops?|products?) )?([A-Z])\b", text)
    return {good: int(count) for count, good in counts}


def read(question: str) -> dict[str, Any]:
    """Read the farm, in our wording or the original's: the goods, what each method takes and gives, what is asked.

    Raises:
        ValueError: a method does not give fewer units than it takes, so that there may be no end.
    """
    asked = _asked(question)
    stock = dict.fromkeys(asked, 0) | _goods(re.search(r"A farm has (.*?),|Initially there are (.*?)\.", question)[0])
    methods = []
    for line in re.findall(r"^Method \d+: (.*)$", question, re.M):
        taken, given = map(_goods, re.split(r"->|can be exchanged for", line))
        if sum(given.values()) >= sum(taken.values()):
            raise ValueError("a method does not give fewer units than it takes")
        methods.append((taken, given))
    return {"stock": stock, "methods": methods, "asked": asked}


def solve(stock: Goods, methods: list[Method], asked: list[str]) -> str:
    """Go through the methods again and again, until none of them is possible."""
    left = dict(stock)
    applied = True
    while applied:
        applied = False
        for taken, given in methods:
            if all(left[good] >= count for good, count in taken.items()):
                for good, count in taken.items():
                    left[good] -= count
                for good, count in given.items():
                    left[good] += count
                applied = True
    return str([left[good] for good in asked])
