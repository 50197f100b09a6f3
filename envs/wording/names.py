"""Words and names that several tasks draw from, all our own."""

import random

CONSONANTS = "bcdfghjklmnprstvwz"
VOWELS = "aeiou"

GIVEN_NAMES = tuple(
    "Ada Bela Carl Dora Emil Fenna Goran Hana Igor Jana Karim Lena Mira Nils Olga Pavel Quinn Rosa Sven Tara "
    "Uma Viktor Wanda Xenia Yusuf Zora Amira Boris Clara Dario Edith Felix Greta Hugo Ines Jonas Kofi Lucia "
    "Marta Nadia Otto Priya Ravi Selma Timo Ursula Vera Willem Yara Zeno".split()
)
"""Fifty given names, each a single word with a distinct spelling."""


def pronounceable(rng: random.Random, letters: int) -> str:
    """Return a made-up lower-case word of ``letters`` letters in which consonants and vowels alternate."""
    first = rng.randrange(2)
    return "".join(rng.choice(CONSONANTS if (i + first) % 2 else VOWELS) for i in range(letters))
