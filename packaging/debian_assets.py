"""Checks that every file that the Debian package names exists."""

import glob
import sys
import tomllib

with open("Cargo.toml", "rb") as file:
    assets = tomllib.load(file)["package"]["metadata"]["deb"]["assets"]
# The program itself comes from the release build.
missing = [source for source, _, _ in assets if not source.startswith("target/release/") and not glob.glob(source)]
if missing:
    sys.exit(f"the Debian package names files that do not exist: {', '.join(missing)}")
print(f"{len(assets)} kinds of files for the Debian package")
