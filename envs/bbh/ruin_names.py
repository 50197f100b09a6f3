"""RuinNames: which misspelling of a title turns a word into another word."""

import random
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice
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
NONSENSE = """\
age: ageo aget agge agj agme agq agx agz jge kge qge vge wge xge zge
ark: aqk avk axk ayk azk eark gark jrk lrk qrk rrk vrk xrk yrk zrk
back: aack bacm bacy badk bafk baok batk beack bmck boack eack iack oack vack xack
beach: baach beace beact beadh bearch beash beatch biach boach ceach deach feach heach neach weach
beast: beact bease beash beaste beatt beist benst berst bleast deast heast neast reast seast teast
beatles: bealles beateles beathes beatled beatlet beattes beattles bentles bertles deatles heatles leatles neatles \
reatles teatles
bee: beei beew befe bewe beze bje bjee buee bxe bze ibee nbee obee qee xee
birds: abirds biads bidds bircs birda birde bires birfs buirds cirds eirds firds pirds sirds tirds
black: baack beack blace blact blark blask bleack boack bulack elack ilack llack olack tlack ulack
blade: beade blace blada blado blarde bleade blede blide boade elade ilade llade olade tlade ulade
book: abook aook baok beok bhok bodk booe booki boow bpok eook qook uook vook xook
boys: bcys bdys bhys bjys boyl boym boyms boyst boyu byys ioys ooys qoys xoys zoys
bridge: baidge baridge bradge braidge bredge briage bridga bridgi brodge cridge dridge iridge oridge pridge tridge
bull: boull budl buill buld bulf bunl busl buyl byll eull iull oull qull vull zull
daft: aaft caft dact dafc dafty dafy daht dait damt deaft dift eaft jaft maft oaft
dances: aances dancee dancen dancis dancts danees diances dinces donces drances eances iances jances oances sances
dancing: ancing dancine dancint danding dansing danting dencing diancing dincing eancing hancing mancing rancing \
sancing tancing
deep: aeep deeh deei deept demp deop derep detp deup drep feep ieep oeep ueep yeep
deer: aeer ceer dder deeh deei dener deper dher dner drer dwer eeer ieer ueer yeer
dire: bire diae dibe diee dife dipe diret dirm diry disre iire jire oire uire xire
doors: aoors daors dfors doirs domors dooes doord doort dotors dwors eoors ioors woors yoors zoors
driver: ariver criver deiver doriver draver drider driever driner driter drivet drivey eriver friver oriver triver
eagles: dagles eables eadles eaggles eagies eaglee eagler ealles eatles exagles hagles lagles magles pagles sagles
fiction: fection fiation ficition fictior fictiot fietion fintion fition fittion hiction liction niction riction \
siction tiction
finding: ainding dinding fainding fanding fieding finaing findine findint fineing finting hinding inding linding \
ninding tinding
fish: cish ffsh fiah fieh finh fism fiso flish frish ftsh iish jish oish xish yish
future: fueure fulure funure futare futere futhre futhure futire futore futoure futtre futude futune futuse futute
gees: geea geeb geec geeh geei geem geew geqs geves gjes gqes guees gzes qees xees
gone: ghne goge gonc gonce goned gonf gonr gooe goue gowe goye gune qone uone vone
great: areat dreat freat gread greal greart greast grect grent grept grett griat ireat oreat preat
guns: ghns gjns gouns gunc gune gunh guno gunp gunr gunse guny guqs guws gxns uuns
heads: aeads ceads cheads geads heacs heada heado heaks heands heaus heods huads jeads keads veads
high: aigh bigh chigh digh hagh hegh hiah hieh higi hign hiph pigh shigh vigh wigh
hot: heot hobt hoct hoet hopt hoq hotc hoty hovt hqt hxt hzt rhot xot zhot
hunter: eunter funter hanter honter hounter huater hunater hunner huntee hunten huster lunter nunter ounter tunter
hunters: eunters funters hanters honters hounters huaters hunaters hunners huntere huntert husters lunters nunters \
ounters tunters
ice: eice gice icen icie icle icte icz iqe irce isce qce xce xice yce zce
iron: firon iaon igon ilon irdn irmon iroo irot irtn mron nron rron sron uron yron
jungle: aungle eungle hungle jengle juingle junale jundle junele jungla junglo juntle oungle sungle tungle ungle
king: kaing kiag kieg kimg kinc kinf kinl kinp kinr kinv kiny kirg kisg kning uing
kung: iung koung kuag kunh kunn kunp kunr kuny kupg kurg kutg kuwg skung uung xung
lady: aady gady ladc ladly ladt lahy lapy laty ledy lidy loady oady pady tady yady
lambs: eambs fambs hambs lambh lambn lamns lamrs lamts latbs lembs mambs nambs plambs slambs tambs
last: aast ladt laht lalt lamt lasc lasm lasn layst layt qast slast uast xast zast
like: aike cike clike gike liae licke liee likh liky lioe lixe lnke oike qike zike
lion: flion iion lcon lidn liod liot llon lmon lson lton oion plion qion uion yion
lord: aord clord dord eord flord lerd lird locd lork lorm lowd lurd pord rord yord
mac: mabc macb macf macg macl macm macr mafc maic mapc mauc mbac mrac mzc xac
man: bman cman fman hman lman mawn mlan mman mpan mqn mran mwn mzn tman wman
mary: aary iary imary maiy maky marh masy mavy mtry mury smary uary xary yary zary
men: cmen gmen hmen lmen menr mmen mqn mwn mzn nmen pmen qen smen tmen umen
mile: iile imile jile mble miae mige miled milm milr mple myle oile qile uile xile
minds: ainds dinds ginds iminds mainds mieds minbs mindr mindt miods mitds miuds oinds yinds zinds
noon: aoon eoon ioon naon ncon noan nolon nomon nooe noof nron nson ooon qoon uoon
pan: epan ipan kpan opan pagn panx panz paun pcan pdan poan pqn pxn pzn upan
park: aark eark gark iark oark padk papk parb parg patk peark pirk plark purk rark
pink: aink eink iink nink paink pidk pikk pilk pinh pinu pirk pitk poink xink yink
police: colice holice nolice palice polece polica polict polince poline poloce potice prolice rolice solice tolice
pulp: aulp bulp dulp mulp oulp pelp polp pubp pulap puld pulf pulph punp putp sulp
punk: aunk cunk eunk nunk ounk pounk puak pukk punke punn punr pupk purk putk yunk
raging: baging eaging graging haging kaging rading ragine ragint raing raling raning reging roging taging vaging
rain: aain eain oain qain ragn raic raing raint rair ramn rarn rnin rtin uain yain
rear: aear cear eear jear oear reard reary reau reaw renr reor reur rhar riar zear
red: hred kred nred rced reld repd resd rewd rhed rned rqd rzd sred ured wred
rings: grings raings riags ridgs riegs ringc ringh ringi ringl ringn ringr rinhs riogs risgs uings
rolling: brolling folling molling nolling oolling prolling ralling roaling rolaing rolline rollint rolting rooling \
solling volling
roses: aoses croses eoses foses qoses rnses rojes rooes rosei rosem rosms roxes troses uoses zoses
run: crun krun prun rkn rln rqn ruj rumn runp runr runy rurn rwn rzn uun
runner: aunner eunner hunner munner ounner ranner ronner rounner ruener runcer runier runnee runney sunner unner
simple: aimple eimple himple limple nimple simale simele simpla simpled simplo simpre simpte somple stimple timple
singing: ainging einging finging inging linging ninging oinging shinging sinaing sineing singeng singine singint \
sinsing sinting
snow: anow onow pnow rnow sdow smow snoe snon snown sonow soow spow srow tnow unow
sound: dound eound iound nound saund scound seund shound shund soand souna sount soutd tound vound
spice: epice hpice ipice opice ppice saice snice spich spicke spict spince spoce suice swice upice
star: ctar etar ltar ntar rtar sdar srar ssar staj stao starm sthr stpr strar ttar
stones: ctones etones itones otones snones stenes stiones stonas stonee stonet stonis stornes stoses utones wtones
story: astory atory etory itory otory scory snory spory stery stord storo storty swory utory wtory
straits: atraits etraits itraits ntraits otraits strails strairs straite straitt stralits stranits strants strasts \
stratts utraits
talking: alking ealking halking malking nalking ralking salking taleing talkine talkint talling talting tarking \
tatking tralking
towers: aowers eowers iowers kowers oowers thowers thwers torers tosers toweas towees towere towert twers wowers
toy: ioy ooy qoy tcy tfy tjy togy toxy tsy tvy txy tyy tzy xoy zoy
tramp: aramp bramp dramp eramp framp oramp teamp thamp traip trami trampe trampt tramt tremp trimp
wars: hwars kwars rwars twars warh warj warq warv warw warx wayrs wkrs wqrs wxrs wzrs
white: ahite chite ohite phite rhite thite whice whide whinte whire whise whiste whita whito whote
who: qho wdo wheo whj whon whq whx whz wio wjo wuo wvo wzo xho yho
wind: aind dind gind oind swind whind wicd widd wimd winh winu witd wund yind zind
window: aindow dindow hindow nindow sindow tindow wendow whindow windaw windew windoe windor windown wintow wondow
wizard: dizard eizard mizard nizard rizard sizard whizard wicard widard wilard winard witard wizars wizart wrizard
"""
"""Words of titles, each with edits that make no word, though they look like one."""


