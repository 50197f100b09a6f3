r"""The signs in which models write mathematics, brought to one spelling before a reader looks at them."""

import re

MINUS_SIGNS = "−–—‒‐‑﹣－"
DASHES = str.maketrans(dict.fromkeys(MINUS_SIGNS, "-"))
"""For `str.translate`: every minus sign and dash becomes ``-``."""

_SPELLINGS = {
    **dict.fromkeys(MINUS_SIGNS, "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\u2007\u2002\u2003\u2005\u2006\u3000", " "),
    **dict.fromkeys((r"\,", r"\;", r"\:", r"\ ", r"\quad", r"\qquad"), " "),
    **dict.fromkeys((r"\!", r"\left", r"\right", r"\displaystyle", "\u200b", "\ufeff"), ""),
    **dict.fromkeys((r"\dfrac", r"\tfrac", r"\cfrac"), r"\frac"),
    **dict.fromkeys((r"\times", r"\cdot", r"\ast", "×", "·", "⋅", "∗", "∙", "•"), "*"),
    **{"**": "^", "{,}": ",", r"\%": "%", r"\$": "$", "⁄": "/", "∕": "/", "÷": "/", r"\div": "/", "٪": "%", "％": "%"},
    **dict.fromkeys((r"^{\circ}", r"^\circ", r"\degree", "º"), "°"),
}
_SPELLING = re.compile(
    "|".join(
        re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() else "")
        for sign in sorted(_SPELLINGS, key=len, reverse=True)
    )
)
_TIE = re.compile(r"(?<=[\w)}\]$,;])~(?=[\w\\$({])")
"""LaTeX's blank that does not break; any other tilde says that a value is approximate."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5"}
_VULGAR |= {"⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf|textit|mathbf|textrm|operatorname)\s*\{([^{}]*)\}")


def plain(text: str) -> str:
    r"""Return the text in ASCII signs: ``-``, blanks, ``*``, ``/``, ``^`` for powers; what ``\text{…}`` holds."""
    if text.isascii() and "\\" not in text and "**" not in text and "~" not in text and "{,}" not in text:
        return text
    text = _SPELLING.sub(lambda match: _SPELLINGS[match[0]], _TIE.sub(" ", text))
    text = _RAISED.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), _TEXT.sub(r"\1", text))
    return re.sub(r"(\d?)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])", _vulgar, text)


def _vulgar(match: re.Match[str]) -> str:
    return f"{match[1]} {_VULGAR[match[2]]}" if match[1] else _VULGAR[match[2]]
