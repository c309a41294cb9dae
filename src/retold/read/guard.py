"""Which addresses of machines may be connected to, decided on the address that is then used: a name that is looked up a
second time may lead elsewhere (DNS rebinding), so it isn't."""

import ipaddress
import socket
from typing import TypeAlias

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL = tuple(
    map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10", "5f00::/16", "192.0.0.0/24", "192.88.99.0/24"))
)
_METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"))
)


class PrivateAddressError(Exception):
    """A name resolves to an address of this machine, of a local network, or of no network that is public."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not loopback, private, link-local, shared, multicast,
    reserved, unspecified, or a cloud's metadata service; an IPv4 address inside an IPv6 one is looked at too.

    >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("fe80::1%eth0")
    (True, False, False, False)
    """
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    return all(map(_is_global, _unwrap(parsed)))


def _is_global(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved or address in _METADATA:
        return False
    return not any(address in network for network in _LOCAL if network.version == address.version)


def _unwrap(address: Address) -> list[Address]:
    """The addresses that one stands for: an IPv4 one inside an IPv6 one is where the packets go in the end."""
    if address.version == 4:
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64:
        return [last]
    if int(address) >> 32 == 0:  # ::a.b.c.d, out of use
        return [address, last]
    return [address, *(inner for inner in (address.sixtofour, *(address.teredo or ())) if inner)]


def _connect(connection: HTTPConnection, allow_private: bool) -> socket.socket:
    """A socket to the first of the host's addresses that answers. One that isn't public refuses the host as a whole:
    a name of which one address is private was made to get at it."""
    host = connection.host.strip("[]")
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as e:
        reason = e if isinstance(e, socket.gaierror) else socket.gaierror(str(e))
        raise NameResolutionError(connection.host, connection, reason) from e
    if not allow_private:
        for *_, address in found:
            if not is_public(str(address[0])):
                raise PrivateAddressError(f"{host} is at {address[0]}")
    error: OSError | None = None
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(connection.timeout)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
            reached = str(sock.getpeername()[0])
        except OSError as e:
            sock.close()
            error = e
            continue
        if not allow_private and not is_public(reached):
            sock.close()
            raise PrivateAddressError(f"{host} led to {reached}")
        return sock
    if isinstance(error, TimeoutError):
        raise ConnectTimeoutError(connection, "timed out") from error
    raise NewConnectionError(connection, str(error or "no address")) from error


class GuardedHTTPConnection(HTTPConnection):
    """A connection that looks its host up once, checks what it finds, and connects to just that."""

    allow_private = False

    def _new_conn(self) -> socket.socket:
        return _connect(self, self.allow_private)


class GuardedHTTPSConnection(HTTPSConnection):
    """The same over TLS; the certificate is still that of the host's name."""

    allow_private = False

    def _new_conn(self) -> socket.socket:
        return _connect(self, self.allow_private)
