"""GroupAnagrams: which words are made of the same letters."""

import json
import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import BadAnswer, json_value
from r1ci_env.envs.reasoning_gym.entries import entry_problem
from r1ci_env.envs.wording.vocabulary import WORDS
from r1ci_env.task import Problem, Task

SHAPES = {1: (2, 3, 0), 2: (3, 5, 0), 3: (6, 10, 1), 4: (14, 18, 3), 5: (24, 32, 6)}  # groups from, to; lone words
ANAGRAMS = """
listen silent enlist tinsel, stale steal least tales slate, angel angle glean, arm ram mar, art rat tar, ate eat tea,
bare bear, below elbow, brag grab, brake break baker, care race acre, cheap peach, cloud could, coast coats tacos,
danger garden gander, dear dare read, dairy diary, study dusty, earth heart, east seat eats, evil live veil vile,
finger fringe, flow wolf fowl, form from, shape phase heaps, inch chin, item time mite emit, keen knee, lamp palm,
last salt slat, pale leap plea peal, lemon melon, lion loin, lump plum, march charm, name mean amen, team meat
mate tame, room moor, net ten, night thing, north thorn, stone notes tones onset, own now won, ocean canoe, open nope,
post stop spot pots tops opts, parental paternal, tap pat apt, keep peek, pear reap pare, plate petal pleat, players
parsley replays, present serpent, quiet quite, rail liar, rescue secure, sister resist, siren rinse risen, bored
robed, rose sore, sure user ruse, sauce cause, saw was, scare races cares, sale seal, section notices, verse serve
sever, horse shore, brush shrub, skate stake steak takes, skin sink, lips slip, snail nails, south shout, spear spare
pears parse, state taste, parts strap traps, swear wears, sword words, tired tried, tower wrote, tutor trout, west
stew wets, wasp paws swap, weird wired wider, dawn wand, diet tide edit tied, lead deal dale, mile lime, pool loop
polo, mug gum, nap pan, bin nib, tip pit, but tub, dial laid, wed dew, car arc, tan ant, bus sub, mad dam, gas sag,
tug gut, ink kin, lap pal alp, leg gel, pin nip, pea ape, spa sap asp, drawer reward redraw, master stream, marble
ramble, kitchen thicken, teacher cheater, relation oriental, nectar trance canter, medical claimed decimal, mental
mantle lament, observe verbose, meteor remote, hustle sleuth, bedroom boredom, cinema iceman, creative reactive,
please asleep elapse, gallery largely allergy regally, large glare lager regal, shoe hose, leader dealer, senator
treason, design signed, desserts stressed, unable nebula, united untied, wander warden warned
"""
GROUPS = [group.split() for group in ANAGRAMS.split(",")]


class GroupAnagrams(Task):
    """Sort words into groups of anagrams.

    Description:
        A shuffled list of words is given; the words that have exactly the same letters are to be grouped.

    Answer format:
        A JSON list of lists: ``[["eat", "tea"], ["own"]]``.

    Levels:
        2 or 3 groups at level 1, up to 10 as in the original at level 3, 24 to 32 at level 5; from level 3 on some
        words stand alone.

    Check:
        The groups must be right; the order of groups and of words does not matter, nor do case and the kind of quotes.

    Source and deviations:
        Reasoning-Gym group_anagrams. Words that have no anagram in the list are groups of their own, and the question
        says so.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw groups, some of their words, and words that fit none."""
        low, high, lone = SHAPES[level]
        words: list[str] = []
        for group in rng.sample(GROUPS, rng.randint(low, high)):
            words += rng.sample(group, rng.randint(2, len(group)))
        while lone:
            word = rng.choice(WORDS)
            if all(sorted(word) != sorted(other) for other in words):
                words.append(word)
                lone -= 1
        rng.shuffle(words)
        question = (
            "Two words are anagrams of each other if they are made of exactly the same letters. Group these words so "
            "that two words are in the same group just if they are anagrams; a word without an anagram here is a group "
            f"of its own.\n{', '.join(words)}\n"
            'Answer with a JSON list of the groups, in any order: <<<[["word", "word"], ["word"]]>>>.'
        )
        return self.new_problem(level, question, {"words": words}, solve(words))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the groups as sets."""
        groups = json_value(answer.casefold())
        if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
            raise BadAnswer("no list of lists")
        if not all(isinstance(word, str) for group in groups for word in group):
            raise BadAnswer("not words")
        right = solve([word.casefold() for word in problem.data["words"]])
        return json.dumps(sorted(map(sorted, groups))) == right

    def size(self, problem: Problem) -> float:
        """Number of words."""
        return len(problem.data["words"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the words from the metadata."""
        words = item["metadata"]["words"]
        return entry_problem(self, item, {"words": words}, lambda: solve(words))


def read(question: str) -> dict[str, Any]:
    """Read the words."""
    return {"words": re.search(r"^[a-z]+(?:, [a-z]+)+$", question, re.M)[0].split(", ")}


def solve(words: list[str]) -> str:
    """Collect the words by their sorted letters."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words):
        letters = "".join(sorted(word))
        groups.setdefault(letters, []).append(word)
    found = sorted(groups.values())
    return json.dumps(found)


def verify(answer: str, words: list[str]) -> bool:
    """Compare the letters within each group and between the groups, and count the words."""
    groups = [group.split('", "') for group in answer.strip('[]"').split('"], ["')]
    letters = [sorted(group[0]) for group in groups]
    alike = all(sorted(word) == sorted(group[0]) for group in groups for word in group)
    apart = all(letters.count(own) == 1 for own in letters)
    return alike and apart and sorted(word for group in groups for word in group) == sorted(words)
