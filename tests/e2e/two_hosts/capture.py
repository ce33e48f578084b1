#!/usr/bin/env python3
"""Counts the packets on a network interface until stdin ends, and how many of
them hold a text: capture.py INTERFACE TEXT. Prints "ready", then two numbers."""
import select
import socket
import sys

interface, text = sys.argv[1], sys.argv[2].encode()
ETH_P_ALL = 3  # linux/if_ether.h
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
packets.bind((interface, 0))
print("ready", flush=True)
seen = naming = 0
while True:
    ready, _, _ = select.select([packets, sys.stdin], [], [])
    if packets in ready:
        packet = packets.recv(65536)
        seen += 1
        naming += text in packet
    elif sys.stdin in ready:
        break
print(seen, naming)
