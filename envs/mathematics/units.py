"""Units and things that may stand behind a number: those that the question asks for, and no others.

A unit is a name in the singular, with its power: ``centimeter``, ``centimeter^2``; a thing is a noun: ``apple``.
"""

import re
from collections.abc import Iterator

MAX_WORDS = 8

_UNITS = {
    "length": {
        **{
            "millimeter": "mm millimetre",
            "centimeter": "cm centimetre",
            "meter": "m metre",
            "kilometer": "km kilometre",
        },
        **{"inch": "in", "foot": "ft", "yard": "yd", "mile": "mi"},
    },
    "weight": {"gram": "g gramme", "kilogram": "kg kilogramme", "pound": "lb", "ounce": "oz", "ton": "t tonne"},
    "volume": {"liter": "l litre", "milliliter": "ml millilitre", "gallon": "gal", "pint": "", "quart": "", "cup": ""},
    "time": {"second": "s sec", "minute": "min", "hour": "h hr", "day": "", "week": "", "month": "", "year": "yr"},
    "money": {"dollar": "usd buck $", "cent": "¢", "euro": "eur €"},
    "angle": {"degree": "deg °", "radian": "rad"},
    "energy": {"kilowatt-hour": "kwh", "watt": "w", "kilowatt": "kw"},
}
_ASKED_BY = {
    "length": "long|length|distance|far|wide|width|tall|high|height|perimeter|radius|diameter|circumference|"
    "sides?|deep",
    "area": "area|surface",
    "volume": "volume|capacity",
    "weight": "weighs?|weight|heavy|mass",
    "time": "long|old|ages?|time|when|takes?|took",
    "money": "much|costs?|price|pays?|paid|spen[dt]|earn|money|worth|charges?|profit|saves?|value|change|bill",
    "speed": "fast|speed|rate",
    "angle": "angles?|measures?|degrees?",
    "energy": "energy",
}
_USUAL = {"old|ages?": "year", "much|money|costs?|price|pays?|earn": "dollar", "angles?|degrees?": "degree"}
"""What counts where the question names no unit of the dimension that it speaks of."""

_DIMENSION = {name: dimension for dimension, units in _UNITS.items() for name in units}
_NAMES = {
    alias: name for units in _UNITS.values() for name, aliases in units.items() for alias in (name, *aliases.split())
}
_COMPOUNDS = {"mph": ("mile", "per", "hour"), "kph": ("kilometer", "per", "hour"), "kmh": ("kilometer", "per", "hour")}
_IRREGULAR = {"feet": "foot", "people": "person", "men": "man", "women": "woman", "children": "child", "dice": "die"}
_POWER_BEFORE = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_POWER_BEHIND = {"squared": 2, "cubed": 3}
_ALWAYS = frozenset({"unit", "unit^2", "unit^3"})
_GLUE = frozenset("per of a an the and old long high tall wide deep each total altogether all different".split())

_ASKING_WORD = r"(?:what|how|find|compute|determine|calculate|give|state)"
_NUMBER_OF = re.compile(rf"\b(?:how many|{_ASKING_WORD}\b(?:\s[a-z]+){{0,6}}? number of)\s", re.I)
_ASKED_NEXT = re.compile(rf"\b{_ASKING_WORD}\b(.{{0,45}})", re.I)
_COUNTED = re.compile(r"\d[\d.,]*(?:-\w+)*\s*")  # "how many 3-letter words", "how many of the 20 marbles"
_IN_UNIT = re.compile(r"\bin\s+(?=[A-Za-z])", re.I)
_STOP = re.compile(
    r"\b(?:is|are|was|were|am|do|does|did|can|could|will|would|shall|should|must|may|might|has|have|had|be|been|there|it|"
    r"he|she|they|we|you|i|in|on|at|to|from|for|with|without|that|which|who|whose|if|when|than|by|as|so|such|not|what|"
    r"how)\b|[^A-Za-z\s/.^²³-]|\.(?!\s*[a-z])",
    re.I,
)
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*|[°$€¢/]|\^\s*\{?\s*[23]\s*\}?|[²³]", re.ASCII)
_LAST_WORD = re.compile(r"(?:(?<=[\s\d)}\]*/])[A-Za-z]+(?:-[A-Za-z]+)*\.?|[°€¢$/]|\^\s*\{?\s*[23]\s*\}?)\s*$", re.ASCII)
_AFTER_NUMBER = re.compile(r"\d\s*\$?\s*(?:\\text\{\s*)?(mm|cm|m|km|in\.|ft|g|kg|lb|oz|l|ml|s|h|hr|min)(?![A-Za-z])")
_DOLLARS = re.compile(r"\\\$|\$\d[\d,.]*(?=[\s,;?!)]|$)")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z$\\(])")
_ASKS = re.compile(
    r"\?|^\s*(?:find|compute|determine|calculate|what|how|give|express|evaluate|solve|state|write|answer)\b", re.I
)
_PART = re.compile(r"^[A-E]: (.*)$", re.M)
_PERCENT = re.compile(r"percent(?:age)?|%", re.I)


def asked_units(question: str) -> frozenset[str]:
    """Return the units and things that a question asks for; of several questions those that all of them ask for."""
    return frozenset.intersection(*map(_asked, _PART.findall(question) or [question])) - _GLUE


