"""The pruned guest: what stays works, what is left out is missed politely."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest

from r1ci_env.sandbox_wasm import GuestError
from r1ci_env.sandbox_wasm.guest import artefacts, edits, loops, pruning, wasm, widening


@pytest.fixture(scope="module")
def sections():
    return dict(wasm.sections(pruning.pruned_module("base").code))


def output(sandbox, code):
    result = sandbox.run(code)
    assert result.status == "ok", result
    return result.stdout.strip()


def test_calls_are_found_among_other_bytes():
    code = b"\x20\x10\x10" + wasm.padded(70_000) + b"\x41\x10" + wasm.padded(300)[:4] + b"\x10\x05\x0b\x0b\x0b\x0b\x0b"
    at, called = pruning.call_sites(np.frombuffer(code, np.uint8), 89_103)
    assert at.tolist() == [3]
    assert called.tolist() == [70_000]


@pytest.fixture
def bodies():
    """The bodies of the guest's functions by their indices, and the list that names them."""
    parts = dict(wasm.sections(artefacts.read_artefact(artefacts.MODULE_NAME)))
    kept = artefacts.keep_list()
    return dict(enumerate(pruning._bodies(parts[wasm.CODE]), start=kept["imported"])), kept


def test_a_guest_whose_functions_are_others_is_refused(bodies):
    code, kept = bodies
    whole = dict(code)
    edits.apply(code, kept["index"], kept["parser"])
    assert code != whole
    with pytest.raises(GuestError, match="another one"):  # edited already
        edits.apply(code, kept["index"], kept["parser"])
    for name in ("PyArray_ArangeObj", "PyArray_FromArray", "ulonglong_rshift"):
        other = {**whole, kept["index"][name]: whole[kept["index"]["PyErr_Clear"]]}
        with pytest.raises(GuestError, match=f"the guest's {name} is another one: it has .* 0 times"):
            edits.apply(other, kept["index"], kept["parser"])
    first, last = kept["parser"]
    with pytest.raises(GuestError, match="parser is another one"):
        edits.apply(dict(whole), kept["index"], (first + 40, last))


def test_every_loop_looks_whether_it_shall_stop(bodies):
    code, kept = bodies
    starts = loops.decoded(Path(loops.__file__).with_name(loops.FILE_NAME).read_bytes())
    assert loops.decoded(loops.encoded(starts)) == starts
    whole = dict(code)
    loops.make_stoppable(code, asked=37)
    stay = {index for chosen in kept["sets"].values() for a, b in chosen["keep"] for index in range(a, b + 1)}
    assert starts.keys() <= stay and len(starts) > 20_000
    for function, places in starts.items():
        before, after = edits._content(whole[function]), edits._content(code[function])
        assert len(after) == len(before) + 12 * len(places)
        assert all(before[place - 2] == loops.LOOP for place in places)
    assert all(code[function] == whole[function] for function in whole.keys() - starts.keys())
    some = next(iter(starts))
    with pytest.raises(GuestError, match=f"function {some} is another one"):
        loops.make_stoppable({**whole, some: whole[kept["index"]["PyErr_Clear"]] + bytes(99_999)}, asked=37)


def test_the_wrappers_stand_in_the_table(sections):
    table = dict(wasm.sections(artefacts.read_artefact(artefacts.MODULE_NAME)))[wasm.ELEMENT]
    _, at = wasm.function_table(table)
    before, after = wasm.vector(table[at:]), wasm.vector(sections[wasm.ELEMENT][at:])
    index = artefacts.keep_list()["index"]
    at_slots = {after[before.index(index[name])] for name in widening.PARAMETERS}
    stubs = len({kind for kind in artefacts.keep_list()["sets"]["base"]["return_null"]})
    assert len(at_slots) == len(widening.PARAMETERS)
    assert min(at_slots) > max(set(after) - at_slots) - stubs - 1


def test_no_call_names_a_function_that_there_is_not(sections):
    functions = artefacts.keep_list()["imported"] + len(wasm.vector(sections[wasm.FUNCTIONS]))
    code = np.frombuffer(sections[wasm.CODE], np.uint8)
    _, called = pruning.call_sites(code, 1 << 21)
    assert len(called) > 100_000
    assert called.max() < functions


def test_the_table_keeps_its_slots(sections):
    table = dict(wasm.sections(artefacts.read_artefact(artefacts.MODULE_NAME)))[wasm.ELEMENT]
    _, at = wasm.function_table(table)
    assert sections[wasm.ELEMENT][:at] == table[:at]
    assert len(wasm.vector(sections[wasm.ELEMENT][at:])) == len(wasm.vector(table[at:]))


def test_the_built_in_modules_that_are_kept_can_be_imported(sandbox):
    code = """import importlib, sys
missing = []
for name in sys.builtin_module_names:
    try:
        importlib.import_module(name)
    except (ImportError, SystemError) as error:
        missing.append(name)
print(len(sys.builtin_module_names) - len(missing), *missing)
"""
    present, *missing = output(sandbox, code).split()
    assert int(present) >= 76
    assert not {"_bz2", "_csv", "_datetime", "_json", "_lzma", "_sqlite3", "math", "pyexpat", "zlib"} & set(missing)


def test_sqlite_works_without_its_extensions(sandbox):
    code = """import sqlite3
db = sqlite3.connect(":memory:")
db.execute("create table t(a, b)")
db.executemany("insert into t values (?, ?)", [(i % 3, i) for i in range(30)])
print(db.execute("select a, sum(b) over (partition by a) s from t group by a order by s").fetchall())
print(db.execute("select json_extract('[1, [2, 3]]', '$[1][0]'), upper('x'), round(2.567, 1)").fetchone())
for module in ("fts3", "fts4", "fts5", "rtree"):
    try:
        db.execute(f"create virtual table v using {module}(x, y, z)")
    except sqlite3.OperationalError as error:
        print(error)
"""
    assert output(sandbox, code).splitlines() == [
        "[(0, 0), (1, 1), (2, 2)]",
        "(2, 'X', 2.6)",
        *(f"no such module: {name}" for name in ("fts3", "fts4", "fts5", "rtree")),
    ]


@pytest.mark.parametrize("kind", ["intc", "long", "longlong", "uintc", "ulong", "ulonglong", "double", "longdouble"])
def test_numbers_whose_loops_are_compiled_once_keep_their_types(sandbox, kind):
    code = f"""import numpy as np
a = np.arange(1, 40, dtype=np.{kind})
b = a[::-1].copy()
print(a.dtype.char, (a * b - a).sum(), np.sort(b)[:3].tolist(), np.argsort(b)[0], (a // 3 == b % 5).sum(), a.dot(b))
"""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    assert output(sandbox, code) == printed.getvalue().strip()
