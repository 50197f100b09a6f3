"""Work out which functions of the guest CPython, its library and numpy need, and where these loop.

Writes `keep_list.json` and `loops.bin`.

Needed only to bring another build of the guest. It reads function names and relocations, which the
guest's linker leaves in the module, compiles `wasm_edges.c` with ``cc`` to decode 74 MB of code, and
takes about a minute. The landmarks below name functions at the borders of the linked libraries.

    python scripts/make_keep_list.py [--check]
"""

import argparse
import hashlib
import json
import subprocess
import tempfile
from array import array
from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

import numpy as np

from r1ci_env.sandbox_wasm.guest import artefacts, edits, loops, package_sets, wasm, widening
from r1ci_env.sandbox_wasm.guest.pruning import call_sites
from r1ci_env.sandbox_wasm.run import exports

HERE = Path(__file__).parent
KEEP_LIST = HERE.parent / "sandbox_wasm" / "guest" / "keep_list.json"
LOOPS = KEEP_LIST.with_name(loops.FILE_NAME)
PACKAGES = KEEP_LIST.with_name(artefacts.PACKAGES_NAME)

FIRST_DROPPED_MODULE = "PyInit__cyutility"  # pandas begins here: CPython and numpy's modules stand before
FIRST_NUMPY_LIBRARY = "UBYTE_argmax"  # numpy's static libraries, after all extension modules
LAST_NUMPY_LIBRARY = "random_multivariate_hypergeometric_marginals"  # OpenBLAS begins two functions on
FIRST_BASE_LIBRARY = "adler32_z"  # zlib; then libc++, lzma, sqlite, hacl, expat and libc to the end
FIRST_SQLITE_EXTENSION, AFTER_SQLITE_EXTENSIONS = "sqlite3Fts3HashInsert", "statConnect"  # full-text search, R-trees
SQLITE_EXTENSIONS = "sqlite3Fts3Init", "sqlite3Fts5Init", "sqlite3RtreeInit"  # register them: shall do nothing
PARSER, PARSER_RULE = "_PyPegen_parse", "_rule"  # how the generated parser begins, and how its functions end
DEMANGLER = "itanium_demangle", "__cxa_demangle"  # parts of names: it makes C++'s names legible, but nobody asks
AFTER_BLAS = 71_682  # freetype begins here; its first functions are static and not named apart
CODE_IN_DATA_SLACK = 256  # bytes looked at beyond the end of a data object OpenBLAS refers to

SCIENTIFIC = (
    (FIRST_DROPPED_MODULE, "PyImagingNew"),  # pandas; PIL's first functions stand before its module
    ("PyInit_scipy__cyutility", "PyInit__check_build"),  # scipy, up to sklearn
    ("qh_crossproduct", "svm_train"),  # the libraries of scipy: qhull, HiGHS, SuperLU, ARPACK and others
)
ADDED_PACKAGES = {package_sets.BASE: set(), package_sets.SCIENTIFIC: {"pandas", "scipy"}}

DROPPED_PACKAGES = (
    "PIL bs4 contourpy et_xmlfile fontTools formulaic html5lib interface_meta joblib kiwisolver lxml matplotlib "
    "mpl_toolkits narwhals openpyxl pandas patsy pylab pypdf regex reportlab scipy seaborn sklearn soupsieve "
    "statsmodels threadpoolctl xlrd xlsxwriter"
).split()


def function_names(sections):
    """Names from the name section, by function index."""
    names = {}
    for section, payload in sections:
        if section == wasm.CUSTOM and payload.startswith(b"\x04name"):
            at = len(b"\x04name")
            while at < len(payload):
                kind = payload[at]
                size, at = wasm.read_unsigned(payload, at + 1)
                if kind == 1:
                    count, here = wasm.read_unsigned(payload, at)
                    for _ in range(count):
                        index, here = wasm.read_unsigned(payload, here)
                        length, here = wasm.read_unsigned(payload, here)
                        names[index] = payload[here : here + length].decode("utf-8", "replace")
                        here += length
                at += size
    return names