def asks_for_percentage(question: str) -> bool:
    """Whether a percentage or a rate is asked for; one that is given, such as ``30 percent``, does not count."""
    return all(map(_asks_for_percentage, _PART.findall(question) or [question]))


def named_units(text: str) -> frozenset[str]:
    """Return the known units that a text names."""
    known = {name for name in _names(text) if name.partition("^")[0] in _DIMENSION}
    words = {word.casefold() for word in re.findall(r"[A-Za-z]+", text)}
    short = {name for alias, name in _NAMES.items() if len(alias) < 3 and alias in words}
    after_number = {_NAMES[alias.rstrip(".")] for alias in _AFTER_NUMBER.findall(text)}
    return frozenset((known - short) | after_number | ({"dollar"} if _DOLLARS.search(text) else set()))


def trailing_units(text: str) -> frozenset[str]:
    """Return the units and things at the end of an answer."""
    words, _ = _split_tail(text)
    return frozenset(_names(" ".join(words))) - _GLUE


def without_unit(text: str, allowed: frozenset[str]) -> Iterator[str]:
    """Yield what stands before the words at the end, as often as they are allowed as a unit."""
    words, starts = _split_tail(text)
    for i in reversed(range(len(words))):
        names = set(_names(" ".join(words[i:])))
        if names - _GLUE and names <= allowed | _ALWAYS | _GLUE and words[i][0] not in "/^":
            yield text[: starts[i]].rstrip(" *")


def _split_tail(text: str) -> tuple[list[str], list[int]]:
    """Return the last words of a text, and where they start."""
    words: list[str] = []
    starts: list[int] = []
    while len(words) < MAX_WORDS and (match := _LAST_WORD.search(text[-60:])):
        start = max(len(text) - 60, 0) + match.start()
        words.insert(0, match[0].strip().rstrip("."))
        starts.insert(0, start)
        text = text[:start]
    return words, starts


def _names(text: str) -> list[str]:
    """Return the units and things in a text: in the singular, by their full names, with their powers."""
    found: list[str] = []
    power = 0
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        behind = _POWER_BEHIND.get(word) or (2 if word == "²" else 3 if word == "³" else 0)
        if word in _POWER_BEFORE:
            power = _POWER_BEFORE[word]
        elif behind or word[0] == "^":
            if found:
                found[-1] += f"^{behind or re.sub('[^23]', '', word)}"
        else:
            names = _COMPOUNDS.get(word) or (("per",) if word == "/" else (_singular(word),))
            found += [f"{name}^{power}" if power else name for name in names]
            power = 0
    return found


def _singular(word: str) -> str:
    for form in (word, _IRREGULAR.get(word, ""), word.removesuffix("s"), word.removesuffix("es")):
        if form in _NAMES:
            return _NAMES[form]
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word.removesuffix("s") if len(word) > 2 and not word.endswith("ss") else word


def _asking(question: str) -> str:
    """Return the sentences that ask; where none does, the last."""
    sentences = _SENTENCE.split(question)
    return " ".join(sentence for sentence in sentences if _ASKS.search(sentence)) or sentences[-1]


def _asked(question: str) -> frozenset[str]:
    asking = _asking(question)
    found: set[str] = set()
    for match in _NUMBER_OF.finditer(asking):
        found.update(_names(_phrase(asking[match.end() :]))[:MAX_WORDS])
    for match in _IN_UNIT.finditer(asking):
        names = _names(_phrase(asking[match.end() :]))
        if names and names[0].partition("^")[0] in _DIMENSION:
            found.update(names[:3] if "per" in names[:2] else names[:1])
    return frozenset(found) if found - _GLUE else _measured(question, asking)


def _phrase(text: str) -> str:
    text = _COUNTED.sub("", text[:200])
    stop = _STOP.search(text)
    return text[: stop.start()] if stop else text


def _measured(question: str, asking: str) -> frozenset[str]:
    """Return the units that the question names, of the dimensions that the asking sentence speaks of."""
    named = named_units(question)
    asked_for = _dimensions(" ".join(_ASKED_NEXT.findall(asking)[-1:])) or _dimensions(asking)
    if not asked_for:
        return named
    lengths = {name for name in named if _DIMENSION.get(name) == "length"}
    found = {f"{name}^2" for name in lengths if "area" in asked_for}
    found |= {f"{name}^3" for name in lengths if "volume" in asked_for}
    for name in named:
        base, _, power = name.partition("^")
        dimension = {"2": "area", "3": "volume"}.get(power, _DIMENSION.get(base))
        if dimension in asked_for or ("speed" in asked_for and dimension in ("length", "time")):
            found.add(name)
    for words, usual in _USUAL.items():
        known = any(_DIMENSION.get(name) == _DIMENSION[usual] for name in named)
        if not known and re.search(rf"\b(?:{words})\b", asking, re.I):
            found.add(usual)
    return frozenset(found)


def _dimensions(text: str) -> set[str]:
    return {dimension for dimension, words in _ASKED_BY.items() if re.search(rf"\b(?:{words})\b", text, re.I)}


def _asks_for_percentage(question: str) -> bool:
    asking = _asking(question)
    before = (asking[: match.start()].rstrip(" \\$-") for match in _PERCENT.finditer(asking))
    return any(not text or not (text[-1].isdigit() or text[-1] in "}.") for text in before) or bool(
        re.search(r"\brate\b", asking, re.I)
    )
