"""Put the small packages in pure Python that the guest offers beside its own into `packages.zip`.

Needed only to change what there is. The archives are those of the index, checked by hash; of each the modules and the
licence are taken as they are.

    pip download --no-deps --dest ARCHIVES python-constraint==1.4.0 sortedcontainers==2.4.0
    python scripts/make_guest_packages.py ARCHIVES
"""

import argparse
import hashlib
import tarfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "sandbox_wasm" / "guest" / "packages.zip"

ARCHIVES = {
    # Its licence (BSD, two clauses) stands at the head of constraint/__init__.py.
    "python-constraint-1.4.0.tar.bz2": (
        "501d6f17afe0032dfc6ea6c0f8acc12e44f992733f00e8538961031ef27ccb8e",
        ["constraint/__init__.py", "constraint/compat.py", "constraint/version.py"],
    ),
    # Apache-2.0.
    "sortedcontainers-2.4.0-py2.py3-none-any.whl": (
        "a163dcaede0f1c021485e957a39245190e74249897e2ae4b2aa38595db237ee0",
        [
            "sortedcontainers/__init__.py",
            "sortedcontainers/sorteddict.py",
            "sortedcontainers/sortedlist.py",
            "sortedcontainers/sortedset.py",
            "sortedcontainers-2.4.0.dist-info/LICENSE",
            "sortedcontainers-2.4.0.dist-info/METADATA",
        ],
    ),
}

DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is made


def members(path, names):
    """The named files of an archive."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name) for name in names]
    root = path.name.removesuffix(".tar.bz2")
    with tarfile.open(path) as archive:
        return [archive.extractfile(f"{root}/{name}").read() for name in names]


def main():
    """Write the archive."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("archives", type=Path, help="directory of the downloaded archives")
    directory = parser.parse_args().archives
    with zipfile.ZipFile(TARGET, "w") as target:
        for name, (sha256, files) in ARCHIVES.items():
            path = directory / name
            if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                raise SystemExit(f"{path} is not the archive that was looked at")
            for file, data in zip(files, members(path, files), strict=True):
                target.writestr(zipfile.ZipInfo(file, DATE), data, zipfile.ZIP_DEFLATED)
    print(TARGET, hashlib.sha256(TARGET.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
