// Whose process is at the other end of a TCP connection of this machine?
import { readFileSync } from 'node:fs';

const kEstablished = '01';
const kLoopback6 = '00000000000000000000000001000000';
// A listener on [::] takes IPv4 connections too, and is in the table of IPv6.
const kMapped = '0000000000000000FFFF0000';

// The tables print an address as the words of memory: 127.0.0.1 is 0100007F.
function tableAddress(host) {
  if (host === '::1') return kLoopback6;
  const bytes = host.split('.').reverse().map(Number);
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

const tablePort = (port) => port.toString(16).toUpperCase().padStart(4, '0');

function readTable(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Not shown here: the caller is told 'unknown' when neither table is.
    return '';
  }
}

function readTables() {
  return readTable('/proc/net/tcp') + readTable('/proc/net/tcp6');
}

/**
 * The other end of the connection from `from` to `to`, both `{host, port}`
 * literal: 'ours' (this user's), 'foreign', 'unaccepted' (nobody has taken it
 * from the listener's queue yet, or it is closed again: ask later), 'unknown'
 * (the kernel does not show its connections). Only an entry with an inode
 * says whose it is; one without shows uid 0.
 */
export function peerOwner(
  from, to, table = readTables(), uid = process.geteuid()) {
  if (table === '') return 'unknown';
  const local = `${tableAddress(to.host)}:${tablePort(to.port)}`;
  const remote = `${tableAddress(from.host)}:${tablePort(from.port)}`;
  for (const line of table.replaceAll(kMapped, '').split('\n')) {
    const fields = line.trim().split(/ +/);
    if (fields[1] !== local || fields[2] !== remote) continue;
    if (fields[3] !== kEstablished || fields[9] === '0') continue;
    return Number(fields[7]) === uid ? 'ours' : 'foreign';
  }
  return 'unaccepted';
}
