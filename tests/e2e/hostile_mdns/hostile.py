#!/usr/bin/env python3
"""Another host, as it seems, that means harm: sends by multicast on the loopback
interface, and ends when all is sent. hostile.py NAME PORT: NAME is a service of
ours, PORT where it should seem to be."""
import random
import socket
import struct
import sys

MDNS = ("224.0.0.251", 5353)  # RFC 6762 section 3
PTR, TXT, SRV = 12, 16, 33    # RFC 1035, RFC 2782
IN, FLUSH = 1, 0x8001         # RFC 6762 section 10.2
FLOOD = 100_000


def name(*labels):
    return b"".join(bytes([len(one)]) + one for one in labels) + b"\0"


TYPE = name(b"_berth", b"_tcp", b"local")


def message(*records, count=None):
    return struct.pack(">6H", 0, 0x8400, 0, len(records) if count is None else count, 0, 0) + b"".join(records)


def record(owner, kind, data, ttl=120, length=None, cls=IN):
    return owner + struct.pack(">HHIH", kind, cls, ttl, len(data) if length is None else length) + data


def service(label):
    return name(label, b"_berth", b"_tcp", b"local")


def malformed():
    loop = b"\xc0\x0c"  # a pointer to itself, the first name
    yield message(record(loop, PTR, loop))
    yield message(record(TYPE, PTR, b"\x7f" + b"a" * 0x7f + b"\0"))
    yield message(record(TYPE, PTR, name(*[b"a" * 63] * 5)))
    yield message(count=0xffff)
    yield message(record(TYPE, PTR, service(b"short"), length=0xffff))
    yield message() + bytes(8980)
    yield message(record(TYPE, PTR, service(b"empty")), record(service(b"empty"), TXT, b""))
    yield message(record(TYPE, PTR, service(b"lies")), record(service(b"lies"), TXT, b"\xff" + b"id=1"))
    yield message(record(TYPE, PTR, service(b"\xff\xfe\x1b[2J")))
    rng = random.Random(1)
    for _ in range(500):
        yield rng.randbytes(rng.randrange(1, 1400))


def redirections(ours, port):
    elsewhere = struct.pack(">HHH", 0, 0, port) + name(b"evil", b"local")
    yield message(record(service(ours), SRV, elsewhere, cls=FLUSH))
    yield message(record(TYPE, PTR, service(ours), ttl=0))
    yield message(record(service(ours), SRV, elsewhere, ttl=0, cls=FLUSH))


def flood():
    for first in range(0, FLOOD, 50):
        yield message(*[record(TYPE, PTR, service(b"n%d" % i)) for i in range(first, first + 50)])


def main(ours, port):
    host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    host.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    host.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    host.bind(("0.0.0.0", MDNS[1]))
    host.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    host.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    sent = 0
    for packet in [*malformed(), *redirections(ours, port), *flood(), *redirections(ours, port)]:
        sent += host.sendto(packet, MDNS) > 0
    print(sent)


main(sys.argv[1].encode(), int(sys.argv[2]))
