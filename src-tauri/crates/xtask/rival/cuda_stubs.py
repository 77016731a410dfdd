"""Lets PyTorch's Linux wheel load without the 2.5 GB of graphics libraries that it is linked to.

The rival trains on the processor, as Idiolect does here, and never calls them; the loader only wants to see them.
Each missing library gets an empty stand-in whose functions all answer "there is no graphics card" (100).

    python cuda_stubs.py FOLDER      writes the stand-ins there; the folder then goes into LD_LIBRARY_PATH
"""

import collections
import importlib.util
import pathlib
import re
import subprocess
import sys


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    # Looked up without importing it, which is what does not work yet.
    torch = pathlib.Path(importlib.util.find_spec("torch").origin).parent
    libraries = sorted(torch.glob("lib/*.so*")) + sorted(torch.glob("_C*.so"))
    missing, wanted, loose, given = set(), collections.defaultdict(lambda: collections.defaultdict(set)), set(), set()
    for library in libraries:
        missing |= {name for name in needed(library) if not (torch / "lib" / name).exists() and not known(name)}
        for symbol, version, home in undefined(library):
            (wanted[home][version] if home else loose).add(symbol)
        given |= defined(library)
    homeless = loose - given
    for number, name in enumerate(sorted(missing)):
        # A symbol without a version may come from anywhere; the first stand-in takes those.
        write(folder, name, wanted.get(name, {}), foreign(homeless) if number == 0 else set())
    print(f"{len(missing)} stand-ins for graphics libraries are in {folder}.")


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def needed(library):
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", run("readelf", "--dynamic", "--wide", str(library))))


def known(name):
    """Whether the system itself has a library of this name."""
    return f"{name} (" in run("/sbin/ldconfig", "-p")


def undefined(library):
    """Symbols that the library wants from others: name, version, and the file that is to have it."""
    homes = {}
    home = None
    for line in run("readelf", "--version-info", "--wide", str(library)).splitlines():
        if found := re.search(r"File: (\S+)", line):
            home = found[1]
        elif found := re.search(r"Name: (\S+) .*Version: (\d+)", line):
            homes[found[2]] = (found[1], home)
    for line in symbols(library):
        found = re.search(r" (?:GLOBAL|WEAK) +\S+ +UND (\S+?)(?:@+(\S+))?(?: \((\d+)\))?$", line)
        if found:
            version, home = homes.get(found[3], (None, None))
            yield found[1], version, home


def defined(library):
    found = (re.search(r" (?:GLOBAL|WEAK) +\S+ +\d+ (\S+?)(?:@|$)", line) for line in symbols(library))
    return {match[1] for match in found if match}


def symbols(library):
    return run("readelf", "--dyn-syms", "--wide", str(library)).splitlines()


def foreign(names):
    """The graphics libraries' own names, told from those of C, C++ and Python by how they begin."""
    return {name for name in names if re.match(r"(cu|nv|nccl|_Z.*(nv|cu))", name, re.IGNORECASE)}


def write(folder, name, versions, loose):
    names = set(loose).union(*versions.values())
    source = folder / f"{name}.c"
    source.write_text("\n".join(f"int {symbol}(void) {{ return 100; }}" for symbol in sorted(names)) + "\n")
    words = ["cc", "-shared", "-fPIC", "-w", "-fno-builtin", f"-Wl,-soname,{name}", "-o", str(folder / name), str(source)]
    if versions:
        script = folder / f"{name}.map"
        script.write_text("\n".join(f"{version} {{ global: {'; '.join(sorted(of))}; }};" for version, of in versions.items()))
        words.append(f"-Wl,--version-script={script}")
    run(*words)


main(pathlib.Path(sys.argv[1]))
