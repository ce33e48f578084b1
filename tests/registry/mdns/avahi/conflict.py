#!/usr/bin/env python3
"""Another host, as it seems, that has a service of our type too: answers on the
loopback interface for NAME with another SRV record until stdin ends (RFC 6762
section 9): conflict.py NAME"""
import select
import socket
import struct
import sys

MDNS = ("224.0.0.251", 5353)  # RFC 6762 section 3
SRV, IN_FLUSH = 33, 0x8001    # RFC 2782, RFC 6762 section 10.2


def labels(*names):
    return b"".join(bytes([len(n)]) + n.encode() for n in names) + b"\0"


target = struct.pack(">HHH", 0, 0, 1) + labels("elsewhere", "local")
answer = (struct.pack(">6H", 0, 0x8400, 0, 1, 0, 0)
          + labels(sys.argv[1], "_berth", "_tcp", "local")
          + struct.pack(">HHIH", SRV, IN_FLUSH, 120, len(target)) + target)
host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
host.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
host.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
host.bind(("0.0.0.0", MDNS[1]))
loopback = socket.inet_aton("127.0.0.1")
host.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, loopback)
host.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
while not select.select([sys.stdin], [], [], 0.02)[0]:
    host.sendto(answer, MDNS)
