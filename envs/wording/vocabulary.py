"""Common English words, chosen by us; most of the short ones are a letter away from others."""

_TEXT = """
act add age aid aim air all and ant any ape arc arm art ash ask ate awe axe bad bag ban bar bat bay bed bee beg bet
bid big bin bit bow box boy bud bug bun bus but buy cab can cap car cat cob cod cog cot cow cry cub cup cut dad dam
day den dew did dig dim dip doe dog dot dry due dug ear eat eel egg elf elk elm end era eve ewe eye fan far fat fax
fed fee few fig fin fir fit fix flu fly foe fog for fox fun fur gap gas gel gem get gig god got gum gun gut guy gym
had ham has hat hay hem hen her hid him hip his hit hog hop hot how hub hue hug hum hut ice ill imp ink inn ion ivy
jam jar jaw jet job jog joy jug keg key kid kin kit lab lad lap law lay led leg let lid lie lip lit log lot low mad
man map mat may men met mix mob mop mud mug nap net new nip nod not now nut oak oar oat odd off oil old one orb ore
our out owl own pad pan par pat paw pay pea peg pen pet pie pig pin pit pod pop pot pub pup put rag ram ran rap rat
raw ray red rib rid rig rim rip rob rod row rub rug rum run rut rye sad sag sap sat saw say sea see set sew she shy
sin sip sir sit six ski sky sly sob son sow soy spy sum sun tab tag tan tap tar tax tea ten the tie tin tip toe ton
too top toy try tub tug two urn use van vat vet vow wag war was wax way web wed wet who why wig win wit woe won yak
yam yes yet you zip zoo
able acid acre aged aide ally also arch area army atom aunt away axis baby back bail bait bake bald bale ball balm
band bane bang bank bare bark barn base bash bath bead beak beam bean bear beat beef been beer bell belt bend bent
best bias bike bile bill bind bird bite blot blow blue blur boar boat body boil bold bolt bond bone book boom boot
bore born boss both bout bowl brag bran brat brew brim brow buck bulb bulk bull bump bunk burn bush bust busy byte
cafe cage cake calf call calm came camp cane cape card care carp cart case cash cask cast cave cell cent chap char
chat chef chew chin chip chop city clad clam clan clap clay clip clog club clue coal coat code coil coin cold colt
comb come cone cook cool cope copy cord core cork corn cost cosy coup cove crab cram crew crib crop crow cube cult
curb cure curl cute dale dame damp dare dark dart dash data date dawn deaf deal dean dear debt deck deed deem deep
deer dent deny desk dial dice diet dime dine dire dirt disc dish disk dive dock does dole doll dome done doom door
dose dove down doze drag draw drew drip drop drum dual duck duel dull dune dusk dust duty each earl earn ease east
easy echo edge edit else envy epic even ever evil exam exit face fact fade fail fair fake fall fame fang fare farm
fast fate fawn fear feat feed feel feet fell felt fern file fill film find fine fire firm fish fist five flag flap
flat flaw flea fled flip flow foal foam foil fold folk fond food fool foot ford fork form fort foul four fowl fray
free frog from fuel full fume fund fury fuse gain gait gale game gang gate gave gaze gear gene germ gift gild gill
girl give glad glow glue goal goat goes gold golf gone good gown grab gram gray grew grey grid grim grin grip grow
gulf gull gust hail hair hale half hall halt hand hang hard hare harm harp hate haul have hawk haze head heal heap
hear heat heel heir held helm help herb herd here hero hide high hike hill hilt hind hint hire hold hole home hood
hoof hook hoop hope horn hose host hour howl huge hull hung hunt hurl hurt hush icon idea idle inch into iron item
jade jail jazz join joke jolt jump junk jury just keen keep kelp kept kick kind king kiss kite knee knew knit knot
know lace lack lady laid lake lamb lame lamp land lane lark lash last late lava lawn laze lead leaf leak lean leap
left lend lens less life lift like lily limb lime limp line link lion list live load loaf loan lock loft lone long
look loom loop loot lord lore lose loss lost loud love luck lump lung lure lush made maid mail main make male mall
malt mane many mare mark mask mass mast mate math maze meal mean meat meet meld melt memo mend menu mere mesh mice
mild mile milk mill mind mine mint miss mist moan moat mode mold mole monk mood moon more moss most moth move much
mule must myth nail name near neat neck need nest news next nice nine node none noon norm nose note noun oath obey
once only open oral oven over pace pack page paid pail pain pair pale palm pane park part pass past path pave peak
pear peel peer pest pick pier pile pill pine pink pint pipe plan play plea plot plug plus poem poet pole poll pond
pony pool poor pope pore pork port pose post pour pray prey prop puff pull pump pure push quit quiz race rack raft
rage raid rail rain rake ramp rang rank rare rash rate rave read real reap rear reed reef reel rely rent rest rice
rich ride ring riot ripe rise risk road roam roar robe rock rode role roll roof room root rope rose rosy ruin rule
rung runt rush rust sack safe sage said sail sake sale salt same sand sane sang sank save scan scar seal seam seat
seed seek seem seen self sell send sent shed ship shoe shop shot show shut side sift sigh sign silk sill silo sing
sink site size skin skip slab slam slap sled slid slim slip slit slot slow slug snap snow snug soak soap soar sock
soda sofa soft soil sold sole some song soon sore sort soul soup sour span spar spin spit spot spun star stay stem
step stew stir stop stow stun such suit sulk sung sunk sure surf swan swap sway swim tail take tale talk tall tame
tank tape task taxi teal team tear tell tend tent term test text than that them then they thin this thus tick tide
tidy tile till tilt time tint tiny tire toad toil told toll tomb tone took tool torn toss tour town trap tray tree
trek trim trip trot true tube tuck tuft tuna tune turf turn tusk twig twin type ugly undo unit upon urge used vain
vale vane vase vast veal veil vein vent verb very vest vice view vile vine visa void vote wade wage wait wake walk
wall wand want ward ware warm warn warp wary wash wasp wave wavy weak wear weed week well went were west what when
whip whom wide wife wild will wilt wind wine wing wink wipe wire wise wish with wolf wood wool word wore work worm
worn wrap yard yarn yawn year yell yoga yoke your zeal zero zone zoom
about above actor acute adult after again agent agree alarm album alert alike alive allow alone along amber ample
angel anger angle apple apron arena argue arise arrow aside atlas avoid awake award aware bacon badge baker basic
basin batch beach beard beast begin below bench berry birth black blade blame bland blank blast blaze bleak bleed
blend bless blind blink block blood bloom blown board boast bonus boost booth bound brace braid brain brake brand
brass brave bread break brick bride brief bring brink brisk broad brook broom brown brush build built bunch cabin
cable camel canal candy cargo carry catch cause cedar chain chair chalk charm chart chase cheap check cheek cheer
chess chest chick chief child chill chime choir chord civic claim clamp clash class clean clear clerk click cliff
climb cling cloak clock close cloth cloud clown coach coast comet coral couch cough could count court cover crack
craft crane crash crate crawl crazy cream creek creep crest crime crisp cross crowd crown crude cruel crumb crush
crust curve daily dairy daisy dance delay depth diary donor doubt dough dozen draft drain drama drank dream dress
dried drift drill drink drive drown eager eagle early earth elbow elder enemy enjoy enter equal error essay event
every exact extra fable faint fairy faith false fancy feast fence fever field fight final first flame flash flask
fleet flesh float flock flood floor flour fluid flute focus force forge frame fresh front frost fruit funny giant
given glass globe glory glove grace grade grain grand grant grape graph grasp grass grate grave graze great greed
green greet grief grill grind groan groom group grove guard guess guest guide habit happy harsh haste heart heavy
hedge honey horse hotel house human humor ideal image inner input issue ivory jewel joint judge juice knife knock
known label labor large laser later laugh layer learn lease least leave lemon level lever light linen local lodge
logic loose lower loyal lucky lunar lunch magic major maple march marsh match maybe mayor medal mercy merge metal
might minor minus mixed model money month moral motor mount mouse mouth movie music nerve never night noble noise
north novel nurse ocean offer olive onion opera orbit order other ought outer paint panel paper party paste patch
pause peace peach pearl pedal penny phase phone photo piano piece pilot pinch pitch place plain plane plank plant
plate plead pluck point polar porch pound power press price pride prime print prior prize proof proud prove pupil
purse queen quest quick quiet quilt quite quota quote radar radio raise ranch range rapid ratio reach react ready
realm rebel refer reign relax reply rider ridge rifle right rigid rinse risen river roast robin robot rough round
route royal rural sadly salad salty sandy sauce scale scare scarf scene scent scoop scope score scout scrap screw
seize sense serve seven shade shaft shake shall shame shape share shark sharp sheep sheer sheet shelf shell shift
shine shirt shock shore short shout shown sight silly since sixth skate skill skirt slate sleep slice slide slope
small smart smell smile smith smoke snack snail snake solar solid solve sound south space spare spark speak spear
speed spell spend spice spike spill spine spoke spoon sport spray squad stack staff stage stain stair stake stale
stall stamp stand stare start state steak steal steam steel steep steer stern stick stiff still sting stock stone
stood stool store stork storm story stove strap straw strip stuck study stuff style sugar suite sunny super sweep
sweet swell swept swift swing sword table taste teach teeth tempo thank their theme there these thick thief thing
think third those three threw throw thumb tiger tight timer tired title toast today tooth topic torch total touch
tough tower trace track trade trail train trait trash treat trend trial tribe trick troop truck truly trunk trust
truth tulip twice twist uncle under union unite until upper upset urban usage usual valid value vault verse video
visit vital vivid vocal voice wagon waist waste watch water weave wheat wheel where which while white whole whose
wider width witch woman world worry worst worth would wound wreck wrist write wrong wrote yacht yield young youth
zebra
adventure airplane answer balloon basket birthday blanket bottle branch bridge building butter butterfly cabbage
camera candle captain castle chicken children chocolate circle coffee companion computer concert corner cottage cotton
courage crocodile curtain danger dangerous daughter desert diamond different dinner dinosaur discovery doctor dolphin
dragon education elephant emperor evening factory farmer father feather festival finger flower forest friend gallery
garden ginger giraffe hammer harbor harvest helmet history hospital important island jacket journey jungle kettle
kitchen kitten ladder language lantern lawyer leather letter library lightning lizard machine market meadow measure
mirror monkey morning mother mountain museum needle network newspaper notebook octopus office orange orchestra package
painter palace parrot passenger pencil pepper picnic pillow planet pocket potato president pumpkin quarter rabbit
rainbow ribbon rocket saddle sandwich school science secret shadow silver singer spider spring square statue stream
street summer sunset sunshine swimming tailor teacher teapot telephone telescope temple theatre thunder ticket tomato
traffic travel treasure tunnel turtle umbrella vacation valley velvet village violin volcano walnut waterfall weather
whistle window winter wizard yellow yesterday
"""

