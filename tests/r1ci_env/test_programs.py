"""Programs that are made of a function and an instance."""

import importlib
import itertools
import textwrap

import pytest

from r1ci_env.programs import assignment, literal, program

IMPORTS = """
from collections import Counter
import math
from r1ci_env.wrappers import candidates
import ast
from datetime import date as day
"""
NUMBERS = itertools.count()


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return the program of a function, given the lines of its module."""
    monkeypatch.syspath_prepend(tmp_path)

    def program_of(source, name="solve", **instance):
        importlib.invalidate_caches()
        module = f"solver_{next(NUMBERS)}"
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(source))
        return program(getattr(importlib.import_module(module), name), instance)

    return program_of


def printed(text, capsys):
    exec(compile(text, "<program>", "exec"), {})
    return capsys.readouterr().out.strip()


def test_a_function_that_returns_at_its_end_is_flat(written, capsys):
    text = written(
        '''
        import math

        def solve(a: int, b: int) -> str:
            """Take the greatest common divisor."""
            divisor = math.gcd(a, b)
            return str(divisor)
        ''',
        a=12,
        b=18,
    )
    assert text == "import math\na = 12\nb = 18\ndivisor = math.gcd(a, b)\nprint(divisor)\n"
    assert printed(text, capsys) == "6"


def test_any_other_stays_a_function(written, capsys):
    source = '''
        def solve(a: int) -> str:
            """Say whether it is even."""
            if a % 2:
                return "no"
            return "yes"

        def verify(answer: str, a: int) -> bool:
            """Look at the last digit."""
            if answer not in ("yes", "no"):
                return False
            return (str(a)[-1] in "02468") == (answer == "yes")
        '''
    text = written(source, a=4)
    assert text.startswith("a = 4\n\ndef solve(a):\n") and text.endswith("\n\nprint(solve(a))\n")
    assert printed(text, capsys) == "yes"
    text = written(source, "verify", answer="no", a=4)
    assert "\n\ndef check(answer, a):\n" in text and text.endswith("\n\nprint(check(answer, a))\n")
    assert printed(text, capsys) == "False"


def test_nested_functions_stand_apart(written, capsys):
    text = written(
        '''
        def solve(n: int) -> str:
            """Multiply."""
            done = []
            # from below
            def product(k):
                last = 1
                def times(factor):
                    return factor * last
                return times(k) * product(k - 1) if k else 1

            done.append(product(n))
            def shown():
                return done[0]
            return str(shown())
        ''',
        n=4,
    )
    assert text == textwrap.dedent(
        """\
        n = 4
        done = []

        # from below
        def product(k):
            last = 1

            def times(factor):
                return factor * last

            return times(k) * product(k - 1) if k else 1

        done.append(product(n))

        def shown():
            return done[0]

        print(shown())
        """
    )
    assert printed(text, capsys) == "24"


def test_a_function_first_of_all_stands_apart_from_the_instance(written):
    text = written(
        '''
        def solve(n: int) -> str:
            """Double."""
            # twice as much
            def double(k):
                return 2 * k

            return str(double(n))
        ''',
        n=4,
    )
    assert text == "n = 4\n\n# twice as much\ndef double(k):\n    return 2 * k\n\nprint(double(n))\n"


def test_imports_are_sorted_and_only_those_that_are_used(written):
    text = written(
        f'''{textwrap.indent(IMPORTS, " " * 8)}
        def solve(letters: str) -> str:
            """Count."""
            node = ast.parse(letters)
            times = Counter(letters), day(2000, 1, 1), math.pi, node
            return str(times)
        ''',
        letters="aab",
    )
    assert text.splitlines()[:5] == [
        "import ast",
        "import math",
        "from collections import Counter",
        "from datetime import date as day",
        'letters = "aab"',
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "candidates = [letters]\n    return candidates[0]",
        'return " ".join(candidates for candidates in letters)',
        "def inner(candidates):\n        return candidates\n\n    return inner(letters)",
        "for candidates in letters:\n        pass\n    return candidates",
        "return (lambda candidates, *math: candidates)(letters)",
        "try:\n        pass\n    except ValueError as candidates:\n        pass\n    return letters",
    ],
)
def test_local_names_are_not_those_of_the_module(written, lines):
    source = f'{IMPORTS}\ndef solve(letters: str) -> str:\n    """Do."""\n    {lines}\n'
    assert "import" not in written(source, letters="abc")


@pytest.mark.parametrize(
    "lines",
    [
        "return str(candidates(letters))",
        "return str([candidates(one) for one in letters])",
        "def inner(text):\n        return candidates(text)\n\n    return inner(letters)",
        "return (lambda: candidates)()(letters)",
        "return helper(letters)",
    ],
)
def test_what_reaches_this_package_is_refused(written, lines):
    helper = "def helper(text):\n    return candidates(text)\n"
    source = f'{IMPORTS}\n{helper}\ndef solve(letters: str) -> str:\n    """Do."""\n    {lines}\n'
    with pytest.raises(ValueError, match="solvers stand alone"):
        written(source, letters="abc")


def test_assignments_are_lines_that_can_be_read():
    assert assignment("n", 3) == "n = 3"
    assert assignment("word", "it's") == 'word = "it\'s"'
    assert assignment("rows", [[1] * 20, [2] * 20]) == f"rows = [\n    {[1] * 20},\n    {[2] * 20},\n]"
    for value in ({"a": {1, 2}}, ("x",), [], set(), None, 2.5, True, {i: "x" * 20 for i in range(9)}, 'a\n"b"', "a\nb"):
        found = {}
        exec(assignment("value", value), {}, found)
        assert found["value"] == value
    with pytest.raises(ValueError, match="no literal"):
        literal(object())
