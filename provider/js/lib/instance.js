// What people and programs see of a record: everything but its token.

const isWallet = ({ record, newer }) =>
  (record ?? newer)?.kind !== 'manager';

function authority({ endpoint: { host, port } }) {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Where an instance's WebSocket is: the literal address of its record. */
export const wsUrl = (record) => `ws://${authority(record)}`;

const kNothing = {
  id: null, pid: null, port: null, url: null, wsUrl: null, chainId: null,
  title: null, color: null, icon: null, software: null, startedAt: null,
  level: null, state: null,
};

function recordFields(record) {
  return {
    id: record.id,
    pid: record.pid,
    port: record.endpoint.port,
    url: `http://${authority(record)}`,
    wsUrl: wsUrl(record),
    chainId: record.chain_id ?? null,
    title: record.title ?? null,
    color: record.color ?? null,
    icon: record.icon ?? null,
    software: record.software ?? null,
    startedAt: record.started_at,
    level: record.level,
    state: record.state ?? null,
  };
}

/** The wallets of a listing as instances; without `all` no stopped ones. */
export function toInstances(entries, { all = false } = {}) {
  return entries
    .filter((entry) => isWallet(entry) && (all || entry.status !== 'stopped'))
    .map(toInstance);
}

export function toInstance({ name, status, record, reason = null }) {
  const fields = record ? recordFields(record) : kNothing;
  return { name, status, ...fields, reason };
}
