"""Addresses of links as RFC 3986 and RFC 3987 have them: what authors write is not always so."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_WITH_HOST: Final = frozenset(("http", "https", "ftp"))
_RESOLVERS: Final = {"doi": "https://doi.org/"}
"""Where schemes lead that are not registered, so that readers (and EPUBCheck) know nothing of them."""
_PATH: Final = r"A-Za-z0-9\-._~!$&'()*+,;=:@/"
# What may not stand in a part of an address; letters beyond ASCII may (RFC 3987, section 2.2).
_NOT_IN_PATH: Final = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|(?![{_PATH}%])[\x00-\x7f]|[\x80-\x9f\s]")
_NOT_IN_QUERY: Final = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|(?![{_PATH}?%])[\x00-\x7f]|[\x80-\x9f\s]")
_NOT_IN_USER: Final = re.compile(rf"{_NOT_IN_PATH.pattern}|[@/]")
_LABEL: Final = r"[A-Za-z0-9\-_~\u00a1-\uffff]+"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\]")


def valid_address(address: str) -> str | None:
    """An address with whatever may not stand in it percent-encoded.

    :param address: with a scheme.
    :returns: ``None`` where that does not make an address of it: no host, or one that can't be, or a port
        that is no number.
    """
    scheme, _, rest = address.partition(":")
    if scheme.lower() in _RESOLVERS:
        return valid_address(_RESOLVERS[scheme.lower()] + rest)
    rest, number, fragment = rest.partition("#")
    rest, mark, query = rest.partition("?")
    authority = ""
    if rest.startswith("//"):
        authority, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        if not _is_authority(authority):
            return None
        user, at, host = authority.rpartition("@")
        authority = f"//{_encoded(_NOT_IN_USER, user)}{at}{host}"
    elif scheme.lower() in _WITH_HOST or not rest:
        return None
    return (
        f"{scheme}:{authority}{_encoded(_NOT_IN_PATH, rest)}"
        f"{mark}{_encoded(_NOT_IN_QUERY, query)}{number}{_encoded(_NOT_IN_QUERY, fragment)}"
    )


def _is_authority(authority: str) -> bool:
    try:
        parts = urlsplit(f"//{authority}")
        port_is_one = parts.port is None or parts.port < 65536
    except ValueError:
        return False
    host = re.sub(r":\d*$", "", authority.rpartition("@")[2])
    return port_is_one and _HOST.fullmatch(host) is not None and _is_idna(host)


def _is_idna(host: str) -> bool:
    """Whether the labels of a host that say that they are encoded letters (RFC 5891) are."""
    try:
        return all(label.encode("ascii").decode("idna") for label in host.split(".") if label[:4] == "xn--")
    except UnicodeError:
        return False


def _encoded(not_allowed: re.Pattern[str], part: str) -> str:
    return not_allowed.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), part)
