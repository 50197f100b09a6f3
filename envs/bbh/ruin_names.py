"""RuinNames: which misspelling of a title turns a word into another word."""

import random
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, letter, read_options
from r1ci_env.envs.bbh.original import original_choice
from r1ci_env.task import Problem

OPTIONS = {1: 4, 2: 6, 3: 8, 4: 10, 5: 12}
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
pulp fiction: pump fiction, gulp fiction
the silence of the lambs: the silence of the lamps, the silence of the limbs
the green mile: the green mole, the green pile, the green tile
iron man: icon man
men in black: men in slack
high noon: high moon, sigh noon, high noun
rear window: bear window, pear window
the birds: the bards
some like it hot: some bike it hot, some hike it hot
singing in the rain: singing in the ruin, ringing in the rain
the pink panther: the sink panther, the wink panther
mary poppins: mark poppins
the jungle book: the jungle cook, the jungle boot, the jingle book
peter pan: meter pan, deter pan
snow white: slow white, show white, snow write
beauty and the beast: beauty and the feast, beauty and the yeast
lady and the tramp: lazy and the tramp
chicken run: thicken run
kung fu panda: lung fu panda
the great escape: the treat escape
the bridge on the river kwai: the fridge on the river kwai
lord of the rings: lord of the wings, lord of the kings, cord of the rings
the two towers: the two towels, the two powers, the two lowers
the return of the king: the return of the kink, the return of the wing
raiders of the lost ark: raiders of the lost art, raiders of the lost arm
the last crusade: the fast crusade, the past crusade
blade runner: blade gunner, glade runner, blame runner
the deer hunter: the beer hunter, the peer hunter, the deer hunger
taxi driver: taxi drivel
raging bull: raging bill, raging ball, paging bull
dirty dancing: dirty lancing
ghost hunters: ghost punters
the rolling stones: the rolling scones, the polling stones, the rolling stores
pink floyd: sink floyd, wink floyd
deep purple: seep purple
black sabbath: slack sabbath, block sabbath
the beach boys: the peach boys, the leach boys, the beach toys
the beatles: the beagles
simple minds: simple winds, dimple minds, simple mines
dire straits: fire straits, wire straits, dire strains
the doors: the moors, the boors, the doers
spice girls: slice girls, spite girls, spine girls
guns and roses: buns and roses, guns and noses, suns and roses, guns and hoses
talking heads: walking heads, talking beads, talking heaps
the police: the polite
daft punk: daft pink
the who: the why
"""
NONSENSE = """\
ark: aqk avk axk ayk azk jrk lrk qrk rrk vrk xrk yrk zrk
back: aack bacm bacy badk bafk baok batk bmck eack iack oack vack xack
beach: baach beace beact beadh beash biach boach ceach deach feach heach neach weach
beast: beact bease beash beatt beist benst berst deast heast neast reast seast teast
beatles: bealles beathes beatled beatlet beattes bentles bertles deatles heatles leatles neatles reatles teatles
birds: biads bidds bircs birda birde bires birfs cirds eirds firds pirds sirds tirds
black: baack beack blace blact blark blask boack elack ilack llack olack tlack ulack
blade: beade blace blada blado blede blide boade elade ilade llade olade tlade ulade
book: aook baok beok bhok bodk booe boow bpok eook qook uook vook xook
boys: bcys bdys bhys bjys boyl boym boyu byys ioys ooys qoys xoys zoys
bridge: baidge bradge bredge briage bridga bridgi brodge cridge dridge iridge oridge pridge tridge
bull: budl buld bulf bunl busl buyl byll eull iull oull qull vull zull
chicken: ahicken chacken chickun chiclen chicten chidken chieken chigken chinken chisken chocken dhicken ghicken \
phicken shicken
dances: aances dancee dancen dancis dancts danees dinces donces eances iances jances oances sances
dancing: dancine dancint danding dansing danting dencing dincing eancing hancing mancing rancing sancing tancing
deep: aeep deeh deei demp deop detp deup drep feep ieep oeep ueep yeep
deer: aeer ceer dder deeh deei dher dner drer dwer eeer ieer ueer yeer
dire: bire diae dibe diee dife dipe dirm diry iire jire oire uire xire
doors: aoors daors dfors doirs dooes doord doort dwors eoors ioors woors yoors zoors
driver: ariver criver deiver draver drider driner driter drivet drivey eriver friver oriver triver
finding: ainding dinding fanding fieding finaing findine findint fineing finting hinding linding ninding tinding
fish: cish ffsh fiah fieh finh fism fiso ftsh iish jish oish xish yish
future: fueure fulure funure futare futere futhre futire futore futtre futude futune futuse futute
gone: ghne goge gonc gonf gonr gooe goue gowe goye gune qone uone vone
great: areat dreat freat gread greal grect grent grept grett griat ireat oreat preat
guns: ghns gjns gunc gune gunh guno gunp gunr guny guqs guws gxns uuns
heads: aeads ceads geads heacs heada heado heaks heaus heods huads jeads keads veads
high: aigh bigh digh hagh hegh hiah hieh higi hign hiph pigh vigh wigh
hunter: eunter funter hanter honter huater hunner huntee hunten huster lunter nunter ounter tunter
hunters: eunters funters hanters honters huaters hunners huntere huntert husters lunters nunters ounters tunters
iron: iaon igon ilon irdn iroo irot irtn mron nron rron sron uron yron
jungle: aungle eungle hungle jengle junale jundle junele jungla junglo juntle oungle sungle tungle
king: kiag kieg kimg kinc kinf kinl kinp kinr kinv kiny kirg kisg uing
kung: iung kuag kunh kunn kunp kunr kuny kupg kurg kutg kuwg uung xung
lady: aady gady ladc ladt lahy lapy laty ledy lidy oady pady tady yady
lambs: eambs fambs hambs lambh lambn lamns lamrs lamts latbs lembs mambs nambs tambs
last: aast ladt laht lalt lamt lasc lasm lasn layt qast uast xast zast
like: aike cike gike liae liee likh liky lioe lixe lnke oike qike zike
lion: iion lcon lidn liod liot llon lmon lson lton oion qion uion yion
lord: aord dord eord lerd lird locd lork lorm lowd lurd pord rord yord
mary: aary iary maiy maky marh masy mavy mtry mury uary xary yary zary
mile: iile jile mble miae mige milm milr mple myle oile qile uile xile
minds: ainds dinds ginds mieds minbs mindr mindt miods mitds miuds oinds yinds zinds
noon: aoon eoon ioon naon ncon noan nooe noof nron nson ooon qoon uoon
park: aark eark gark iark oark padk papk parb parg patk pirk purk rark
peter: aeter ieter oeter pecer peler pemer pener petec petef petel petor petur peuer pexer ueter
pink: aink eink iink nink pidk pikk pilk pinh pinu pirk pitk xink yink
police: colice holice nolice palice polece polica polict poline poloce potice rolice solice tolice
pulp: aulp bulp dulp mulp oulp pelp polp pubp puld pulf punp putp sulp
punk: aunk cunk eunk nunk ounk puak pukk punn punr pupk purk putk yunk
raging: baging eaging haging kaging rading ragine ragint raling raning reging roging taging vaging
rain: aain eain oain qain ragn raic rair ramn rarn rnin rtin uain yain
rear: aear cear eear jear oear reau reaw renr reor reur rhar riar zear
rings: riags ridgs riegs ringc ringh ringi ringl ringn ringr rinhs riogs risgs uings
rolling: folling molling nolling oolling ralling roaling rolaing rolline rollint rolting rooling solling volling
roses: aoses eoses foses qoses rnses rojes rooes rosei rosem rosms roxes uoses zoses
runner: aunner eunner hunner munner ounner ranner ronner ruener runcer runier runnee runney sunner
simple: aimple eimple himple limple nimple simale simele simpla simplo simpre simpte somple timple
singing: ainging einging finging linging ninging oinging sinaing sineing singeng singine singint sinsing sinting
snow: anow onow pnow rnow sdow smow snoe snon soow spow srow tnow unow
sound: dound eound iound nound saund seund shund soand souna sount soutd tound vound
spice: epice hpice ipice opice ppice saice snice spich spict spoce suice swice upice
star: ctar etar ltar ntar rtar sdar srar ssar staj stao sthr stpr ttar
stones: ctones etones itones otones snones stenes stonas stonee stonet stonis stoses utones wtones
story: atory etory itory otory scory snory spory stery stord storo swory utory wtory
straits: atraits etraits itraits ntraits otraits strails strairs straite straitt strants strasts stratts utraits
talking: ealking halking malking nalking ralking salking taleing talkine talkint talling talting tarking tatking
towers: aowers eowers iowers kowers oowers thwers torers tosers toweas towees towere towert wowers
toy: ioy ooy qoy tcy tfy tjy tsy tvy txy tyy tzy xoy zoy
wars: warh warj warq warv warw warx wazs wfrs wkrs wqrs wxrs wzrs
white: ahite chite ohite phite rhite thite whice whide whire whise whita whito whote
who: qho wdo whj whq whx whz wio wjo wuo wvo wzo xho yho
wind: aind dind gind oind wicd widd wimd winh winu witd wund yind zind
wizard: dizard eizard mizard nizard rizard sizard wicard widard wilard winard witard wizars wizart
"""
"""Words of titles, each with edits that make no word, though they look like one."""


class RuinNames(MultipleChoice):
    """Find the edit of a title that makes another word.

    Description:
        A title and edits of it are given, each with one letter changed. In one of them the edited
        word is another English word; that one is asked for.

    Answer format:
        The letter of the option, such as ``(B)``.

    Levels:
        4 options at level 1, as in the original; 12 at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard ruin_names, which asks for the humorous edit and has further edits that make words among the
        wrong options, and letters added or dropped. Titles are well-known films and bands, the edits our own. The wrong
        options edit the same word; what they make is in no word list that we know of, but looks like a word. Two
        original items store a target that is no option; they are flagged. No reference solver: which letters make a
        word is not in the question.
    """

    no_program = "Which letters make an English word is not in the question."

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a title, a good edit of it, and misspellings."""
        title, ruined = rng.choice(RUINED.splitlines()).split(": ")
        right = rng.choice(ruined.split(", "))
        wrong = rng.sample(_nonsense(title, right), OPTIONS[level] - 1)
        text = (
            f"Each option is the title '{title}' with one letter changed. In exactly one of them the edited word is "
            "again an English word, which makes a joke of the title; in the others it is no word at all. Which is the "
            "joke?"
        )
        listed = rng.sample([right, *wrong], OPTIONS[level])
        return self.choice_problem(level, text, listed, right, {"title": title})

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say which of the edited words is a word."""
        if not 1 <= problem.level <= 3:
            return None
        options, title = read_options(problem.question), problem.question.split("'")[1]
        ruined = next(line for line in RUINED.splitlines() if line.startswith(f"{title}: "))
        right = next(option for option in options if option in ruined.removeprefix(f"{title}: ").split(", "))
        edited = [_edited(title, option) for option in options]
        word, place = _edited(title, right), letter(options, right)
        *others, last = [f"'{other}'" for other in edited if other != word]
        nonsense = f"{', '.join(others)} and {last}"
        listed = ", ".join(f"{letter(options, option)} {other}" for option, other in zip(options, edited, strict=True))
        return random.Random(problem.question).choice(
            (
                [f"The edited words are {listed}.", f"Only '{word}' is a word, so '{right}' is the joke, {place}."],
                [f"{nonsense} are not English words.", f"But '{word}' is one: {place} makes '{right}'."],
                [f"'{word}' is an English word, and {nonsense} are not.", f"So the joke is '{right}', {place}."],
            )
        )

    def size(self, problem: Problem) -> float:
        """Number of options."""
        return float(len(problem.data["options"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)


def _edited(title: str, option: str) -> str:
    """Return the word of an option that is not that of the title."""
    return next(edit for word, edit in zip(title.split(), option.split(), strict=True) if word != edit)


def _nonsense(title: str, ruined: str) -> list[str]:
    """Return edits of the word of a title that a ruined title changes which make no word."""
    parts = title.split()
    at = next(i for i, (word, edited) in enumerate(zip(parts, ruined.split(), strict=True)) if word != edited)
    edits = next(line.split()[1:] for line in NONSENSE.splitlines() if line.startswith(f"{parts[at]}: "))
    return [" ".join([*parts[:at], edit, *parts[at + 1 :]]) for edit in edits]
