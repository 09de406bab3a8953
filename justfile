# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Short names for what CI runs; without `just`, type the line behind the name.

# what there is
default:
    @just --list

# the test suite, or a part: `just test tests/wire`
test *paths:
    .venv/bin/pytest {{paths}}

# style, types, licences
lint:
    .ci/lint

# lay the code out
format *paths:
    .ci/format {{paths}}

# how fast, how much
bench:
    .ci/bench

# compile the catalogues, name what lacks its French
translate:
    .ci/translate

# all that CI does
ci:
    .ci/run
