"""A small JSON-RPC server that knows nothing of Berth: server.py PORT [OPTION].

ignore-term     SIGTERM does nothing
exits-on F      ends with the exit code that somebody writes into the FIFO F
health F        GET /health answers with the status that the file F holds
waits-for F     listens once somebody has written into the FIFO F
"""
import http.server
import json
import os
import signal
import sys
import threading

port, *options = sys.argv[1:]
option, argument = (options + [None, None])[:2]
print(f"serving at {port}", flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        status = int(open(argument).read()) if option == "health" else 200
        self.answer(status, b"")

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        result = "0x7a69" if asked["method"] == "eth_chainId" else os.environ.get(asked["method"])
        self.answer(200, json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode())

    def log_message(self, *_):
        pass


def exit_when_told():
    code = int(open(argument).read())
    print("the server ends \x1b[31mas told", flush=True)
    os._exit(code)


if option == "ignore-term":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if option == "waits-for":
    open(argument).read()
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
if option == "exits-on":
    threading.Thread(target=exit_when_told, daemon=True).start()
server.serve_forever()
