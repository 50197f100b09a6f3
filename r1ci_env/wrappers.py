r"""What models put around an answer, taken off layer by layer.

A closing full stop, Markdown's bold, italics, code and heading marks, ``\boxed{…}``, ``$…$``, ``\(…\)``, quotes, a
code fence, tags, and a label such as ``The answer is``. `Task.check` tries what lies under each layer, so that no task
has to; readers of lists use `unwrap` on the items. What is only tried may be taken off freely: a reader refuses what
is left where it makes no sense. A label never says anything about its content: ``not`` stays where it is.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice

MAX_CANDIDATES = 8
"""How many readings of one answer are tried, itself included."""

_ADJECTIVES = (
    "final correct right exact total overall full complete completed required resulting remaining new next missing "
    "minimum maximum minimal least smallest largest greatest shortest last sorted reversed decoded decrypted hidden "
    "original filtered simplified reduced solved rounded transformed updated"
).replace(" ", "|")
_NOUNS = (
    "answer result solution output value total number sum product quotient difference score probability fraction "
    "decimal integer percentage length distance area list order sequence string word words name text message sentence "
    "plaintext password expression equation factorization polynomial integral antiderivative root roots plan path "
    "route moves steps turns ladder grid matrix board array row coordinates position weekday day date colou?r pet "
    "option choice letter conclusion statement argument claim relationship"
).replace(" ", "|")
_OF = r"""
    \s+(?:of|to|for|in|from|on|after)
    (?:\s+(?!(?:not|never|no|nor|neither|is|are|or|and|over|under|above|below|about|around|than|wrong|false)\b)
        (?!(?:less|more|fewer|most|least|almost|nearly|anything)\b)[a-z][a-z-]*){1,6}
