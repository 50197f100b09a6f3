"""``r1ci sandbox``: build the image, look after it, measure it, run a program."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from r1ci_env.cli.console import Json, console

app = typer.Typer(help="The WebAssembly sandbox.", no_args_is_help=True)


Packages = Annotated[str, typer.Option(help="What can be imported: base, or scientific (with pandas and scipy).")]


@app.command()
def build(packages: Packages = "base") -> None:
    """Build the sandbox image, or say that it is there."""
    from r1ci_env.errors import require_one_of
    from r1ci_env.sandbox_wasm import build as build_image
    from r1ci_env.sandbox_wasm.guest.package_sets import PACKAGE_SETS

    require_one_of(packages, PACKAGE_SETS, "the set of packages")
    console().print(f"The image is in {build_image(packages=packages).directory}", soft_wrap=True)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say how the sandbox stands on this machine."""
    from r1ci_env.cli.console import print_rows
    from r1ci_env.sandbox_wasm import image_status
    from r1ci_env.sandbox_wasm.guest.package_sets import PACKAGE_SETS
    from r1ci_env.sandbox_wasm.run.dirty_pages import way_to_tell

    rows = [
        {"what": key, "value": str(value)}
        for packages in PACKAGE_SETS
        for key, value in asdict(image_status(packages=packages)).items()
    ]
    way = way_to_tell()
    reuse = f"yes ({way.__name__})" if way else "no: this system does not tell which pages were written"
    rows.append({"what": "instances used again", "value": reuse})
    print_rows("sandbox", rows, as_json)


@app.command()
def bench(as_json: Json = False) -> None:
    """Measure how fast blocks run on this machine; a few seconds."""
    from r1ci_env.cli.console import print_rows
    from r1ci_env.sandbox_wasm import Sandbox, SandboxPool
    from r1ci_env.sandbox_wasm.pool.measure import BLOCKS, block_ms, blocks_per_second

    with Sandbox() as reused, Sandbox(reuse=False) as fresh, SandboxPool() as pool:
        rows: list[dict[str, Any]] = []
        for name, code in BLOCKS.items():
            for way, sandbox in (("instance used again", reused), ("fresh instance", fresh)):
                rows.append({"what": f"{name}, {way}", "value": block_ms(sandbox, code, 30), "unit": "ms"})
        what = f"small blocks, {pool.workers} worker{'s' * (pool.workers > 1)}"
        rows.append({"what": what, "value": blocks_per_second(pool, 100), "unit": "blocks/s"})
    print_rows("sandbox", rows, as_json)


@app.command()
def run(
    file: Annotated[str, typer.Argument(help="A Python file, or - for standard input.")] = "-",
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds it may take.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the sandbox's randomness.")] = 0,
    packages: Packages = "base",
    as_json: Json = False,
) -> None:
    """Run a program in the sandbox; exit status 1 unless it ends well."""
    from r1ci_env.errors import BadOption, require_one_of
    from r1ci_env.sandbox_wasm import shared_sandbox
    from r1ci_env.sandbox_wasm.guest.package_sets import PACKAGE_SETS

    require_one_of(packages, PACKAGE_SETS, "the set of packages")
    if file != "-" and not Path(file).is_file():
        raise BadOption(f"{file} is no file.")
    code = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    result = shared_sandbox(packages).run(code, timeout=timeout, seed=seed)
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        sys.stdout.write(result.stdout)
        sys.stderr.write(result.stderr)
        if result.status != "ok":
            console(stderr=True).print(f"[red]{result.status}[/]: {result.error}", highlight=False)
    if result.status != "ok":
        raise typer.Exit(1)
