"""DisambiguationQA: whom a pronoun stands for."""

import random
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.answers import BadAnswer, choice, items, lines, steps
from r1ci_env.envs.answers.multiple_choice import MultipleChoice, listed
from r1ci_env.envs.bbh.original import original_choice
from r1ci_env.task import Problem

SENTENCES = {1: 1, 2: 2, 3: 4, 4: 7, 5: 12}
ROLES = (
    "baker tailor gardener dentist librarian florist butcher architect barber potter beekeeper biologist geologist "
    "sculptor optician weaver jeweller clockmaker bookbinder chemist surveyor brewer astronomer historian economist"
).split()

# What somebody did to somebody | an ending that fits the first only | one that fits the second only
REASONS = """\
lent the {b} an umbrella | because * had a spare one | because * had come out into the rain without one
asked the {b} for directions | because * was lost | because * seemed to know the town well
sold the {b} a bicycle | because * never rode it any more | because * wanted to buy one for the way to work
phoned the {b} for help | when * got stuck in the lift | because * kept the spare key
waited two hours for the {b} | because * did not want to leave alone | because * was held up in traffic
carried the {b} to the road | because * was the only one of the two who could still walk | after * had broken a leg
thanked the {b} | because * had received a lovely present | because * had sent such a lovely present
apologised to the {b} | because * had broken the vase | because * had been kept waiting
hid from the {b} | because * could not pay back the loan | when * came to collect a debt
taught the {b} to swim | because * was an excellent swimmer | because * had never learned it
interviewed the {b} for a job | because * was looking for a new assistant | after * had applied for it
borrowed a ladder from the {b} | because * did not own one | because * owned the tallest one in the village
followed the {b} through the old town | because * did not know the way | because * knew the way
copied the notes of the {b} | because * had missed the lecture | because * had written everything down
translated the Finnish letter for the {b} | because * spoke Finnish | because * did not understand a word of it
overtook the {b} just before the finish | because * had saved some strength for the end | when * ran out of breath
woke the {b} | after * had heard a noise in the cellar | because * had slept through the alarm
cooked dinner for the {b} | because * wanted to try out a new recipe | because * came home too tired to cook
rented a room from the {b} | because * had nowhere to live | because * had one standing empty
dismissed the {b} from the firm | because * could no longer pay the wages | because * had stolen from the till
beat the {b} at chess | because * saw the winning move in time | because * blundered away the queen and had to resign
bandaged the hand of the {b} | because * knew how to dress a wound | after * had been bitten by a dog
offered the {b} a seat on the bus | because * was about to get off anyway | because * was leaning on crutches
delivered a parcel to the {b} | because * worked for the post office | because * had ordered something
bought the car of the {b} | because * had long been looking for one like it | because * no longer wanted to keep it
reported the {b} to the police | after * had witnessed the theft | because * had committed the theft
lost a bet against the {b} | and so * had to pay up | and so * collected the stake
handed the {b} the office keys | because * had no more use for them | because * wanted to unlock the door
drove the {b} to the airport | because * had a car and a free afternoon | because * had a plane to catch
invited the {b} to the party | because * was giving it and wanted many guests | because * was always an amusing guest
opened the door to the {b} | as soon as * heard the bell | as soon as * rang the bell
refused to lend the {b} money | because * had none to spare | because * had never paid back the last loan
held the ladder for the {b} | because * wanted to prevent an accident | while * was climbing up to the roof
corrected the letter of the {b} | because * was good at spelling | because * was bad at spelling
threw the {b} a rope | because * was standing safely on the bank | when * was about to drown in the river
hired the {b} to mend the roof | because * was too busy to do the work | because * did such work cheaply and well
shouted at the {b} | because * had lost all patience | because * would not stop talking in the library
pitied the {b} | because * had a soft heart | because * had lost everything in the fire
sued the {b} | because * wanted to be paid for the damage | because * refused to pay for the damage
paid the {b} back | as soon as * had earned the money | as soon as * asked for the money
"""

