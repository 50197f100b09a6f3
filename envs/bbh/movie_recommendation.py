"""MovieRecommendation: which film is most like those of a list, by a stated rule."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice
from r1ci_env.envs.bbh.original import original_choice
from r1ci_env.task import Problem

SHAPES = {1: (4, 4), 2: (5, 5), 3: (6, 6), 4: (9, 9), 5: (14, 14)}  # films liked, options
FILMS = """\
Psycho | thriller | 1960 | Alfred Hitchcock
The Birds | thriller | 1963 | Alfred Hitchcock
Vertigo | thriller | 1958 | Alfred Hitchcock
Rear Window | thriller | 1954 | Alfred Hitchcock
North by Northwest | thriller | 1959 | Alfred Hitchcock
Rebecca | drama | 1940 | Alfred Hitchcock
Some Like It Hot | comedy | 1959 | Billy Wilder
The Apartment | comedy | 1960 | Billy Wilder
Sunset Boulevard | drama | 1950 | Billy Wilder
Double Indemnity | thriller | 1944 | Billy Wilder
Stagecoach | western | 1939 | John Ford
The Searchers | western | 1956 | John Ford
The Grapes of Wrath | drama | 1940 | John Ford
The Quiet Man | comedy | 1952 | John Ford
Rio Bravo | western | 1959 | Howard Hawks
Bringing Up Baby | comedy | 1938 | Howard Hawks
The Big Sleep | thriller | 1946 | Howard Hawks
Once Upon a Time in the West | western | 1968 | Sergio Leone
A Fistful of Dollars | western | 1964 | Sergio Leone
Once Upon a Time in America | drama | 1984 | Sergio Leone
Unforgiven | western | 1992 | Clint Eastwood
Mystic River | thriller | 2003 | Clint Eastwood
Million Dollar Baby | drama | 2004 | Clint Eastwood
Jaws | thriller | 1975 | Steven Spielberg
Jurassic Park | science fiction | 1993 | Steven Spielberg
Minority Report | science fiction | 2002 | Steven Spielberg
Close Encounters of the Third Kind | science fiction | 1977 | Steven Spielberg
Lincoln | drama | 2012 | Steven Spielberg
Alien | science fiction | 1979 | Ridley Scott
Blade Runner | science fiction | 1982 | Ridley Scott
The Martian | science fiction | 2015 | Ridley Scott
Thelma and Louise | drama | 1991 | Ridley Scott
The Terminator | science fiction | 1984 | James Cameron
Aliens | science fiction | 1986 | James Cameron
Titanic | drama | 1997 | James Cameron
Interstellar | science fiction | 2014 | Christopher Nolan
Inception | science fiction | 2010 | Christopher Nolan
Memento | thriller | 2000 | Christopher Nolan
Insomnia | thriller | 2002 | Christopher Nolan
Dunkirk | drama | 2017 | Christopher Nolan
Seven | thriller | 1995 | David Fincher
Zodiac | thriller | 2007 | David Fincher
Gone Girl | thriller | 2014 | David Fincher
The Social Network | drama | 2010 | David Fincher
Annie Hall | comedy | 1977 | Woody Allen
Manhattan | comedy | 1979 | Woody Allen
Sleeper | comedy | 1973 | Woody Allen
Match Point | thriller | 2005 | Woody Allen
Interiors | drama | 1978 | Woody Allen
Fargo | thriller | 1996 | the Coen brothers
The Big Lebowski | comedy | 1998 | the Coen brothers
Raising Arizona | comedy | 1987 | the Coen brothers
True Grit | western | 2010 | the Coen brothers
Spirited Away | animation | 2001 | Hayao Miyazaki
My Neighbor Totoro | animation | 1988 | Hayao Miyazaki
Princess Mononoke | animation | 1997 | Hayao Miyazaki
Ponyo | animation | 2008 | Hayao Miyazaki
Finding Nemo | animation | 2003 | Andrew Stanton
WALL-E | animation | 2008 | Andrew Stanton
The Incredibles | animation | 2004 | Brad Bird
Ratatouille | animation | 2007 | Brad Bird
The Iron Giant | animation | 1999 | Brad Bird
Mad Max | science fiction | 1979 | George Miller
Happy Feet | animation | 2006 | George Miller
Groundhog Day | comedy | 1993 | Harold Ramis
Caddyshack | comedy | 1980 | Harold Ramis
Blazing Saddles | western | 1974 | Mel Brooks
Young Frankenstein | comedy | 1974 | Mel Brooks
Spaceballs | comedy | 1987 | Mel Brooks
The Producers | comedy | 1967 | Mel Brooks
"""

Film = tuple[str, int, str]
"""Genre, year and director."""


class MovieRecommendation(MultipleChoice):
    """Choose the film that shares most with a list of films.

    Description:
        Some films that a viewer liked and some options are given, each with genre, year and director. A stated rule
        counts what an option shares with the films; the option with the highest count is asked for.

    Answer format:
        The letter of the option, such as ``(B)``; the title does as well.

    Levels:
        4 films and 4 options at level 1, as in the original; 14 films and 14 options at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard movie_recommendation, whose answers come from ratings that nobody can derive from the question.
        Here the rule is stated and the facts are given; the best option is the only best. Years and directors are
        common knowledge (any film encyclopedia), the genres are ours. One original item stores a target that is no
        option; it is flagged. The solver does not answer original items.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw films until one option is the best."""
        liked_count, option_count = SHAPES[level]
        films = [line.split(" | ") for line in FILMS.splitlines()]
        best, other = "", "?"
        while best != other:  # the first and the last of the best
            drawn = rng.sample(films, liked_count + option_count)
            liked, options = drawn[:liked_count], drawn[liked_count:]
            facts = [(genre, int(year), director) for _, genre, year, director in liked]
            titles = {title: (genre, int(year), director) for title, genre, year, director in options}
            best, other = (solve(facts, dict(order)) for order in (titles.items(), reversed(titles.items())))
        text = (
            f"A viewer liked these films:\n{_listed(liked)}\n"
            f"To choose from are these films:\n{_listed(options)}\n"
            "An option gets a point for each liked film of the same genre, a point for each of the same decade (such "
            "as 1990 to 1999), and two points for each by the same director. Find the film with the most points."
        )
        return self.choice_problem(level, text, list(titles), best, {"liked": liked, "films": options})

    def size(self, problem: Problem) -> float:
        """Number of films."""
        return float(len(problem.data["liked"]) + len(problem.data["options"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)


def _listed(films: list[list[str]]) -> str:
    return "\n".join(f"- {title} ({genre}, {year}, directed by {name})" for title, genre, year, name in films)


def read(question: str) -> dict[str, Any]:
    """Read genre, year and director of the films liked and of the options, which an original item does not give."""
    liked, _, options = question.partition("To choose from")
    fact = r"^- (.*) \(([\w ]+), (\d{4}), directed by (.*)\)$"
    facts = {title: (genre, int(year), name) for title, genre, year, name in re.findall(fact, options, re.M)}
    marks = re.findall(r"^(\([A-Z]\)) (.*)$", question, re.M)
    return {
        "liked": [(genre, int(year), name) for _, genre, year, name in re.findall(fact, liked, re.M)],
        "options": {mark: facts[title] for mark, title in marks if title in facts},
    }


def solve(liked: list[Film], options: Mapping[str, Film]) -> str:
    """Count the points of each option."""
    points = dict.fromkeys(options, 0)
    for option, (genre, year, director) in options.items():
        for other, when, who in liked:
            points[option] += (genre == other) + (year // 10 == when // 10) + 2 * (director == who)
    return max(points, key=lambda option: points[option], default="")


def verify(answer: str, liked: list[Film], options: Mapping[str, Film]) -> bool:
    """Count genres, decades and directors of the films liked once for all; no option may have more points."""
    genres = Counter(genre for genre, _, _ in liked)
    decades = Counter(year // 10 for _, year, _ in liked)
    directors = Counter(director for _, _, director in liked)
    points = {
        option: genres[genre] + decades[year // 10] + 2 * directors[director]
        for option, (genre, year, director) in options.items()
    }
    return points[answer] == max(points.values())
