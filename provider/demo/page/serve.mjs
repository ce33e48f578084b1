// Serves this folder, and berth-provider beside it, on 127.0.0.1.
//   node serve.mjs [PORT]      3000 unless told; 0: any free one
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const page = fileURLToPath(new URL('.', import.meta.url));
const provider = fileURLToPath(new URL('../../js/', import.meta.url));

// The file that a path stands for. A URL has no `..` left to climb with.
function fileOf({ pathname }) {
  if (pathname === '/') return join(page, 'index.html');
  const library = pathname.match(/^\/berth-provider\/(.+)$/);
  return library ? join(provider, library[1]) : join(page, pathname);
}

async function serve(request, response) {
  const file = fileOf(new URL(request.url, 'http://localhost'));
  const type = kTypes[extname(file)];
  const found = type && (await stat(file).catch(() => undefined))?.isFile();
  if (!found) return response.writeHead(404).end('not found\n');
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  createReadStream(file).pipe(response);
}

const server = createServer(serve);
server.once('error', (error) => {
  console.error(`${error.message}; try: node serve.mjs ANOTHER_PORT`);
  process.exitCode = 1;
});
server.listen(Number(process.argv[2] ?? 3000), '127.0.0.1', () => {
  console.log(`http://localhost:${server.address().port}/`);
});