# Two people told apart by what is said of them, and what one of them did: the first | the second | either
CONTRASTS = """\
, who had come by car, and the {b}, who had come on foot, met at the lake, where * | parked in the shade \
| took off the dusty walking boots | stayed until dark
, who reads only Greek, and the {b}, who reads only Finnish, shared a train compartment, in which * \
| read a Greek newspaper | read a Finnish novel | slept for an hour
, who eats no meat, and the {b}, who eats no vegetables, sat in the same restaurant, where * \
| ordered the bean soup | ordered the steak | paid with a new banknote
, who had an arm in plaster, and the {b}, who was in good health, ran into each other at the market, where * \
| was asked about the broken arm | carried a heavy crate in each hand | bought some tomatoes
, who had never been abroad, and the {b}, who travelled all the time, watched a film about Peru, after which * \
| applied for a first passport | told how the trip to Peru had been last spring | drank a cup of tea
, who was childless, and the {b}, who had three daughters, stood at the bus stop, where * \
| was asked what it is like to have no children | showed everybody a photo of the daughters | looked at the timetable
, who came ten minutes early, and the {b}, who came an hour late, met at the station, where * \
| had been waiting for more than an hour | apologised for the delay | bought a newspaper
, who won every game, and the {b}, who lost every game, played cards all night, and in the end * \
| took home all the money | had nothing left to stake | switched off the light
, who could not swim, and the {b}, who swam every day, fell out of the same boat, and * \
| nearly drowned | swam ashore with ease | lost a shoe
, who kept a cat, and the {b}, who kept a parrot, lived in the same house, where * \
| had to buy cat food every week | was teaching a bird to talk | had a flat with a balcony
, who lived in the basement, and the {b}, who lived under the roof, sat through the same storm, in which * \
| saw water come in from the cellar stairs | lost the tiles above the bed | broke a lamp
, who had just eaten, and the {b}, who was starving, looked at the menu, and then * \
| ordered nothing but a coffee | ordered three courses at once | made a joke about the prices
"""

# What both are in alike, so that the pronoun may be either
SYMMETRIC = """\
shared a taxi because * was in a hurry
had lunch together after * had been to the bank
met by chance in the park while * was walking a dog
whispered during the play because * had lost the programme
left the concert early because * had a headache
talked on the telephone until * had to go to bed
argued about the bill because * had drunk more of the wine
postponed their meeting because * had a cold
ended the card game when * began to yawn
planned a journey to Iceland because * loved volcanoes
separated because * had fallen in love with somebody else
founded a firm after * had come into some money
tidied the attic because * was looking for an old photo album
got lost in the woods because * had forgotten the map
were held at the border because * had no passport
missed the ferry because * had overslept
"""

# What has nothing to do with anything, and may be said of either
UNRELATED = """\
the day before * had the windows cleaned
on the day when * bought a red scarf
a week after * had had a haircut
on the morning after * had been to the opera
a month before * took up the violin
in the week in which * gave up smoking
in the year in which * became a grandparent
two days before * met an old school friend
on the day after * had finished a long novel
in the month in which * joined a choir
shortly after * had adopted a kitten
three weeks before * gave up eating sugar
"""


_NUMBERED = re.compile(r"\bsentence\s+(\d{1,2})\b\s*[.:)=-]*\s*", re.I)
_NUMBER = re.compile(r"(?<![\w.])(\d{1,2})[.:)]")
_LETTER = re.compile(r"(?:option\s+)?[(\[]?([ABC])[)\]]?(?![d-z])", re.I)
"""What may stand before the answer for one of several sentences, and the letter of the answer."""