def edges(path, imported):
    """Calls, relocated constants and loops of every function, how many call sites are padded, and which not."""
    calls, constants, starts = defaultdict(set), defaultdict(set), defaultdict(list)
    padded, unpadded = 0, set()
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / "wasm_edges"
        subprocess.run(["cc", "-O2", "-o", program, HERE / "wasm_edges.c"], check=True)
        with subprocess.Popen([program, path, str(imported)], stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                kind, function, target = line.split()
                if kind == "l":
                    starts[int(function)].append(int(target))
                    continue
                (constants if kind == "t" else calls)[int(function)].add(int(target))
                padded += kind == "c"
                if kind == "u":
                    unpadded.add(int(function))
        if process.returncode:
            raise SystemExit("the guest's code could not be decoded")
    return calls, constants, starts, padded, unpadded


def ranges(indices):
    """Sorted indices as inclusive ranges."""
    found = []
    for index in sorted(indices):
        if found and found[-1][1] == index - 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return found


def make():
    """The keep list of the installed guest, and the loops of the functions on it."""
    path = artefacts.artefact(artefacts.MODULE_NAME)
    sections = list(wasm.sections(path.read_bytes()))
    by_id = dict(sections)
    names = function_names(sections)
    index_of = {}
    for index, name in names.items():
        index_of.setdefault(name, index)
    imported = len(list(wasm.imported_functions(by_id[wasm.IMPORT])))
    total = imported + wasm.read_unsigned(by_id[wasm.CODE], 0)[0]
    elements = by_id[wasm.ELEMENT]
    first, at = wasm.function_table(elements)
    table = dict(enumerate(wasm.vector(elements[at:]), start=first))
    calls, constants, starts, padded, unpadded = edges(path, imported)
    constructors = index_of["__wasm_call_ctors"]
    found, _ = call_sites(np.frombuffer(by_id[wasm.CODE], np.uint8), total)
    if len(found) != padded or unpadded - {constructors}:  # it finds all that are padded: so no other
        raise SystemExit("calls cannot be told from other code by their bytes: `pruning.call_sites` must decode")

    segments = list(wasm.active_segments(by_id[wasm.DATA]))
    low, high = segments[0][0], segments[-1][0] + len(segments[-1][1])
    memory = bytearray(high - low)
    for address, data in segments:
        memory[address - low : address - low + len(data)] = data
    words = array("I", bytes(memory[: len(memory) // 4 * 4]))
    objects = sorted(
        {value for found in constants.values() for value in found if low <= value < high}
        | {word for word in words if low <= word < high}
    )

    blas = range(index_of[LAST_NUMPY_LIBRARY] + 2, AFTER_BLAS)
    methods = {function for function, name in names.items() if "::" in name or "thunk" in name}  # of C++

    def chosen(packages):
        """What stays for a set of packages."""
        seed = (
            set(range(imported, index_of[FIRST_DROPPED_MODULE]))
            | set(range(index_of[FIRST_NUMPY_LIBRARY], blas.start))
            | set(range(index_of[FIRST_BASE_LIBRARY], total))
        )
        by_pointer, with_pointers = set(blas), set(blas)
        if packages == package_sets.SCIENTIFIC:  # where C++ has virtual methods
            by_pointer |= methods
            with_pointers = set(range(total))
            for start, end in SCIENTIFIC:
                seed |= set(range(index_of[start], index_of[end]))
        else:
            seed -= {function for function, name in names.items() if any(part in name for part in DEMANGLER)}
        seed -= set(range(index_of[FIRST_SQLITE_EXTENSION], index_of[AFTER_SQLITE_EXTENSIONS]))
        return_null = {index_of[name] for name in SQLITE_EXTENSIONS}
        seed -= return_null
        live, pending, seen = set(), [], set()

        def add(function):
            if function not in seed and names.get(function, "").startswith("PyInit_"):
                return_null.add(function)
            elif function >= imported and function not in live and function not in return_null:
                live.add(function)
                pending.append(function)

        def scan_data(address):
            """Keep what a data object points to, directly or through others, of OpenBLAS and of C++'s methods."""
            reached = [address]
            while reached:
                address = reached.pop()
                if address in seen:
                    continue
                seen.add(address)
                following = bisect_right(objects, address)
                end = min(objects[following] if following < len(objects) else high, address + 65_536)
                end = min(end + CODE_IN_DATA_SLACK, high)
                for word in words[(address - low + 3) // 4 : (end - low) // 4]:
                    if word in table:
                        if table[word] in by_pointer:
                            add(table[word])
                    elif low <= word < high:
                        reached.append(word)

        for function in sorted(seed):
            add(function)
        while pending:
            function = pending.pop()
            if function != constructors:  # it calls every library's constructors; only those kept will be called
                for target in calls[function]:
                    add(target)
            for value in constants[function]:
                if value > 0 and value in table:
                    add(table[value])
                elif low <= value < high and function in with_pointers:
                    scan_data(value)
        return {
            "dropped_packages": sorted(set(DROPPED_PACKAGES) - ADDED_PACKAGES[packages]),
            "keep": ranges(live),
            "return_null": sorted(return_null),
        }

    kept = {
        "sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (
                artefacts.artefact(artefacts.MODULE_NAME),
                artefacts.artefact(artefacts.LIBRARY_NAME),
                PACKAGES,
            )
        },
        "imported": imported,
        "functions": total,
        "constructors": constructors,
        "index": {name: index_of[name] for name in sorted({*exports.EXPORTED, *edits.EDITED, *widening.FUNCTIONS})},
        "parser": [index_of[PARSER], max(index for index, name in names.items() if name.endswith(PARSER_RULE))],
        "sets": {packages: chosen(packages) for packages in package_sets.PACKAGE_SETS},
    }
    stay = sorted({index for one in kept["sets"].values() for a, b in one["keep"] for index in range(a, b + 1)})
    return kept, loops.encoded({index: starts[index] for index in stay if index in starts})


def main():
    """Write the two files, or compare them with the committed ones."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files; write nothing")
    arguments = parser.parse_args()
    kept, found = make()
    lines = (f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in kept.items())
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    if arguments.check:
        same = text == KEEP_LIST.read_text() and loops.decoded(found) == loops.decoded(LOOPS.read_bytes())
        raise SystemExit(0 if same else "the committed keep list is another one")
    KEEP_LIST.write_text(text)
    LOOPS.write_bytes(found)


if __name__ == "__main__":
    main()
