# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that is sent to a board and runs there, in MicroPython 1.25 or newer.

Owns the text of it, with one function here for each that is defined there, and the limits that keep
it small: a board has some hundred kilobytes of memory, and reads files in pieces of a block.
"""

import base64
import json
from collections.abc import Iterable

PIECE_BYTES = 1536
"""What one call carries of a file: as Base64 it is two kilobytes, compiled on the board."""

SIGNATURE = "# Visiophare "
SIGNED_DIGITS = 16
"""The first line of a file that MicroPython starts: ours, as long as what follows still has this
hash.  Whoever writes or changes a program of their own has another one."""

IDENTIFY = """\
import json, sys
i = sys.implementation
print(json.dumps([i[0], list(i[1])[:3], getattr(i, '_machine', ''), getattr(i, '_mpy', 0),
    sys.platform]))
"""

# A watchdog that the program before us had started would reset the board in the middle of the work,
# and MicroPython has no call that stops one.  Datasheets RP2040 4.7.6 and RP2350 12.9.7: CTRL is
# the block's first register, bit 30 is ENABLE, and what is written 0x3000 above clears bits.  An
# ESP32's takes another time: eleven days.
STILL_WATCHDOG = """\
import sys
if sys.platform == 'rp2':
    import machine
    block = 0x400d8000 if 'RP2350' in sys.implementation._machine else 0x40058000
    machine.mem32[block + 0x3000] = 1 << 30
elif sys.platform == 'esp32':
    import machine
    machine.WDT(timeout=1000000000).feed()
"""

DEFINITIONS = """\
import os, json, hashlib
from binascii import a2b_base64, hexlify
piece = bytearray(512)
view = memoryview(piece)
def digest(path):
    total = hashlib.sha256()
    rest = hashlib.sha256()
    with open(path, 'rb') as file:
        first = file.readline(64)
        total.update(first)
        count = file.readinto(piece)
        while count:
            total.update(view[:count])
            rest.update(view[:count])
            count = file.readinto(piece)
    signed = b'# Visiophare ' + hexlify(rest.digest())[:16] + b'\\n'
    return hexlify(total.digest()).decode(), first == signed
def tell(path):
    try:
        print(json.dumps((path,) + digest(path)))
    except OSError:
        pass
def walk(folder):
    try:
        names = list(os.ilistdir(folder))
    except OSError:
        return
    for entry in names:
        path = folder + '/' + entry[0]
        if entry[1] & 0x4000:
            walk(path)
        else:
            tell(path)
def room():
    stat = os.statvfs('/')
    print(json.dumps([stat[0], stat[3]]))
def make_folder(path):
    try:
        os.mkdir(path)
    except OSError:
        os.stat(path)
def begin(path):
    global file
    file = open(path, 'wb')
def add(text):
    file.write(a2b_base64(text))
def end(path):
    file.close()
    tell(path)
def remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
def move(old, new):
    try:
        os.rename(old, new)
    except OSError:
        os.stat(old)
        remove(new)
        os.rename(old, new)
def prune(folder):
    try:
        names = list(os.ilistdir(folder))
    except OSError:
        return
    for entry in names:
        if entry[1] & 0x4000:
            prune(folder + '/' + entry[0])
    try:
        os.rmdir(folder)
    except OSError:
        pass
"""


def survey(folders: Iterable[str], files: Iterable[str]) -> str:
    """Prints the file system's block size and free blocks, then one line a file there is:
    [path, sha256, whether it bears our signature and is as we signed it]."""
    calls = ["room()", *(f"walk({text(folder)})" for folder in folders)]
    return _lines([*calls, *(f"tell({text(path)})" for path in files)])


def make_folders(paths: Iterable[str]) -> str:
    """Makes folders, an outer one before an inner one."""
    return _lines(f"make_folder({text(path)})" for path in paths)


def write(path: str, content: bytes) -> Iterable[str]:
    """Several pieces of code, one after the other; the last prints the line of `survey`."""
    pieces = [content[at : at + PIECE_BYTES] for at in range(0, len(content), PIECE_BYTES)] or [b""]
    for number, piece in enumerate(pieces):
        calls = [f"add({text(base64.b64encode(piece).decode())})"]
        if number == 0:
            calls.insert(0, f"begin({text(path)})")
        if number == len(pieces) - 1:
            calls.append(f"end({text(path)})")
        yield _lines(calls)


def move(old: str, new: str) -> str:
    """Renames a file, over another where there is one."""
    return f"move({text(old)}, {text(new)})\n"


def remove(path: str) -> str:
    """Removes a file; one that is not there is well removed."""
    return f"remove({text(path)})\n"


def prune(folder: str) -> str:
    """Removes the empty folders in a folder, and itself when nothing is left."""
    return f"prune({text(folder)})\n"


def text(value: str) -> str:
    """A string as both Pythons read it."""
    return json.dumps(value)


def _lines(calls: Iterable[str]) -> str:
    return "".join(f"{call}\n" for call in calls)