class DisambiguationQA(MultipleChoice):
    """Find out whom a pronoun stands for, or that it may be either.

    Description:
        Each sentence speaks of two people and has one pronoun. What the sentence says of them makes sense for the
        first only, for the second only, or equally for both; which of these is asked for.

    Answer format:
        The letter of the option, such as ``(B)``; of each sentence in order where there are several: ``(B) (A)``.

    Levels:
        One sentence at level 1, as in the original; 12 sentences, all to be answered, at level 5.

    Check:
        Each answer must be the letter of the right option, its text, or both, as many as there are sentences.

    Source and deviations:
        BIG-Bench Hard disambiguation_qa. People and sentences are our own; in the ambiguous ones the two people do
        something together, or the pronoun's clause has nothing to do with what they do. The pronoun is ``he`` or
        ``she``: the original's ``they`` may also stand for both, and its stereotypes of professions are avoided.
        Whom each of some 130 endings fits is all there is to know, so a small predictor that learns them by heart is
        right in 0.86 at level 1, and in 0.51 of the first sentences at the other levels. No reference solver: what
        makes sense is not in the question.
    """

    no_program: ClassVar[str] = "What makes sense of a sentence is knowledge of the world, which no program has."

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw as many sentences, and the letter of each."""
        count = SENTENCES[level]
        letters = [rng.choice("ABC") for _ in range(count)]
        texts: dict[str, list[str]] = {}
        for letter in letters:
            size = len(texts)
            while len(texts) == size:
                sentence, options = _sentence(rng, letter)
                texts[sentence] = options
        shown = "\n".join(
            f"Sentence{f' {i}' if count > 1 else ''}: {sentence}\nOptions:\n{listed(options)}"
            for i, (sentence, options) in enumerate(texts.items(), 1)
        )
        asked = (
            "the pronoun he or she stands for" if count == 1 else "the pronoun he or she of each sentence stands for"
        )
        how = "the letter of the right option" if count == 1 else f"the {count} letters in the order of the sentences"
        example = "(letter)" if count == 1 else "(letter) (letter) ..."
        question = (
            f"Tell whom {asked}. Any of the people may be a man or a woman. If only one of the two makes sense, it is "
            "that one; if both make sense alike, so that the sentence leaves it open, it is ambiguous.\n"
            + shown
            + f"\nAnswer with {how} in triple angle brackets: <<<{example}>>>."
        )
        data = {"sentences": count, "options": [option for options in texts.values() for option in options]}
        return self.new_problem(level, question, data, " ".join(f"({letter})" for letter in letters))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Read one choice, or one for each sentence."""
        options, count = problem.data["options"], problem.data.get("sentences", 1)
        if count == 1:
            return super().accepts(problem, answer)
        numbered = _NUMBERED.sub(r"\1. ", answer)
        if (numbers := _NUMBER.findall(numbered)) and numbers != [str(i) for i in range(1, count + 1)]:
            raise BadAnswer("the sentences are not in order")
        try:
            parts = [match[1] for match in steps(numbered, _LETTER)]
        except BadAnswer:  # the options' texts
            parts = lines(numbered) if "\n" in numbered else items(numbered)
        if len(parts) != count:
            return False
        letters = [choice(part, options[3 * i : 3 * i + 3]) for i, part in enumerate(parts)]
        return " ".join(f"({letter})" for letter in letters) == problem.answer

    def size(self, problem: Problem) -> float:
        """Number of sentences."""
        return float(problem.data["sentences"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)


def _sentence(rng: random.Random, letter: str) -> tuple[str, list[str]]:
    """Return a sentence whose pronoun stands for the first, the second or either person, and its options."""
    first, second = rng.sample(ROLES, 2)
    index = "ABC".index(letter)
    form = rng.random()
    if form < 0.3:
        start, *endings = rng.choice(CONTRASTS.splitlines()).split(" | ")
        text = f"{start} {endings[index]}"
    elif letter == "C" and form < 0.65:
        text = f" and the {{b}} {rng.choice(SYMMETRIC.splitlines())}"
    else:
        start, *endings = rng.choice(REASONS.splitlines()).split(" | ")
        ending = rng.choice(UNRELATED.splitlines()) if letter == "C" else endings[index]
        text = f" {start}{',' * ending.startswith('and')} {ending}"
    said = text.partition("* ")[2]
    sentence = f"The {first}{text.format(b=second)}.".replace("*", rng.choice(["he", "she"]))
    return sentence, [f"The {first} {said}", f"The {second} {said}", "Ambiguous"]