"""
_LABEL = re.compile(
    rf"""
    (?:\#{{1,6}}\s+)?(["'`*_]{{0,3}})
    (?:(?:so|thus|hence|therefore|finally)[,:]?\s+)?(?:here(?:\ is|['’]s)\s+)?(?:(?:the|my|our)\s+)?
    (?:
        (?:(?:{_ADJECTIVES})\s+){{0,3}}(?:{_NOUNS})(?:{_OF})?(?:\1\s*[:=]|\s*[:=]\1|\s+(?:is|are)\b:?\1:?)
      | (?:final\s+)?(?:answer|result|solution|output)(?:\s+(?:[-–—=]?>|[-–—→])\s|:?\1:?[^\S\n]*\n)
      | ans\1[:.]\1
      | (?:(?:it|this|that|there)\ (?:is|are)|it['’]s|(?:i|we)\ (?:get|obtain|have))\s
    )\s*
  | \#{{3,6}}\s+ | (?:so|thus|hence|therefore|finally|in\ conclusion)\s*[,:]\s*
  | (?:[-=]>|[→⇒⟹∴•](?!\s*[→⇒⟹∴•])|\\(?:therefore|implies|Rightarrow)(?![a-z])|={{1,2}}(?!>|\s*=))\s*
  | (?:exactly|\\(?:displaystyle|textstyle|large|Large|LARGE|huge|Huge))\s+
    """,
    re.I | re.X,
)
_FENCE = re.compile(r"(`{3,}+|~{3,}+)(?:[ \t]*[\w+-]*[ \t]*\n)?(.*?)\1", re.S)  # the whole run: linear time
_COMMAND = re.compile(
    r"\\(?:boxed|fbox|framebox|text(?:bf|it|rm|sf|tt|sc)?|math(?:rm|bf|it|sf|tt)|emph|underline|bm|boldsymbol|mbox|"
    r"ensuremath)\s*\{"
)
_ELEMENT = re.compile(
    r"<(answer|final_?answer|result|solution|output|b|strong|i|em|u|mark|code|pre|p|span|div)>(.*)</\1\s*>", re.I | re.S
)
_ENVIRONMENT = re.compile(r"\\begin\{((?:equation|align|aligned|gather|displaymath|math)\*?)\}(.*)\\end\{\1\}", re.S)
_CALL = re.compile(r"(?:np\.|numpy\.)?(?:array|list|tuple|deque)\((.*?)(?:,\s*dtype=[\w.'<>]{1,20})?\)", re.S)
_OBJECT = re.compile(r"""\{\s*(["'])(?:final[_ ]?)?(?:answer|result|solution|output)\1\s*:(.*)\}""", re.I | re.S)
_MARKDOWN = {"*": 2, "_": 2, "`": 3}
"""Marks that stand in runs, and how many are taken off at a time."""
_PAIRS = (
    *(("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), ("<<<", ">>>")),
    *(('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»"), ("「", "」"), ("『", "』")),
)
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if not 0xFF10 <= code <= 0xFF19}  # but no digits
_FULL_WIDTH |= {ord("、"): ord(","), ord("【"): ord("["), ord("】"): ord("]")}
_FULL_WIDTH |= dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), ord(" "))
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}\d{0,2});", re.I)
_LATEX = re.compile(
    r"\\\\|\\n(?!e|ot|abla|[iu](?![A-Za-z]))|\\(?:left|right|[bB]igg?[lr]?|q?quad)(?![A-Za-z])|\\[,;:! ]|\\([{}_#%&$])"
    r"|\\(?:text(?:bf|it|rm|sf|tt)?|math(?:rm|bf|it|sf|tt)|mbox)\s{0,3}\{([^{}]*)\}"
)
"""Sizes, blanks, escaped signs and fonts of LaTeX inside an answer, and line ends in a string that was printed."""
_PRINTED = re.compile(
    r"""
    <br\s?/?>
  | \b(?:np|numpy)\.(?:(True|False)_\b|(?:u?int\d*|float\d*|str_|bool_?)\(([^()]*+)\))
  | \b(?:fractions\.)?(?:Fraction|Rational)\(([^(),]*+),([^(),]*+)\)
  | \b(?:decimal\.)?(?:Decimal|mpf|Integer|Float)\(\s*+["']?+([^()"']*+)["']?+\s*+\)
    """,
    re.X,
)
"""What numpy, sympy and the standard library print for a value of theirs."""


def candidates(text: str) -> Iterator[str]:
    """Yield an answer as it stands, then with one layer less at a time, then the same in plain spelling.

    They are at most `MAX_CANDIDATES`, none of them empty. The work is linear in the length of the text.
    """
    return islice(_readings(text), MAX_CANDIDATES)


def _readings(text: str) -> Iterator[str]:
    yield from _layers(text)
    if (plain := _respelled(text)) is not None:  # seldom asked for: most right answers are right as they stand
        yield from _layers(plain)


def _layers(text: str) -> Iterator[str]:
    inner: str | None = text.strip().strip(_INVISIBLE)
    while inner is not None and (text := inner.strip()):
        yield text
        inner = _without_label(text) or _without_marks(text) or _without_full_stop(text)


def unwrap(text: str) -> str:
    """Return the text without the marks around it; a label or a full stop stays."""
    text = text.strip()
    if text[:1].isalnum() or text[-1:].isalnum():  # as most items of a long list: nothing is around it
        return text
    for _ in range(MAX_CANDIDATES):
        inner = _without_marks(text) if text else None
        if not inner:
            break
        text = inner.strip()
    return text


def _without_marks(text: str) -> str | None:
    if text[-1].isalnum():
        return None
    if text.startswith(("```", "~~~")) and (fence := _FENCE.fullmatch(text)):
        return fence[2]
    mark, most = text[:1], _MARKDOWN.get(text[:1], 0)
    for count in range(most, 0, -1):
        if len(text) > 2 * count and text.startswith(mark * count) and text.endswith(mark * count):
            after = text[count : count + 2]
            if (count > 1 and after[0] in ",; ") or (after[0].isspace() and after[1:] == mark):  # cells of a row
                continue
            return text[count:-count]
    for opening, closing in _PAIRS:
        if len(text) > len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing):
            if opening in ('"', "'") and text[1].isspace() and text[2] == opening:
                continue
            return text[len(opening) : -len(closing)]
    if text.startswith("\\") and text.endswith("}"):
        if command := _COMMAND.match(text):
            return text[command.end() : -1]
        if environment := _ENVIRONMENT.fullmatch(text):
            return environment[2]
    if text.endswith(")") and (call := _CALL.fullmatch(text)):
        return call[1]
    element = (_ELEMENT if text.startswith("<") else _OBJECT).fullmatch(text) if text[-1:] in (">", "}") else None
    return element[2] if element else None


def _without_label(text: str) -> str | None:
    label = _LABEL.match(text)
    return text[label.end() :] if label else None


def _without_full_stop(text: str) -> str | None:
    """Take one full stop, comma or semicolon off; right before it may stand a cell that is a point."""
    if text[-1] not in ".。,;":
        return None
    inner = text[:-1].rstrip(" ")
    return None if inner[-1:] in ("", *"。,;") or (inner[-1] == "." and text[-2] == " ") else inner


def _respelled(text: str) -> str | None:
    """Return the text with full-width signs, HTML's entities and printed objects in their plain spelling."""
    plain = text.translate(_FULL_WIDTH) if not text.isascii() else text
    plain = _ENTITY.sub(lambda match: html.unescape(match[0]), plain) if "&" in plain else plain
    plain = _LATEX.sub(lambda match: _plain_latex(*match.group(0, 1, 2)), plain) if "\\" in plain else plain
    plain = _PRINTED.sub(_value, plain) if re.search("[(_<]", plain) else plain
    return plain if plain != text else None


def _plain_latex(whole: str, sign: str | None, text: str | None) -> str:
    if whole == "\\\\":  # the end of a row
        return whole
    if whole == r"\n":  # of a string that was printed
        return "\n"
    return sign or text or ("" if whole[1].isalpha() and whole[-1] != "d" else " ")


def _value(match: re.Match[str]) -> str:
    truth, number, top, bottom, other = match.groups()
    if match[0][0] == "<":
        return "\n"
    return f"{top.strip()}/{bottom.strip()}" if top is not None else truth or number or other or ""
