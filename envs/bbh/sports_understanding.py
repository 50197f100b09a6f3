"""SportsUnderstanding: do athletes do what their sport knows."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_word
from r1ci_env.task import Problem, Task

SENTENCES = {1: (1, 1), 2: (2, 2), 3: (3, 4), 4: (6, 8), 5: (12, 16)}
ATHLETES = {
    "ice hockey": "Wayne Gretzky, Bobby Orr, Gordie Howe, Mario Lemieux, Maurice Richard, Mark Messier, Bobby Hull, "
    "Phil Esposito, Steve Yzerman, Joe Sakic",
    "basketball": "Magic Johnson, Larry Bird, Kareem Abdul-Jabbar, Kobe Bryant, Tim Duncan, Bill Russell, "
    "Shaquille O'Neal, Hakeem Olajuwon, Dirk Nowitzki, Scottie Pippen",
    "baseball": "Babe Ruth, Willie Mays, Hank Aaron, Mickey Mantle, Ted Williams, Joe DiMaggio, Derek Jeter, "
    "Cal Ripken, Lou Gehrig, Ichiro Suzuki",
    "American football": "Joe Montana, Jerry Rice, Dan Marino, Walter Payton, Barry Sanders, Emmitt Smith, "
    "Peyton Manning, Troy Aikman, Brett Favre, Johnny Unitas",
    "soccer": "Diego Maradona, Johan Cruyff, Zinedine Zidane, Franz Beckenbauer, Bobby Charlton, Thierry Henry, "
    "Michel Platini, Marco van Basten, Gerd Mueller, Andres Iniesta",
    "tennis": "Steffi Graf, Roger Federer, Serena Williams, Bjorn Borg, Martina Navratilova, Pete Sampras, "
    "Andre Agassi, Monica Seles, Boris Becker, Chris Evert",
    "cricket": "Wasim Akram, Sachin Tendulkar, Shane Warne, Brian Lara, Muttiah Muralitharan, Kapil Dev, "
    "Rahul Dravid, Steve Waugh, Clive Lloyd, Sunil Gavaskar",
}
ACTIONS = {
    "ice hockey": "was sent to the penalty box; skated behind the net; iced the puck; won the face-off; scored with a "
    "slap shot; hit the goalpost with the puck",
    "basketball": "sank two free throws; made a slam dunk; beat the shot clock; hit a three-pointer from the corner; "
    "scored a reverse layup; was called for goaltending under the basket",
    "baseball": "hit a home run; stole second base; struck out swinging; hit into a double play; bunted down the third "
    "base line; slid into home plate",
    "American football": "scored a touchdown; was tackled on the 20-yard line; recovered an onside kick; fumbled in "
    "the red zone; went for it on fourth down; celebrated a two-point conversion",
    "soccer": "curled a free kick around the wall; scored with a bicycle kick; headed in a corner kick; was shown a "
    "red card for a sliding tackle; nutmegged the goalkeeper; chipped the ball over the goalkeeper",
    "tennis": "served an ace; made a double fault; won the tie-break of the second set; hit the second serve into the "
    "net; broke serve at love; saved a match point with a drop shot",
    "cricket": "hit the ball over the boundary for six; bowled a maiden over; was out leg before wicket; was caught in "
    "the slips; faced a googly; reached a century before lunch",
}
EVENTS = {
    "ice hockey": "in the Stanley Cup Finals",
    "basketball": "in the NBA Finals",
    "baseball": "in the World Series",
    "American football": "in the Super Bowl",
    "soccer": "in the Champions League final",
    "tennis": "on Centre Court at Wimbledon",
    "cricket": "in a Test match at Lord's",
}


class SportsUnderstanding(Task):
    """Decide whether sentences about athletes fit their sports.

    Description:
        Sentences say what athletes did, and some of them where. Whether all of them are plausible is asked for: whether
        the athlete, the action and the event belong to one sport.

    Answer format:
        ``yes`` or ``no``.

    Levels:
        One sentence at level 1, as in the original; 12 to 16 sentences, at most one of them wrong, at level 5.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard sports_understanding. The athletes are ones of the past, each famous in one sport,
        so that the facts (common knowledge, in any encyclopedia) cannot turn false; the actions belong to one of the
        seven sports only, and to any position in it. No reference solver: the facts are not in the question.
    """

    no_program = "Which sport an athlete, an action or an event belongs to is not in the question."

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw sentences, of which at most one mixes sports."""
        count = rng.randint(*SENTENCES[level])
        plausible = rng.random() < 0.5
        odd = None if plausible else rng.randrange(count)
        sentences = [_sentence(rng, mixed=i == odd) for i in range(count)]
        asked = "this sentence plausible" if count == 1 else "every one of these sentences plausible"
        question = (
            f"Is {asked}? A sentence is plausible if the action and the event belong to the sport that the athlete is "
            "famous for, whether or not it happened.\n"
            + "\n".join(f'"{sentence}"' for sentence in sentences)
            + "\nAnswer in triple angle brackets: <<<yes>>> or <<<no>>>."
        )
        return self.new_problem(level, question, {"sentences": sentences}, "yes" if plausible else "no")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "yes", "no") == problem.answer

    def reasons(self, problem: Problem) -> list[str] | None:
        """Name the sports of each sentence, up to the first in which they differ."""
        if not 1 <= problem.level <= 3:
            return None
        sentences = re.findall(r'"([^"]+)"', problem.question)
        phrasing, fits, differs = random.Random(problem.question).choice(
            (
                ('{0} is known for {1}; "{2}" is {3}', "so this fits", "which is another sport"),
                ('{0} is famous in {1}, and "{2}" belongs to {3}', "so this is plausible", "so this is not plausible"),
                ('{0} made a name in {1}, and "{2}" is said of {3}', "so all is one sport", "so two sports are mixed"),
            )
        )
        said = []
        for sentence in sentences:
            athlete, own = _named(sentence, ATHLETES, ", ")
            action, acted = _named(sentence, ACTIONS, "; ")
            event, held = _named(sentence, EVENTS, "; ")
            text = phrasing.format(athlete, own, action, acted)
            if event and acted == own:
                text += f', and "{event}" {"too" if held == own else f"is {held}"}'
            plausible = own == acted == (held or own)
            said.append(f"{text}, {fits if plausible else differs}.")
            if not plausible:
                break
        return said

    def size(self, problem: Problem) -> float:
        """Number of sentences."""
        return float(len(problem.data["sentences"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the sentence from the question."""
        data = {"sentences": re.findall(r'"([^"]+)"', str(item["input"]))}
        return original_word(self, item, data, "yes", "no")


def _sentence(rng: random.Random, mixed: bool) -> str:
    """Return a sentence; in a mixed one the action, or else the event, is of another sport than the athlete."""
    sport, other = rng.sample(sorted(ATHLETES), 2)
    with_event = rng.random() < 0.5
    wrong_event = mixed and with_event and rng.random() < 0.4
    acted = other if mixed and not wrong_event else sport
    event = other if wrong_event else acted
    athlete = rng.choice(ATHLETES[sport].split(", "))
    action = rng.choice(ACTIONS[acted].split("; "))
    return f"{athlete} {action}{f' {EVENTS[event]}' if with_event else ''}."


def _named(sentence: str, table: Mapping[str, str], separator: str) -> tuple[str, str]:
    """Return the entry of a table that a sentence holds, and the sport it belongs to; two empty texts if none."""
    entries = ((entry, sport) for sport, listed in table.items() for entry in listed.split(separator))
    return next((found for found in entries if found[0] in sentence), ("", ""))
