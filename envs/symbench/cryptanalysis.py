"""Cryptanalysis: find the password of a lock from guesses and what is said of them."""

import itertools
import json
import math
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from r1ci_env.envs.answers import items
from r1ci_env.envs.symbench.original import NOT_READ, attempt
from r1ci_env.errors import BadOption
from r1ci_env.hypotheses import refuted
from r1ci_env.programs import program
from r1ci_env.task import Problem, Task

LOCKS = {  # digits, letters, how many letters of the alphabet
    1: (2, 2, 26),
    2: (2, 2, 26),
    3: (2, 2, 26),
    4: (3, 2, 26),
    5: (3, 3, 14),
}
HINT_CHANCE = {1: 1.0, 2: 0.5, 3: 0.2, 4: 0.4, 5: 0.2}
INFORMED = {1: 0.6, 2: 0.4, 3: 0.2, 4: 0.4, 5: 0.4}  # chance that a guess agrees with all that was said before
COUNTS = ("no", "one", "two", "three", "four")
HINTS = {"number": ("too small", "too large"), "letter": ("too early", "too late")}
MAX_EACH = 3
Said = tuple[str, int, int, int, int]
"""Digits or letters of a guess; how many are in place, out of place, too small or early, too large or late."""


class Cryptanalysis(Task):
    """Deduce a password of distinct digits and letters.

    Description:
        Guesses are given, each with how many digits and letters are right and in place, right but out of place, or
        wrong; sometimes a wrong one is said to be smaller or larger than all of the password. The password is asked
        for.

    Answer format:
        ``["5", "3", "F", "A"]``: digits, then letters.

    Levels:
        2 digits and 2 letters at levels 1 to 3, as in the original, with ever fewer hints and so more guesses (the
        original: 4 to 18); 3 digits and 3 letters at level 5.

    Check:
        The password must be right; it may be written as one word.

    Source and deviations:
        SymBench cryptanalysis. The original does not say what "too small" is measured against; its answers are unique
        when it means smaller than all digits of the password and is said exactly where it is true of every wrong digit
        of the guess, and so it is read. Our text says what the hints mean, and that they may be missing. Uniqueness is
        proved over all passwords.
    """

    hypothesis_words: ClassVar[tuple[str, str]] = ("password", "clues")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Add random guesses until one password is left."""
        digits, letters, alphabet = LOCKS[level]
        pools = ([str(d) for d in range(10)], [chr(ord("A") + i) for i in range(alphabet)])
        secret = (rng.sample(pools[0], digits), rng.sample(pools[1], letters))
        left = [list(itertools.permutations(pool, n)) for pool, n in zip(pools, (digits, letters), strict=True)]
        guesses = []
        while len(left[0]) > 1 or len(left[1]) > 1:
            parts = [
                list(rng.choice(words)) if rng.random() < INFORMED[level] else rng.sample(pool, len(own))
                for pool, words, own in zip(pools, left, secret, strict=True)
            ]
            if parts == list(secret):
                continue
            said, rest = [], []
            for part, own, words in zip(parts, secret, left, strict=True):
                feedback = _judge(part, own)
                said.append((*feedback[:2], *(n if rng.random() < HINT_CHANCE[level] else 0 for n in feedback[2:])))
                rest.append(_remaining(words, part, said[-1]))
            if rest != left:  # else the guess tells nothing new
                left = rest
                guesses.append(f"{''.join(parts[0] + parts[1])}: {_say(said, (digits, letters))}")
        last = pools[1][-1]
        answer = json.dumps(secret[0] + secret[1])
        question = (
            f"The password of a lock consists of {COUNTS[digits]} numbers (digits 0 to 9) followed by "
            f"{COUNTS[letters]} letters (A to {last}); no digit and no letter occurs twice. Find it from these guesses "
            "and what is known of each.\n"
            + "\n".join(f"{i}. Guess {guess}." for i, guess in enumerate(guesses, 1))
            + "\nA number that is too small is smaller than all digits of the password, and one that is too large is "
            "larger than all of them; too early and too late mean the same for letters and the alphabet. Of a wrong "
            "number or letter this may or may not be said where it is so.\n"
            'Give the characters of the password in order, for example <<<["0", "1", "A", "B"]>>>.'
        )
        data = {"password": "".join(secret[0] + secret[1]), "alphabet": alphabet}
        return self.new_problem(level, question, data, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the characters."""
        return "".join(items(answer)).replace("-", "").upper() == problem.data["password"]

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Try all digits and all letters against every guess."

    def program(self, problem: Problem) -> str | None:
        """Try all digits and all letters, with hints only where some are given."""
        instance = self.instance(problem)
        if instance.pop("every_hint"):
            return self._bounded(program(solve, self.instance(problem)), problem)
        if _hints(instance):
            return self._bounded(program(_try_all_with_hints, instance), problem)
        return self._bounded(program(_try_all, _without_hints(instance)), problem)

    def hypotheses(self, problem: Problem) -> list[str]:
        """Test a password that agrees with what is said of the first guesses, then try all."""
        instance, search = self.instance(problem), self.program(problem)
        passwords = _passwords(**instance)
        if search is None or not passwords:
            return []
        said = {name: instance[name] for name in ("numbers", "letters")}
        if not _hints(instance):
            said = _without_hints(said)
        count = len(said["numbers"][0][0])
        digits, word = passwords[0][:count], passwords[0][count:]
        guesses = [{"digits": "".join(d), "word": word} for d in itertools.permutations("0123456789", count)]
        others = itertools.permutations(instance["alphabet"], len(word))
        guesses += [{"digits": digits, "word": "".join(w)} for w in others]
        return [*refuted(_tested, said, guesses, problem.question), search]

    def size(self, problem: Problem) -> float:
        """Logarithm of the number of passwords, and the share of hints left out."""
        digits, letters, alphabet = LOCKS[problem.level]
        return math.log(math.perm(10, digits) * math.perm(alphabet, letters)) + 1 - HINT_CHANCE[problem.level]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item; the feedback must leave exactly the stored password."""
        question, characters = item["question"], item["solution"]["answer"]
        gold, password = json.dumps(characters), "".join(characters)
        if len(re.findall("[0-9]", password)) > MAX_EACH or len(re.findall("[A-Z]", password)) > MAX_EACH:
            raise BadOption(f"Cryptanalysis tries passwords with up to {MAX_EACH} digits and {MAX_EACH} letters.")
        instance = attempt(read, question)
        found = instance and attempt(lambda _: _passwords(**instance), question)
        if not instance or found is None:
            return self.official_problem(question, {"password": password}, gold, gold, unsure=NOT_READ)
        if found != [password] and password not in _passwords(**{**instance, "every_hint": False}):
            flaw, answer = "the stored password contradicts the feedback", found[0] if len(found) == 1 else None
            return self.official_problem(question, {"password": answer or password}, answer, gold, flaw)
        unsure = None if found == [password] else "the feedback leaves several passwords, or none if read strictly"
        return self.official_problem(question, {"password": password}, gold, gold, unsure=unsure)


def _judge(guess: Sequence[str], word: Sequence[str]) -> tuple[int, int, int, int]:
    """Return how many characters are in place, out of place, before all of the word, and after all of it."""
    in_place = sum(map(str.__eq__, guess, word))
    low, high = min(word), max(word)
    return (
        in_place,
        sum(c in word for c in guess) - in_place,
        sum(c < low for c in guess),
        sum(c > high for c in guess),
    )


def _remaining(
    words: list[tuple[str, ...]], guess: Sequence[str], said: Sequence[int], exact: bool = False
) -> list[tuple[str, ...]]:
    """Return the words of which what is said of a guess is true.

    ``exact``: a hint is said where, and only where, it is true of all wrong characters.
    """
    characters, right, (in_place, _, *hints) = set(guess), said[0] + said[1], said
    wrong = len(guess) - right
    left = []
    for word in words:
        if len(characters.intersection(word)) != right or sum(map(str.__eq__, guess, word)) != in_place:
            continue
        true = _judge(guess, word)[2:]
        if exact:
            fits = hints == [count if count == wrong else 0 for count in true]
        else:
            fits = hints[0] <= true[0] and hints[1] <= true[1]
        if fits:
            left.append(word)
    return left


def _say(said: list[tuple[int, ...]], lengths: tuple[int, int]) -> str:
    parts = []
    for (kind, hints), (in_place, moved, small, large), length in zip(HINTS.items(), said, lengths, strict=True):
        wrong = length - in_place - moved - small - large
        for count, what in (
            (in_place, "right and in place"),
            (moved, "right but out of place"),
            (small, f"wrong and {hints[0]}"),
            (large, f"wrong and {hints[1]}"),
            (wrong, "wrong"),
        ):
            if count:
                parts.append(f"{COUNTS[count]} {kind}{'s are' if count > 1 else ' is'} {what}")
    return "; ".join(parts)


def read(question: str) -> dict[str, Any]:
    """Read what is said of the digits and of the letters of each guess; in originals no true hint is left out."""
    number_words = {"one": 1, "two": 2, "both": 2, "three": 3, "four": 4}
    instance: dict[str, Any] = {"numbers": [], "letters": []}
    for guess, text in re.findall(r"Guess:? (\w+)(?:, Feedback)?: (.*)\.", question):
        split = re.match(r"\d+", guess).end()
        said = {"number": [0, 0, 0, 0], "letter": [0, 0, 0, 0]}
        for clause in text.split("; "):
            kind = "number" if "number" in clause else "letter"
            place = (
                *(
                    "in place" in clause or "in the correct" in clause,
                    "out of place" in clause or "wrong pos" in clause,
                ),
                *("too small" in clause or "too early" in clause, "too large" in clause or "too late" in clause),
            )
            if any(place):
                said[kind][place.index(True)] += number_words[clause.split()[0]]
        instance["numbers"].append((guess[:split], *said["number"]))
        instance["letters"].append((guess[split:], *said["letter"]))
    last = re.search(r"A to ([A-Z])", question)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    instance["alphabet"] = alphabet[: alphabet.index(last[1]) + 1] if last else alphabet
    return instance | {"every_hint": "Feedback:" in question}


def solve(numbers: list[Said], letters: list[Said], alphabet: str, every_hint: bool) -> str:
    """Try all digits and all letters, and keep those of which all that is said of the guesses is true."""
    return json.dumps(list(_passwords(numbers, letters, alphabet, every_hint)[0]))


def _passwords(numbers: list[Said], letters: list[Said], alphabet: str, every_hint: bool) -> list[str]:
    left = []
    for pool, guesses in (("0123456789", numbers), (alphabet, letters)):
        words = list(itertools.permutations(pool, len(guesses[0][0])))
        for guess, *said in guesses:
            words = _remaining(words, guess, said, every_hint)
        left.append(["".join(word) for word in words])
    return [a + b for a, b in itertools.product(*left)]


def _hints(instance: dict[str, Any]) -> bool:
    """Whether anything is said to be too small, too large, too early or too late."""
    return any(said[3:] != (0, 0) for said in instance["numbers"] + instance["letters"])


def _without_hints(instance: dict[str, Any]) -> dict[str, Any]:
    return instance | {name: [said[:3] for said in instance[name]] for name in ("numbers", "letters")}


def _tested(numbers: list[Said], letters: list[Said], digits: str, word: str) -> str:
    """Count for one password how many of each guess are in place and out of place."""
    for number, (first, second) in enumerate(zip(numbers, letters, strict=True), 1):
        if _places(first[0], digits) != first[1:3] or _places(second[0], word) != second[1:3]:
            result = f"fails on guess {number}"
            break
    else:
        result = digits + word
    return result


def _places(guess: str, word: str) -> tuple[int, int]:
    in_place = sum(a == b for a, b in zip(guess, word, strict=True))
    return in_place, len(set(guess) & set(word)) - in_place


def _try_all(numbers: list[tuple[str, int, int]], letters: list[tuple[str, int, int]], alphabet: str) -> str:
    """Count for all digits and all letters how many of each guess are in place and out of place."""
    password: list[str] = []
    for pool, guesses in (("0123456789", numbers), (alphabet, letters)):
        for word in itertools.permutations(pool, len(guesses[0][0])):
            fits = True
            for guess, in_place, moved in guesses:
                same = sum(a == b for a, b in zip(guess, word, strict=True))
                common = len(set(guess) & set(word))
                fits = fits and (same, common - same) == (in_place, moved)
            if fits:
                password += word
    return json.dumps(password)


def _try_all_with_hints(numbers: list[Said], letters: list[Said], alphabet: str) -> str:
    """Do the same, and count those that are before or after all of the digits or letters."""
    password: list[str] = []
    for pool, guesses in (("0123456789", numbers), (alphabet, letters)):
        for word in itertools.permutations(pool, len(guesses[0][0])):
            fits = True
            for guess, in_place, moved, small, large in guesses:
                same = sum(a == b for a, b in zip(guess, word, strict=True))
                common = len(set(guess) & set(word))
                smaller = sum(a < min(word) for a in guess)
                larger = sum(a > max(word) for a in guess)
                fits = fits and (same, common - same) == (in_place, moved) and smaller >= small and larger >= large
            if fits:
                password += word
    return json.dumps(password)
