// A small server as pm2 starts it: it says when it listens.
require('node:http').createServer((_, response) => response.end())
  .listen(0, '127.0.0.1', () => process.send('ready'))
