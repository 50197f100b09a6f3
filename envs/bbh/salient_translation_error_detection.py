"""SalientTranslationErrorDetection: which kind of error a translation has."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice
from r1ci_env.envs.bbh.original import original_choice
from r1ci_env.task import Problem

SENTENCES = {1: 1, 2: 2, 3: 4, 4: 7, 5: 12}
KINDS = {
    "Modifiers or Adjectives": "m",
    "Numerical Values": "YN",
    "Negation or Antonyms": "n",
    "Named Entities": "CDHPF",
    "Dropped Content": "d",
    "Facts": "f",
}
"""The kinds of error in the original's order, with the marks and slots of a translation where each can be made."""

CITIES = (
    "Köln/Cologne München/Munich Wien/Vienna Genf/Geneva Prag/Prague Warschau/Warsaw Rom/Rome Mailand/Milan "
    "Venedig/Venice Lissabon/Lisbon Kopenhagen/Copenhagen Athen/Athens Brüssel/Brussels Zürich/Zurich "
    "Nürnberg/Nuremberg Straßburg/Strasbourg Hamburg/Hamburg Paris/Paris London/London Madrid/Madrid Dresden/Dresden"
).split()
HARBOURS = ("Venedig/Venice", "Lissabon/Lisbon", "Kopenhagen/Copenhagen", "Athen/Athens", "Hamburg/Hamburg")
MEN = (
    "Karl Brandt, Otto Keller, Emil Sommer, Paul Richter, Hugo Lindner, Anton Weiss, Josef Hartmann, Felix Moser, "
    "Georg Steiner, Viktor Amsel, Ludwig Falk, Bruno Engel, Albert Kranz, Simon Huber"
).split(", ")
WOMEN = (
    "Anna Winter, Clara Vogel, Marie Baumann, Helene Krug, Luise Berger, Ida Schwarz, Rosa Lehmann, Martha Zeller, "
    "Elsa Kern, Julia Pfeifer, Greta Sander, Frieda Roth, Nora Stahl, Hanna Ebner"
).split(", ")

