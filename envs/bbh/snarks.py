"""Snarks: which statement is sarcastic."""

import random
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, letter, read_options
from r1ci_env.envs.bbh.original import original_choice
from r1ci_env.task import Problem

OPTIONS = {1: 2, 2: 3, 3: 4, 4: 8, 5: 14}
BAD = """\
My flight was cancelled and I slept on the airport floor
The roof leaks right above my bed
The baby next door screamed all night
My computer deleted three weeks of work
The dentist had to drill for two hours
I missed the last train and walked home in the hail
The soup had a cockroach in it
My car broke down on the motorway for the third time this month
They lost my suitcase on the first day of the trip
The heating failed on the coldest night of the year
I stood in the queue for five hours and then the office closed
The cat was sick on my only clean shirt
My boss put me on the night shift over the holidays
The neighbours started drilling at six on Sunday morning
I caught the flu on the day of the wedding
The bank charged me twice and kept both payments
My phone fell into the toilet
The mosquitoes bit me forty times last night
The train was so full that I stood on one leg for three hours
Somebody stole the wheels of my bicycle
The exam asked only about the chapter I had not read
My landlord raised the rent by half
The tent collapsed on us in the middle of the storm
I bit on a stone in the bread and broke a tooth
The printer jammed ten minutes before the deadline
My tax refund turned out to be a tax bill
The waiter poured the gravy into my lap
We drove six hours to the museum and it was closed
The plumber came a week late and flooded the kitchen
A pigeon hit me on the way to the job interview
"""
GOOD = """\
The doctor says that I am completely cured
My best friend travelled all night to come to my birthday
We had two weeks of sunshine by the lake
The shop gave me all my money back without a question
My daughter passed every one of her exams
I found the ring that I had lost years ago
The neighbours brought us fresh cake
My boss gave me a raise and a day off
The train was on time and almost empty
The whole class sang for our old teacher
We won the cup after thirty years
A stranger found my wallet and brought it to my door
The book was so good that I read it twice
The cake came out of the oven exactly right
My grandmother danced at her ninetieth birthday
They repaired my car in an hour and charged nothing
The puppy fell asleep in my arms
My letter to the editor was printed in full
The concert was the finest I have ever heard
The first tomatoes in the garden are ripe
"""
PRAISE = """\
How wonderful.
Just what I needed.
How nice.
What a delight.
I am so pleased.
That made my day.
I feel so lucky.
What a stroke of luck.
What a treat.
I am really grateful.
That is good news.
I like it when things go like this.
"""
COMPLAINT = """\
How awful.
That is the last thing I needed.
I am really upset.
What a nuisance.
It has ruined my mood completely.
I hope that this never happens again.
I feel so unlucky.
I would not want to go through that again.
What a shame.
I hated every minute of it.
Nobody deserves that.
I am fed up.
"""


class Snarks(MultipleChoice):
    """Tell the sarcastic statement from sincere ones.

    Description:
        Statements are given, each of something that happened and a comment on it. In one of them the comment praises
        what is plainly bad for the speaker, and so is sarcastic; that one is asked for.

    Answer format:
        The letter of the option, such as ``(B)``.

    Levels:
        Two statements at level 1, half of the time on one event, as in the original; 14 statements on different events
        at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard snarks. Events and comments are our own; the events are good or bad for anybody, and praise of a
        bad one is the only mismatch. Which events are bad and which words are praise is all there is to know, so a
        small predictor that learns the words by heart is right in 0.90 at level 1 and 0.69 at level 5: the task is to
        know it without having been told. No reference solver: what is good or bad is not in the question.
    """

    no_program = "What is good or bad for somebody, and what is praise, is not in the question."

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an event to be praised for nothing, and sincere statements."""
        bad, praise, complaints = BAD.splitlines(), PRAISE.splitlines(), COMPLAINT.splitlines()
        event, *others = rng.sample(bad, OPTIONS[level])
        right = f"{event}. {rng.choice(praise)}"
        good = rng.sample(GOOD.splitlines(), OPTIONS[level])
        options = [right]
        one_event = level == 1 and rng.random() < 0.5
        for other_bad, other_good in zip(others, good, strict=False):
            if one_event:
                options.append(f"{event}. {rng.choice(complaints)}")
            elif rng.random() < 0.5:
                options.append(f"{other_bad}. {rng.choice(complaints)}")
            else:
                options.append(f"{other_good}. {rng.choice(praise)}")
        rng.shuffle(options)
        return self.choice_problem(level, "Which statement is sarcastic?", options, right, {"event": event})

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say of each statement whether event and comment go together."""
        if not 1 <= problem.level <= 3:
            return None
        options = read_options(problem.question)
        rng = random.Random(problem.question)
        bad, praise = set(BAD.splitlines()), set(PRAISE.splitlines())
        event_is = rng.choice(("is bad/good news", "tells of something bad/good", "would upset/please anybody")).split()
        sincere, sarcastic = rng.choice(
            (
                ("so the comment is meant", "so the comment cannot be meant"),
                ("which goes together", "which does not go together"),
                ("and is sincere", "and means the opposite"),
            )
        )
        said = []
        for option in options:
            event, _, comment = option.partition(". ")
            happened = " ".join(word.split("/")[event not in bad] if "/" in word else word for word in event_is)
            kind, fits = "praises" if comment in praise else "complains of", sincere
            if event in bad and comment in praise:
                fits, right = sarcastic, letter(options, option)
            said.append(f'{letter(options, option)} {happened}; "{comment.rstrip(".")}" {kind} it, {fits}.')
        return [*said, f"Only {right} is sarcastic."]

    def size(self, problem: Problem) -> float:
        """Number of statements."""
        return float(len(problem.data["options"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)
