"""``r1ci sandbox``: build the image, look after it, measure it, run a program."""

import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from r1ci_env.cli.console import Json, completing, finite, print_json, print_rows, read_source, say
from r1ci_env.cli.whole_help import WholeHelp
from r1ci_env.errors import require_one_of
from r1ci_env.rendering import printable
from r1ci_env.sandbox_wasm.guest.package_sets import PACKAGE_SETS

app = typer.Typer(cls=WholeHelp, help="The WebAssembly sandbox.", no_args_is_help=True)


Packages = Annotated[
    str,
    typer.Option(
        help="What can be imported: base, or scientific (with pandas and scipy).",
        autocompletion=completing(lambda: PACKAGE_SETS),
    ),
]


@app.command()
def build(packages: Packages = "base") -> None:
    """Build the sandbox image, or say that it is there."""
    from r1ci_env.sandbox_wasm import build as build_image

    require_one_of(packages, PACKAGE_SETS, "the set of packages")
    say(f"The image is in {build_image(packages=packages).directory}")


@app.command()
def doctor(json: Json = False) -> None:
    """Say how the sandbox stands here, and what to do about it.

    The exit status is 1 if something is broken.
    """
    from r1ci_env.cli.doctor import kernel, report, sandbox

    report([*sandbox(), *kernel()], json)


@app.command()
def bench(json: Json = False) -> None:
    """Measure how fast blocks run on this machine; a few seconds."""
    from r1ci_env.sandbox_wasm import Sandbox, SandboxPool
    from r1ci_env.sandbox_wasm.pool.measure import BLOCKS, block_ms, blocks_per_second

    with Sandbox() as reused, Sandbox(reuse=False) as fresh, SandboxPool() as pool:
        rows: list[dict[str, Any]] = []
        for name, code in BLOCKS.items():
            for way, sandbox in (("instance used again", reused), ("fresh instance", fresh)):
                milliseconds = round(block_ms(sandbox, code, 30), 2)
                rows.append({"what": f"{name}, {way}", "value": milliseconds, "unit": "ms"})
        what = f"small blocks, {pool.workers} worker{'s' * (pool.workers > 1)}"
        rows.append({"what": what, "value": round(blocks_per_second(pool, 100)), "unit": "blocks/s"})
    print_rows("sandbox", rows, json)


@app.command()
def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A Python file, or - for standard input.")] = "-",
    timeout: Annotated[float, typer.Option(min=0.001, callback=finite, help="Seconds it may take.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the sandbox's randomness.")] = 0,
    packages: Packages = "base",
    json: Json = False,
) -> None:
    """Run a program in the sandbox; exit status 1 unless it ends well."""
    from r1ci_env.sandbox_wasm import shared_sandbox

    require_one_of(packages, PACKAGE_SETS, "the set of packages")
    code = read_source(file)
    result = shared_sandbox(packages).run(code, timeout=timeout, seed=seed)
    if json:
        print_json(asdict(result))
    else:
        for stream, text in ((sys.stdout, result.stdout), (sys.stderr, result.stderr)):
            stream.write(printable(text) if stream.isatty() else text)  # it must not steer a terminal
        if result.status != "ok" and (not result.error or result.error not in result.stderr):
            say(result.error or f"exit status {result.exit_code}", "red", stderr=True)
    if result.status != "ok":
        raise typer.Exit(1)
