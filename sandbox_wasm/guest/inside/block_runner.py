"""Executes one block and reports how it ended.

The host hands a block over, and gets the verdict back, through the file descriptor `CHANNEL`. A
hostile block can reach everything here; all it can forge that way is the verdict on itself.
"""

import ast
import atexit
import builtins
import contextlib
import gc
import io
import linecache
import os
import random
import re
import sys
import traceback
import types

import numpy
from _hints import hint
from _tracebacks import formatted, without_middle

CHANNEL = 1000
"""The descriptor behind which the host answers (the same number stands in `host.py`)."""

READ_SIZE = 1 << 13
"""Bytes asked for at a time: nearly every block fits, and little memory is touched for it."""

NAME = "<block>"

ROOT = "/"
"""Where a block's own files are."""

_SITE_HINT = (
    ". Site initialization is disabled, did you forget to add the site-packages directory "
    "to sys.path or to enable your virtual environment?"
)
"""CPython adds this to every ``ModuleNotFoundError`` of an embedded interpreter; it would mislead here."""

_stdout, _stderr, _finders = sys.stdout, sys.stderr, sys.path_importer_cache

reserve = []
"""Memory set aside before a block runs, so that one that has used up all can still be reported."""


def _fresh_main():
    """Install an empty ``__main__`` module, as a script would find it."""
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    sys.modules["__main__"] = main


def _receive():
    data = os.read(CHANNEL, READ_SIZE)
    if len(data) == READ_SIZE:
        data += b"".join(iter(lambda: os.read(CHANNEL, READ_SIZE), b""))
    head, _, source = data.partition(b"\n")
    seed, echo = head.split()
    return int(seed), echo == b"1", source.decode("utf-8", "surrogatepass").removeprefix("\ufeff")


def _report(kind, code=0, error=""):
    text = f"{kind}\n{code}\n{error}".encode("utf-8", "backslashreplace")
    os.write(CHANNEL, text)


def _compile(source, lines, echo):
    """The block's code, and that of the expression at its end if its value is to be shown.

    A tree of the whole would tell the two apart, but takes as long as compiling. Most often the last line that is not
    indented begins the last statement: if both it and what stands before it compile, they are what they seem.
    """
    if echo:
        start = _last_line(lines)
        text = "".join(lines[start:])
        if not _is_statement(text):
            with contextlib.suppress(SyntaxError, ValueError):
                last = compile("\n" * start + text, NAME, "eval", dont_inherit=True)
                return compile("".join(lines[:start]), NAME, "exec", dont_inherit=True), last
            return _compile_tree(compile(source, NAME, "exec", ast.PyCF_ONLY_AST, dont_inherit=True))
    return compile(source, NAME, "exec", dont_inherit=True), None


def _last_line(lines):
    return next((number for number in range(len(lines) - 1, -1, -1) if lines[number][0] not in " \t\f\n#)]}"), 0)


_BEGINS_STATEMENT = re.compile(
    r"(?:assert|class|def|del|elif|else|except|finally|for|from|global|if|import|pass|raise|return|try|while|with)\b"
    r"|(?!lambda\b)[\w.\[\], ]+(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)"
)


def _is_statement(text):
    """Whether a text is certainly a statement without a value, and not the end of a longer expression."""
    return (
        _BEGINS_STATEMENT.match(text) is not None
        and all(text.count(opening) == text.count(closing) for opening, closing in ("()", "[]", "{}"))
        and not any(text.count(quotes) % 2 for quotes in ("'''", '"""'))
        and ";" not in text
    )


def _compile_tree(tree):
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), NAME, "eval", dont_inherit=True)
    return compile(tree, NAME, "exec", dont_inherit=True), last


def _execute(source, lines, echo):
    namespace = sys.modules["__main__"].__dict__
    code, last = _compile(source, lines, echo)
    exec(code, namespace)
    if last is not None:
        sys.displayhook(eval(last, namespace))


def _flush():
    for stream in (sys.stdout, sys.stderr, _stdout, _stderr):
        with contextlib.suppress(Exception):  # replaced, closed or broken by the block: its own loss
            stream.flush()


def _at_exit():
    with contextlib.suppress(BaseException):  # errors have been printed by the time they get here
        atexit._run_exitfuncs()


def _own_frames(trace):
    """The traceback without the frames of this module at its top."""
    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    return trace


def _cut_library_frames(trace):
    """End a traceback where the block called a library for the last time."""
    last = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == NAME:
            last = trace
        trace = trace.tb_next
    if last is not None:
        last.tb_next = None


def _one_line(exception):
    name = type(exception).__qualname__
    if type(exception).__module__ not in ("builtins", "__main__"):
        name = f"{type(exception).__module__}.{name}"
    message = exception.msg if isinstance(exception, SyntaxError) else str(exception)
    first = str(message).strip().partition("\n")[0]
    return f"{name}: {first[:1000]}" if first else name


def _fail(exception):
    kind = "memory" if isinstance(exception, MemoryError) else "error"
    error = type(exception).__name__
    try:
        _flush()
        error = _one_line(exception)
        trace = _own_frames(exception.__traceback__)
        text, decides = "", False
        with contextlib.suppress(BaseException):  # a hostile attribute
            text, decides = hint(exception, trace, NAME)
        if text:
            exception.add_note(text)
        if decides:
            exception.__suppress_context__ = True
            _cut_library_frames(trace)
        text = "".join(traceback.format_exception(type(exception), exception, trace))
        _stderr.write(without_middle(text.replace(_SITE_HINT, "")))
    except BaseException:  # a hostile __str__, or no memory left to format with
        pass
    _at_exit()
    _flush()
    _report(kind, 1, error)


def _exit_code(code):
    """The exit code a ``SystemExit`` stands for; a text goes to standard error, as it does natively."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    with contextlib.suppress(BaseException):
        print(code, file=_stderr)
    return 1


def run():
    """Run the block the host holds ready, print its traceback if it fails, report the verdict."""
    seed, echo, source = _receive()
    if not reserve:
        reserve.append(bytes(1 << 20))
    _finders.pop(ROOT, None)  # a persistent interpreter's, from before there were other files
    if seed:
        random.seed(seed)
        numpy.random.seed(seed & 0xFFFFFFFF)
    lines = io.StringIO(source, newline=None).readlines()
    linecache.cache[NAME] = (len(source), None, lines, NAME)  # for tracebacks and inspect
    try:
        _execute(source, lines, echo)
    except SystemExit as stop:
        reserve.clear()
        code = _exit_code(stop.code)
        _at_exit()
        _flush()
        _report("exit" if code else "ok", code)
    except BaseException as exception:
        reserve.clear()  # first of all: there may be no memory for anything else
        _fail(exception)
    else:
        _at_exit()
        _flush()
        _report("ok")


def settle():
    """Make the state of this interpreter the one every block starts from."""
    for stream in (_stdout, _stderr):
        stream.reconfigure(line_buffering=True)  # what is printed before a block is stopped is kept
    builtins.exit = builtins.quit = sys.exit  # the embedded ones end the interpreter itself
    linecache.clearcache()
    formatted.clear()
    atexit._clear()
    random.seed(0)
    numpy.random.seed(0)
    sys.argv = [NAME]
    sys.path.insert(0, ROOT)  # where a script would find the modules beside it
    sys.dont_write_bytecode = True
    sys.maxsize = 2**63 - 1  # as on 64-bit systems: what it is used for is a number that is large
    _fresh_main()
    reserve.append(bytes(1 << 20))
    gc.collect()
