// A record: one instance as data, by the registry's format 1.
import { parseStrictJson } from './strict_json.js';

export const kMaxRecordBytes = 64 * 1024;
const kFormat = 1;
const kMaxDepth = 8;
const kUuidV4 =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const kProfileName = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const kTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

const isText = (value) => typeof value === 'string';
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isObject = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const matches = (pattern) => (value) => isText(value) && pattern.test(value);
const oneOf = (...values) => (value) => values.includes(value);

// 32 bytes: 42 characters carry 6 bits each and the last one 4.
const isToken = matches(/^[\w-]{42}[AEIMQUYcgkosw048]$/);
// Literal, never `localhost`: that may resolve to another program's address.
const isLoopback =
  matches(/^(?:127(?:\.(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}|::1)$/);
const isEndpoint = (value) =>
  isObject(value) && isLoopback(value.host) &&
  isCount(value.port) && value.port >= 1 && value.port <= 65535;
const isSoftware = (value) =>
  isObject(value) && isText(value.name) && isText(value.version);
const isTime = (value) => matches(kTime)(value) && !isNaN(Date.parse(value));

const kRequired = {
  id: matches(kUuidV4),
  kind: oneOf('wallet', 'manager'),
  pid: (value) => isCount(value) && value > 0,
  uid: isCount,
  started_at: isTime,
  endpoint: isEndpoint,
  level: oneOf(0, 1, 2),
};

const kOptional = {
  boot_id: isText,
  pid_namespace: (value) => isText(value) || isCount(value),
  start_ticks: isCount,
  token: isToken,
  approvals: oneOf('berth', 'own'),
  state: oneOf('ready', 'locked'),
  label: matches(/^[a-z][a-z2-7]{15}$/),
  title: isText,
  color: isText,
  icon: matches(/^data:/),
  chain_id: matches(/^0x(?:0|[1-9a-f][0-9a-f]*)$/i),
  software: isSoftware,
  started_by: oneOf('run', 'start', 'berthd'),
  extra: isObject,
};

export const isProfileName = (name) => kProfileName.test(name);

function fieldProblem(value) {
  for (const [key, isRight] of Object.entries(kRequired)) {
    if (!isRight(value[key])) return `"${key}" is missing or wrong`;
  }
  for (const [key, isRight] of Object.entries(kOptional)) {
    if (value[key] !== undefined && !isRight(value[key])) {
      return `"${key}" is wrong`;
    }
  }
  if (value.level > 0 && value.token === undefined) {
    return `"token" is missing for level ${value.level}`;
  }
  return undefined;
}

/**
 * Reads the `bytes` of the file NAME.json. Gives one of
 * `{record}`, `{newer, reason}` (a higher format: alive or dead can still be
 * told, `newer` is the value as it stands) or `{reason}`.
 */
export function parseRecord(bytes, name) {
  const { value, problem } = parseStrictJson(bytes, kMaxDepth);
  if (problem !== undefined) return { reason: `damaged record: ${problem}` };
  if (!isObject(value)) return { reason: 'damaged record: not an object' };
  if (isCount(value.format) && value.format > kFormat) {
    return {
      newer: value,
      reason: `format ${value.format} is newer than this program`,
    };
  }
  if (value.format !== kFormat) return { reason: '"format" is not 1' };
  if (value.name !== name) return { reason: '"name" is not the file name' };
  const reason = fieldProblem(value);
  return reason === undefined ? { record: value } : { reason };
}