# A German sentence, then the English one. Slots: {C}, {D} cities, {H} a city by the sea, {P} a man, {F} a woman,
# {Y} a year, {N} a number.
# Marks [kind right|wrong]: m modifier, n negation or antonym, f fact, d dropped content.
PAIRS = """\
Der rote Turm am Hafen von {H} wurde {Y} von dem Architekten {P} gebaut, der selbst nie dort wohnte.
The [m red|white] tower at the harbour of {H} was built in {Y} by the [f architect|painter] {P}[d , who never lived \
there himself|].
{F} ist eine bekannte Pianistin aus {C}, die {N} Konzerte gegeben hat und ungern vor Publikum spielt.
{F} is a [m well-known|young] [f pianist|dancer] from {C} who has given {N} concerts[d  and does not like to play in \
public|].
Die hölzerne Brücke bei {C} ist {N} Meter lang und für Lastwagen gesperrt.
The [m wooden|iron] bridge near {C} is {N} metres long and [n closed|open] to [f lorries|bicycles].
Im Jahr {Y} gründete {P} in {C} eine Schule für blinde Kinder, die bald über die Grenzen hinaus bekannt war.
In {Y}, {P} founded a [f school|hospital] for [m blind|orphaned] children in {C}[d , which was soon known beyond the \
borders|].
Der Zug von {C} nach {D} fährt nicht am Sonntag und braucht {N} Stunden.
The [f train|ferry] from {C} to {D} [n does not run|runs] on Sundays and takes {N} hours.
Das Museum in {C} zeigt {N} blaue Vasen, die {P} der Stadt geschenkt hat.
The [f museum|library] in {C} shows {N} [m blue|golden] vases[d  that {P} gave to the city|].
Der Roman von {F} erschien {Y} in {C} und wurde ein großer Erfolg.
The [f novel|cookbook] by {F} was published in {C} in {Y} and became a great [n success|failure].
Die Kirche in {C} hat einen runden Turm und ist älter als das Rathaus, das {Y} fertig wurde.
The [f church|school] in {C} has a [m round|leaning] tower and is [n older|younger] than the town hall[d , which was \
finished in {Y}|].
{P} war ein freundlicher Arzt, der {N} Jahre lang in {C} lebte und arme Kranke ohne Bezahlung behandelte.
{P} was a [m friendly|French] [f doctor|lawyer] who lived in {C} for {N} years[d  and treated poor patients without \
payment|].
Die Bibliothek von {C} besitzt {N} lateinische Handschriften, die nicht ausgeliehen werden dürfen.
The [f library|cathedral] of {C} owns {N} [m Latin|Greek] manuscripts that may [n not be|be] borrowed.
Nach dem Krieg verkaufte {F} das gelbe Haus in {C} für {N} Gulden.
[n After|Before] the war, {F} [f sold|built] the [m yellow|grey] house in {C} for {N} guilders.
Bei {C} ist der Fluss {N} Meter breit und im Winter oft gefroren, sodass man ihn zu Fuß überqueren kann.
At {C}, the [f river|canal] is {N} metres wide and [n often|seldom] frozen in winter[d , so that one can cross it on \
foot|].
{P} gewann {Y} das Rennen in {C}, obwohl sein linker Fuß verletzt war.
{P} [n won|lost] the [f race|chess tournament] in {C} in {Y}[d , although his left foot was injured|].
Die alte Mühle bei {C} brannte {Y} ab und wurde nicht wieder aufgebaut.
The [m old|white] [f mill|chapel] near {C} burned down in {Y} and was [n not rebuilt|rebuilt].
Der Garten hinter dem Schloss in {C} hat {N} Apfelbäume und einen quadratischen Teich, in dem Karpfen leben.
The garden [n behind|in front of] the castle in {C} has {N} [f apple trees|fountains] and a [m square|triangular] \
pond[d  in which carp live|].
{F} malte {Y} ein Bild des alten Hafens von {H}, das heute im Rathaus hängt.
{F} painted a picture of the [m old|frozen] [f harbour|market] of {H} in {Y}[d , which hangs in the town hall today|].
Die Stadt {C} hat mehr Einwohner als {D}, aber nur {N} Schulen.
The city of {C} has [n more|fewer] inhabitants than {D}, but only {N} [f schools|bakeries].
Der Verein in {C} hat {N} Mitglieder und trifft sich in einem grünen Zelt außerhalb der Stadt.
The [f club|orchestra] in {C} has {N} members and meets in a [m green|round] tent [n outside|inside] the city.
{P} kam {Y} als Sohn eines Schmieds in {C} zur Welt und lernte früh lesen.
{P} was born in {C} in {Y} as the son of a [f blacksmith|tailor] and learned to read [n early|late].
Die schwarze Katze auf dem Wappen von {C} trägt einen Schlüssel im Maul, weil sie der Sage nach das Tor öffnete.
The [m black|silver] [f cat|goose] on the coat of arms of {C} carries a key in its mouth[d  because, as legend has it, \
it opened the gate|].
Das Schiff lief {Y} mit {N} Matrosen aus {H} aus und kehrte nicht zurück.
The ship left {H} in {Y} with {N} [f sailors|horses] and [n did not return|returned].
Der Wein aus der Gegend um {C} ist teuer und wird in braunen Flaschen verkauft.
The [f wine|juice] from the area around {C} is [n expensive|cheap] and is sold in [m brown|square] bottles.
{F} leitete von {Y} an das städtische Theater in {C}, in dem sie früher als Näherin gearbeitet hatte.
From {Y} on, {F} managed the [m municipal|royal] [f theatre|bank] in {C}[d , where she had once worked as a \
seamstress|].
In der Höhle bei {C} fand man {N} steinerne Figuren, von denen keine beschädigt war.
In the [f cave|well] near {C}, {N} [m stone|bronze] figures were found[d , none of which was damaged|].
Das Gesetz von {Y} erlaubte den Bauern, im Wald bei {C} Holz zu sammeln, sofern sie es nicht verkauften.
The law of {Y} [n allowed|forbade] the [f farmers|monks] to collect wood in the forest near {C}[d , provided that they \
did not sell it|].
{P} unterrichtet {N} Schüler an einer katholischen Schule bei {C}, die mit dem Bus nicht zu erreichen ist.
{P} [f teaches|examines] {N} pupils at a [m Catholic|private] school near {C}[d , which cannot be reached by bus|].
Der Markt von {C} findet im Sommer täglich statt, und {N} Händler verkaufen dort frischen Fisch.
The market of {C} [n takes|does not take] place daily in summer, and {N} traders sell [m fresh|smoked] [f fish|cheese] \
there.
{F} schrieb {Y} einen langen Brief an {P}, in dem sie um Verzeihung bat.
{F} wrote a [m long|secret] [f letter|poem] to {P} in {Y}[d , in which she asked for forgiveness|].
Das Hotel in {C} liegt weit vom Bahnhof entfernt und hat {N} Zimmer mit eisernen Betten.
The [f hotel|monastery] in {C} lies [n far from|close to] the station and has {N} rooms with [m iron|broad] beds.
Der Berg bei {C} ist mit Kiefern bewachsen und lässt sich in {N} Minuten besteigen, wenn kein Nebel herrscht.
The mountain near {C} is covered with [f pines|vines] and can be climbed in {N} minutes[d  if there is no fog|].
Im Keller der Apotheke in {C} lagern {N} gläserne Gefäße, die niemand öffnen darf.
In the cellar of the [f pharmacy|brewery] in {C}, {N} [m glass|clay] vessels are stored[d  that nobody may open|].
{P} verließ das Kloster in {C} im Jahr {Y}, weil er krank war.
{P} [n left|entered] the [f monastery|university] in {C} in {Y}[d  because he was ill|].
Die Suppe nach dem Rezept von {F} wird mit saurer Sahne und {N} Nüssen zubereitet und kalt gegessen.
The [f soup|cake] after the recipe of {F} is prepared with [m sour|whipped] cream and {N} nuts and eaten [n cold|hot].
Der Dichter {P} starb {Y} in {C}, ohne sein letztes Werk vollendet zu haben.
The [f poet|general] {P} [n died|was born] in {C} in {Y}[d  without having completed his last work|].
Seit {Y} fährt ein elektrischer Bus zwischen {C} und {D}, in dem Kinder nichts bezahlen.
Since {Y}, an [m electric|open] [f bus|boat] has been running between {C} and {D}[d , on which children pay nothing|].
Das Archiv in {C} bewahrt einen geheimen Vertrag auf, den {P} {Y} unterzeichnete.
The [f archive|hospital] in {C} keeps a [m secret|handwritten] treaty[d  that {P} signed in {Y}|].
Die Fabrik in {C} stellt {N} verschiedene Arten von Knöpfen her und beschäftigt mehr Frauen als Männer.
The factory in {C} makes {N} different kinds of [f buttons|knives] and employs [n more|fewer] women than men.
{F} lehnte {Y} den Preis der Stadt {C} ab, weil sie den Bürgermeister verachtete.
In {Y}, {F} [n refused|accepted] the [f prize|flag] of the city of {C}[d  because she despised the mayor|].
Der weiße Leuchtturm im Hafen von {H} ist {N} Meter hoch und aus großer Entfernung sichtbar.
The [m white|striped] [f lighthouse|statue] in the harbour of {H} is {N} metres high and [n visible|invisible] from a \
great distance.
{P} reparierte in seiner Werkstatt in {C} vor allem goldene Taschenuhren, die er reichen Kunden nach Hause brachte.
In his workshop in {C}, {P} mainly repaired [m golden|wooden] [f pocket watches|flutes][d , which he took to \
rich customers' homes|].
Die Schlacht bei {C} dauerte {N} Stunden und endete {Y} mit einer überraschenden Niederlage des Königs.
The [f battle|race] near {C} lasted {N} hours and ended in {Y} with a [m surprising|shameful] [n defeat|victory] of \
the king.
Die Studentin {F} wohnte {N} Wochen bei einer reichen Tante in {C}, die viele Papageien besaß.
The [f student|nurse] {F} lived for {N} weeks with a [m rich|deaf] aunt in {C}[d  who owned many parrots|].
Das Feuer in der Bäckerei von {C} wurde {Y} durch einen betrunkenen Gesellen verursacht, der später begnadigt wurde.
The fire in the [f bakery|town hall] of {C} in {Y} was caused by a [m drunken|one-eyed] journeyman[d  who was later \
pardoned|].
{F} sprach in {C} leise vor {N} schwedischen Ingenieuren über den Bau von Brücken.
{F} spoke [n softly|loudly] in {C} to {N} [m Swedish|retired] engineers about the building of [f bridges|ships].
Das Dorf bei {C} hat keinen Bahnhof, aber eine steinerne Brücke aus dem Jahr {Y}.
The village near {C} has [n no|a] station but a [m stone|wooden] [f bridge|church] from {Y}.
{P} züchtete bei {C} {N} Jahre lang weiße Kaninchen und verlor dabei sein ganzes Vermögen.
Near {C}, {P} bred [m white|long-haired] [f rabbits|horses] for {N} years[d  and lost his whole fortune in doing so|].
Die Ausstellung in {C} wurde {Y} eröffnet und zog wenige Besucher an, weil der Eintritt teuer war.
The [f exhibition|swimming pool] in {C} opened in {Y} and attracted [n few|many] visitors[d  because admission was \
expensive|].
Der Bäcker {P} lieferte täglich {N} dunkle Brote an das Gefängnis in {C}, obwohl ihn die Stadt nie bezahlte.
The baker {P} delivered {N} [m dark|sweet] loaves a day to the [f prison|hospital] in {C}[d , although the city never \
paid him|].
{F} ist die jüngere Schwester des Malers {P} und arbeitet als Richterin in {C}.
{F} is the [n younger|older] sister of the [f painter|composer] {P} and works as a [f judge|midwife] in {C}.
Die Glocke von {C}, die {Y} gegossen wurde, wiegt {N} Zentner und läutet nur bei Gefahr.
The bell of {C}, which was [f cast|stolen] in {Y}, weighs {N} hundredweight[d  and rings only in case of danger|].
Ein anonymer Spender schenkte der Schule in {C} {Y} mehrere Mikroskope, die bis heute benutzt werden.
In {Y}, an [m anonymous|American] donor gave the school in {C} several [f microscopes|violins][d  that are used to \
this day|].
Der Vertrag zwischen {C} und {D} wurde {Y} in einem achteckigen Saal geschlossen und ist weiterhin gültig.
The treaty between {C} and {D} was concluded in an [m octagonal|ornate] [f hall|tent] in {Y} and is still \
[n valid|invalid].
{P} verteidigte den angeklagten Fischer vor dem Gericht in {C}, ohne Geld dafür zu nehmen.
{P} defended the [m accused|elderly] [f fisherman|cook] before the court in {C}[d  without taking money for it|].
Im Stadtpark von {C} stehen {N} krumme Eichen, die {F} {Y} pflanzte.
In the city park of {C} stand {N} [m crooked|hollow] [f oaks|palms][d , which {F} planted in {Y}|].
Der Lehrer {P} war bei seinen Schülern in {C} unbeliebt, denn er gab ihnen täglich {N} schriftliche Aufgaben.
The [f teacher|coach] {P} was [n unpopular|popular] with his pupils in {C}, for he gave them {N} [m written|musical] \
exercises every day.
Die Akrobatin {F} überquerte {Y} den Fluss bei {C} auf einem dünnen Seil, während ihr Bruder Trompete spielte.
The [f acrobat|nun] {F} crossed the river near {C} on a [m thin|burning] rope in {Y}[d , while her brother played the \
trumpet|].
Das Krankenhaus in {C} wurde vor der Brücke fertig und hat {N} sonnige Zimmer.
The [f hospital|prison] in {C} was finished [n before|after] the bridge and has {N} [m sunny|tiled] rooms.
{P} kaufte {Y} in {C} ein kaputtes Klavier, das er seiner Tochter zum Geburtstag schenkte.
In {Y}, {P} [n bought|sold] a [m broken|black] [f piano|telescope] in {C}[d , which he gave to his daughter for her \
birthday|].
Die Straße von {C} nach {D} ist schmal und wird von {N} Kastanien gesäumt.
The [f road|canal] from {C} to {D} is [n narrow|wide] and lined by {N} [f chestnut trees|statues].
Der Käse aus {C} reift {N} Tage in einem steinernen Keller und wird danach mit Asche bestreut.
The [f cheese|ham] from {C} ripens in a [m stone|dark] cellar for {N} days[d  and is then sprinkled with ash|].
{F} war mit dem Ergebnis der Wahl in {C} unzufrieden und trat {Y} zurück.
{F} was [n dissatisfied|satisfied] with the result of the [f election|experiment] in {C} and resigned in {Y}.
Der Fotograf {P} besuchte {Y} die zerstörten Dörfer bei {C} und schlief dort in einem Zelt.
The [f photographer|bishop] {P} visited the [m destroyed|remote] villages near {C} in {Y}[d  and slept there in a \
tent|].
Die Zeitung aus {C} druckte {Y} einen langen Bericht über {F}, für den sie sich später entschuldigte.
In {Y}, the newspaper from {C} printed a [m long|humorous] [f report|poem] about {F}[d , for which it later \
apologised|].
Ein hungriger Bär drang {Y} in die Schule von {C} ein und fraß {N} Äpfel, ohne jemanden zu verletzen.
In {Y}, a [m hungry|brown] [f bear|wolf] entered the school of {C} and ate {N} apples[d  without hurting anybody|].
"""
MARK = re.compile(r"\[(\w) ([^|]*)\|([^]]*)\]")


