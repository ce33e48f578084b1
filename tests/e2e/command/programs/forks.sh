#!/bin/sh
# Starts the server as a child and waits: the one that listens is not the one
# that was started.
python3 "$(dirname "$0")/server.py" "$@" &
wait
