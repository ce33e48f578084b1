#!/usr/bin/env python3
"""A wallet that Berth finds, for its one method eth_chainId: wallet.py NAME"""
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

import berth


class Wallet(BaseHTTPRequestHandler):
    timeout = 10  # seconds for a request

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        answer = {'jsonrpc': '2.0', 'id': request['id']}
        if request['method'] == 'eth_chainId':
            answer['result'] = '0x7a69'
        else:
            answer['error'] = {'code': -32601, 'message': 'no such method'}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingTCPServer):
    allow_reuse_address = True  # the port of one that was killed is free at once
    daemon_threads = True


def main():
    name = os.environ.get('BERTH_NAME') or ''.join(sys.argv[1:2])
    record = berth.Record(name)  # first: the profile's keys are ours from here on
    with Server(('127.0.0.1', int(os.environ.get('BERTH_PORT') or 0)), Wallet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        record.publish(server.server_address[1], {'name': 'wallet.py', 'version': '1'})
        print(name, server.server_address[1], flush=True)
        record.keep_until_stopped()
    record.withdraw()


try:
    main()
except OSError as error:
    sys.exit(f'wallet.py: {error}')