class RuinNames(MultipleChoice):
    """Find the edit of a title that makes another word.

    Description:
        A title and edits of it are given, each with one letter changed, added or dropped. In one of them the edited
        word is another English word; that one is asked for.

    Answer format:
        The letter of the option, such as ``(B)``.

    Levels:
        4 options at level 1, as in the original; 12 at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard ruin_names, which asks for the humorous edit and has further edits that make words among the
        wrong options. Titles are well-known films and bands, the edits our own. The wrong options edit the same word,
        mostly a letter as well; what they make is in no word list that we know of, but looks like a word. Two original
        items store a target that is no option; they are flagged. No reference solver: which letters make a word is not
        in the question.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a title, a good edit of it, and misspellings."""
        title, ruined = rng.choice(RUINED.splitlines()).split(": ")
        right = rng.choice(ruined.split(", "))
        wrong = rng.sample(_nonsense(title, right), OPTIONS[level] - 1)
        text = (
            f"Each option is the title '{title}' with one letter changed, added or dropped. In exactly one of them the "
            "edited word is again an English word, which makes a joke of the title; in the others it is no word at "
            "all. Which is the joke?"
        )
        listed = rng.sample([right, *wrong], OPTIONS[level])
        return self.choice_problem(level, text, listed, right, {"title": title})

    def size(self, problem: Problem) -> float:
        """Number of options."""
        return float(len(problem.data["options"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)


def _nonsense(title: str, ruined: str) -> list[str]:
    """Return edits of the word of a title that a ruined title changes which make no word."""
    parts = title.split()
    at = next(i for i, (word, edited) in enumerate(zip(parts, ruined.split(), strict=True)) if word != edited)
    edits = next(line.split()[1:] for line in NONSENSE.splitlines() if line.startswith(f"{parts[at]}: "))
    return [" ".join([*parts[:at], edit, *parts[at + 1 :]]) for edit in edits]
