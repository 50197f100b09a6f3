"""RuinNames: which misspelling of a title turns a word into another word."""

import random
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice
from r1ci_env.envs.bbh.original import original_choice
from r1ci_env.task import Problem

OPTIONS = {1: 4, 2: 6, 3: 8, 4: 12, 5: 18}
RUINED = """\
star wars: stir wars, star cars, star bars, stat wars
the lion king: the lion ring, the lion wing, the loon king
back to the future: pack to the future, sack to the future, back to the suture
jurassic park: jurassic bark, jurassic pork, jurassic dark
the sound of music: the hound of music, the pound of music, the mound of music
gone with the wind: gone with the wine, bone with the wind, gone with the wing
the wizard of oz: the lizard of oz
a fish called wanda: a dish called wanda, a fist called wanda
dances with wolves: lances with wolves
finding nemo: binding nemo, winding nemo, minding nemo
toy story: toy store, boy story, toy stork
pulp fiction: pump fiction, pulp friction, gulp fiction
the silence of the lambs: the silence of the lamps, the silence of the limbs
the green mile: the green mole, the green pile, the green tile
iron man: iron pan, iron fan, icon man
men in black: hen in black, men in slack, pen in black
high noon: high moon, sigh noon, high noun
rear window: bear window, pear window, rear widow
the birds: the bards
twelve angry men: twelve angry hen, twelve angry pen
some like it hot: some bike it hot, some hike it hot, some like it hat
singing in the rain: singing in the train, singing in the ruin, ringing in the rain
the pink panther: the sink panther, the wink panther
mary poppins: mark poppins
the jungle book: the jungle cook, the jungle boot, the jingle book
peter pan: peter pen, peter pun, peter pin
snow white: slow white, show white, snow write
beauty and the beast: beauty and the feast, beauty and the yeast
lady and the tramp: lady and the trap, lazy and the tramp
chicken run: chicken bun, chicken sun, chicken rug
kung fu panda: lung fu panda
ice age: ice cage, ice sage, rice age, mice age
the great escape: the treat escape
the bridge on the river kwai: the bride on the river kwai, the fridge on the river kwai
lord of the rings: lord of the wings, lord of the kings, cord of the rings
the two towers: the two towels, the two powers, the two lowers
the return of the king: the return of the kink, the return of the wing
raiders of the lost ark: raiders of the lost art, raiders of the lost arm
the last crusade: the fast crusade, the past crusade
blade runner: blade gunner, glade runner, blame runner
the deer hunter: the beer hunter, the peer hunter, the deer hunger
taxi driver: taxi river, taxi diver
raging bull: raging bill, raging ball, paging bull
dirty dancing: dirty lancing
ghost hunters: ghost punters
the rolling stones: the rolling scones, the polling stones, the rolling stores
pink floyd: sink floyd, wink floyd, ink floyd
deep purple: seep purple
black sabbath: slack sabbath, block sabbath
the beach boys: the peach boys, the leach boys, the beach toys
the beatles: the beagles
simple minds: simple winds, dimple minds, simple mines
dire straits: fire straits, wire straits, dire strains
the doors: the moors, the boors, the doers
spice girls: slice girls, spite girls, spine girls
guns and roses: buns and roses, guns and noses, suns and roses, guns and hoses
the eagles: the beagles
red hot chili peppers: bed hot chili peppers, red hat chili peppers, red pot chili peppers
talking heads: walking heads, talking beads, talking heaps
the police: the polite
the bee gees: the bee geese, the beer gees
daft punk: draft punk, daft pink
fleetwood mac: fleetwood mat, fleetwood map
the who: the why
"""
NEVER = frozenset(  # pairs of letters that no common English word holds
    (
        "bq bx cj cv cx dx fq fx fz gq gx hx jb jc jd jf jg jh jl jm jp jq jr jt jv jw jx jz kq kx kz mq mx mz pq px "
        "pz qb qc qd qf qg qh qj qk ql qm qn qp qr qt qv qw qx qy qz sx tq vb vf vh vj vk vm vp vq vw vx vz wq wx xj "
        "xk xz yq zf zj zq zr zx"
    ).split()
)


class RuinNames(MultipleChoice):
    """Find the edit of a title that makes another word.

    Description:
        A title and edits of it are given, each with one letter changed, added or dropped. In one of them the edited
        word is another English word; that one is asked for.

    Answer format:
        The letter of the option, such as ``(B)``.

    Levels:
        4 options at level 1, as in the original; 18 at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard ruin_names, which asks for the humorous edit and has further edits that make words among the
        wrong options. Titles are well-known films and bands, the edits our own; the wrong options contain two letters
        that never stand together in English words. Two original items store a target that is no option; they are
        flagged. No reference solver: which letters make a word is not in the question.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a title, a good edit of it, and misspellings."""
        title, ruined = rng.choice(RUINED.splitlines()).split(": ")
        right = rng.choice(ruined.split(", "))
        options = {right: None}
        while len(options) < OPTIONS[level]:
            options[_misspell(title, rng)] = None
        text = (
            f"Each option is the title '{title}' with one letter changed, added or dropped. In exactly one of them the "
            "edited word is again an English word, which makes a joke of the title; in the others it is no word at "
            "all. Which is the joke?"
        )
        listed = rng.sample(list(options), len(options))
        return self.choice_problem(level, text, listed, right, {"title": title})

    def size(self, problem: Problem) -> float:
        """Number of options."""
        return float(len(problem.data["options"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)


def _misspell(title: str, rng: random.Random) -> str:
    """Add or change a letter so that a pair of letters arises that no word holds."""
    while True:
        i, letter = rng.randrange(len(title)), rng.choice("bcdfghjklmnpqrstvwxz")
        edited = title[:i] + letter + title[i + rng.randrange(2) :]
        spoiled = NEVER & {edited[i - 1 : i + 1], edited[i : i + 2]}
        if spoiled and edited.count(" ") == title.count(" "):
            return edited