WORDS = tuple(_TEXT.split())
"""Lower-case words of 3 to 9 letters, the shortest first, each once."""

_RARER_TEXT = """
abbe abed abet ably abut aced aces ache achy acme acne acts adds afar agar ages agog ague ahem ahoy aids ails aims
airs airy ajar akin alas alga alit alms aloe alps alto alum amen amid amok amps anew anon ante anti ants aped apes
apex apps apse aqua arcs ares aria arid aril arks arms arts ashy asks asps atop auks aura auto aver avid avow awed
awes awry axed axes axle axon ayes baas babe bade bags bans baps barb bard bars bask bass bate bats baud bawl bays
beau beck beds bees beet begs berg beta beth bets bevy bibs bide bids bier bins bios bits blab blah bled blew blip
blob bloc blub boas bobs bode bods bogs bola bole boll bong bony boon boor boos bops bosh bots bows boxy boys bozo
brad brae bras bray bred brie brig brio bros buds buff bugs bums bung buns bunt buoy burg burl burp burr burs bury
butt buys buzz byes cads calk cams cans cant caps cars cats caul cava caws cede cels chad chic chow chub chug chum
cite claw clef clod clot cloy coax cobs cock coda cods coed cogs coif coke cola cole coma comp conk cons coop coos
coot cops corm cote cots cowl cows cozy crag craw cred crud crux cubs cued cues cuff cull cups curd curs curt cusp
cuss cuts cyan cyst czar dabs dace dada dado dads daft dams dank darn daub days daze dead debs deco deft defy deli
dell demo dens dews dewy dhow dibs dies digs dike dill dims ding dink dins dint dips dirk diva dodo doer doff dogs
dolt dons dope dork dorm dory dote dots dour dozy drab dram drat dray dreg drub drug dubs duct dude duds dues duet
duff duke duly dumb dump dung dunk duos dupe dyad dyed dyer dyes dyne ears eats eave ebbs ecru eddy edgy eels eggs
egos eked ekes elks elms emir emit emus ends eons epee eras ergo ergs errs etch euro eves ewer ewes exec exes expo
eyed eyes fabs fads fain fans fats faun faux faze fees fend fens feta fete feud fiat fibs fief fife figs fins firs
fits fizz flab flak flan flax flay flee flew flex flit floe flog flop flub flue flus flux foci foes fogs fogy font
fops fore foxy fret funk furl furs fuss fuzz gabs gads gaff gage gags gala gall gals gape gaps garb gash gasp gawk
gays geek geld gels gems gent gets gibe gigs gilt gimp gird gist glee glen glib glob glop glug glum glut gnat gnaw
gnus goad gobs gods goer gong goof goon goop gore gory gosh gout grad grit grog grub guff gulp gums gunk guns guru
gush guts guys gyms gyre gyro hack haft hake halo hams hank hark hart hash hasp hats hays hazy heck heed heft hell
hemp hems hens hers hewn hews hick hips hiss hits hive hoax hobs hock hoed hoes hogs hols holt holy hone honk hoot
hops hots hove hubs hues huff hugs hula hulk hump hums hunk husk huts hymn hype hypo ibex ibis iced ices icky ides
idly idol iffy ills imps info inks inky inns ions iota iris irks isle itch jabs jack jags jamb jams jape jars java
jaws jays jean jeep jeer jerk jest jets jibe jibs jigs jilt jinn jinx jive jobs jock jogs jots jowl joys judo jugs
juju jute juts kale kegs keno kerb kern keys khan kids kill kiln kilo kilt kink kith kits kiwi knob koan kohl kudu
labs lacy lads lags lair lama laps lard lass lath lats laud laws lays lazy leas leek leer lees legs lent lest lets
levy lewd liar lice lick lids lied lien lies lieu lilt lint lips lira lisp lite loam lobe lobs loch loco lode logo
logs loin loll loon lope lops loth lots lout lows luff luge lugs lull lurk lute lynx lyre mace magi mags maim mako
mama mans maps marl mars mart mash mats maul maws mead meek meme meow mesa mess mete mewl mews mica mien miff mime
mini mink minx mire mite mitt mobs mock mods mojo molt moms mono moor moos moot mope mops morn mote mows muck muds
muff mugs mull mums muon murk muse mush musk muss mute mutt nabs nags nape naps navy nays neon nerd nets newt nibs
nick nigh nips nods noes nook nope nosy nova nubs null numb nuns nuts oafs oaks oars oats oboe odds odes odor ogle
ogre ohms oils oily oink okay okra omen omit ones onto onus onyx ooze oozy opal opts opus orbs orca ores ours oust
outs oval owed owes owls owns oxen pact pads pall pals pang pans pant papa pare pate pats pawn paws pays peal peas
peat peck peek peep pegs pelt pens peon perk perm pert peso pets pews pied pies pigs pike ping pins pips pita pith
pits pity plat pled plod plop plow ploy plum pods poke poky polo pomp pops posh posy pots pout pram prep prig prim
prod prom prow pubs puck pugs puke pulp puma punk puns punt puny pupa pups purl purr puts putt quad quay quid quip
racy rags rams rand rani rant raps rapt rasp rats rays raze ream redo reds reek refs rein rend repo revs ribs rick
rids rife riff rift rigs rile rill rime rims rind rink rips rite roan robs rods romp rood rook ropy rote rots rout
rove rows rube rubs ruby rude rued rues ruff rugs rump rums rune runs ruse rusk ruts sacs saga sago sags sans saps
sari sash sass sate sawn saws says scab scad scam scat scow scum sear seas sect seep seer sees semi sera sere serf
sets sewn sews shad shag sham shim shin shod shoo shun sick silt sine sips sire sirs sits skew skid skim skis skit
slag slat slaw slay slew slob sloe slog slop slum slur smog smug snag snip snit snob snot snub sobs sods solo sons
soot sops sots sous sown sows soya spam spas spat spay spec sped spew spry spud spur stab stag stat stub stud stye
subs suds sued sues suet sumo sump sums suns sups swab swag swam swat swig swop swot swum sync tabs tack taco tact
tads tags talc tamp tams tang tans taps tare tarn taro tarp tars tart tats taut teak teas tech teed teem teen tees
tens tern thaw thee thou thud thug tics tied tier ties tiff tine tins tipi tips toed toes tofu toga togs tome toms
tong tons toot tops tore tors tory tote tots tout tows toys tram trio trod troy tsar tuba tubs tugs tutu twit twos
tyke typo tyre ulna umps unto uric urns user uses vamp vans vary vats veer vend veto vets vial vibe vied vies vise
vole volt vows wads waft wags waif wail wane wars wart waxy ways wean webs weds weep weir weld welt wept wets whee
whet whew whey whim whir whit whiz whoa wick wigs wile wily wimp wins wiry wisp wits woes woke wold womb wont woof
woos wove wows wren writ yaks yams yank yaps yawl yaws yeah yeas yelp yeti yews yogi yolk yore yowl yuck yule yurt
zany zaps zebu zeds zest zeta zinc zing zips zits zoos
"""

RARER_WORDS = tuple(_RARER_TEXT.split())
"""More words of 4 letters, inflected ones and rarer ones: right in answers, but not used in problems."""
