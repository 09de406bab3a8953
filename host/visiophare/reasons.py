# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the operating system refused something, in words that can be translated.

Owns the sentences for its error numbers: C's strerror speaks English or the system's language,
never reliably the user's. Knows no file and no port.
"""

import errno

from visiophare.words import N_

_REASONS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("permission denied"),
    errno.EPERM: N_("the system does not permit it"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of the path is not a folder"),
    errno.EEXIST: N_("it exists already"),
    errno.ENOTEMPTY: N_("the folder is not empty"),
    errno.ELOOP: N_("symbolic links lead in a circle"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.EROFS: N_("the disk is read-only"),
    errno.EIO: N_("input/output error"),
    errno.EBUSY: N_("it is in use"),
    errno.ENODEV: N_("there is no such device"),
    errno.ENXIO: N_("there is no such device"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENFILE: N_("too many files are open"),
    errno.EFBIG: N_("the file is too large for this disk"),
    errno.EINVAL: N_("the system does not accept it"),
    errno.ENOMEM: N_("not enough memory"),
    errno.ETIMEDOUT: N_("no answer in time"),
    errno.ECONNRESET: N_("the other side hung up"),
    errno.EPIPE: N_("the other side hung up"),
}


def reason_of(error: OSError) -> str:
    """The reason to go after a colon, in English; translate it where it is shown."""
    known = _REASONS.get(error.errno or 0)
    return known or error.strerror or str(error).rstrip(".") or type(error).__name__