class SalientTranslationErrorDetection(MultipleChoice):
    """Name the kind of error in a translation from German.

    Description:
        A German text and an English translation are given that has one error, of one of six kinds. The kind is asked
        for.

    Answer format:
        The letter of the option, such as ``(B)``; the kind's name does as well.

    Levels:
        One sentence at level 1, as in the original; 12 sentences, one of them translated wrongly, at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard salient_translation_error_detection, whose machine translations have more errors than the one
        asked for. The sentences and translations are written by us, with slots for names and numbers, and faithful but
        for the one edit; no edit of a modifier or fact gives an opposite. There are 64 sentences, and some wrong words
        occur only as errors: small predictors that have learnt them are right in 0.45 at level 1 and about 0.3 at level
        2, and no more than others of a choice of six from level 3 on. No reference solver: what the German words mean
        is not in the question.
    """

    no_program = "What German words mean is not in the question."

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a kind of error and sentences, in one of which it can be made."""
        kind = rng.choice(list(KINDS))
        lines = PAIRS.splitlines()
        pairs = list(zip(lines[::2], lines[1::2], strict=True))
        possible = [pair for pair in pairs if _places(pair[1], kind)]
        wrong = rng.choice(possible)
        chosen = rng.sample([pair for pair in pairs if pair != wrong], SENTENCES[level] - 1)
        chosen.insert(rng.randint(0, len(chosen)), wrong)
        translated = [_translated(rng, pair, kind if pair == wrong else None) for pair in chosen]
        text = (
            "The English translation of a German text has exactly one error, of one of these kinds.\n"
            "Modifiers or Adjectives: a modifier of a noun is replaced by another one that is not its opposite.\n"
            "Numerical Values: a number or date is changed.\n"
            "Negation or Antonyms: a negation is added or removed, or a word is replaced by its opposite.\n"
            "Named Entities: the name of a person or place is replaced by another one.\n"
            "Dropped Content: a part of a sentence is left out.\n"
            "Facts: something else is changed, such as what a thing is or what somebody does.\n"
            f"Source: {' '.join(german for german, _ in translated)}\n"
            f"Translation: {' '.join(english for _, english in translated)}\n"
            "Which kind of error does the translation have?"
        )
        return self.choice_problem(level, text, list(KINDS), kind, {"sentences": len(chosen)})

    def size(self, problem: Problem) -> float:
        """Number of sentences."""
        return float(problem.data["sentences"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_choice(self, item)


def _places(english: str, kind: str) -> list[str]:
    """Return the marks and slots of a translation where an error of the kind can be made."""
    return [
        found[0] for found in re.finditer(r"\[(\w) [^]]*\]|\{(\w)\}", english) if (found[1] or found[2]) in KINDS[kind]
    ]


def _translated(rng: random.Random, pair: tuple[str, str], kind: str | None) -> tuple[str, str]:
    """Fill in a sentence and its translation, with an error of the kind if there is to be one."""
    german, english = pair
    cities = [city.split("/") for city in rng.sample(CITIES, 3)]
    harbours = [city.split("/") for city in rng.sample(HARBOURS, 2)]
    drawn = {
        "P": rng.sample(MEN, 2),
        "F": rng.sample(WOMEN, 2),
        "Y": rng.sample(range(rng.choice((1803, 1804)), 1990, 2), 2),  # both odd or both even: the parity tells nothing
        "N": rng.sample(range(rng.choice((12, 13)), 98, 2), 2),
    }
    right = {slot: str(values[0]) for slot, values in drawn.items()}
    wrong = {slot: str(values[1]) for slot, values in drawn.items()} | {
        "C": cities[2][1],
        "D": cities[2][1],
        "H": harbours[1][1],
    }
    if kind is not None:
        place = rng.choice(_places(english, kind))
        error = MARK.sub(r"\3", place) if place[0] == "[" else wrong[place[1]]
        english = english.replace(place, error)
    german, english = (
        text.format(**right, C=cities[0][i], D=cities[1][i], H=harbours[0][i])
        for i, text in enumerate((german, MARK.sub(r"\2", english)))
    )
    return german, english
