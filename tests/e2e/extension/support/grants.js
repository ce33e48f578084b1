import assert from 'node:assert/strict'
import { bearer, http, json, recordOf } from '../../support/wire.js'

// Grants all accounts of a running profile, as a picker does.
export async function grant(home, profile, origin) {
  const { endpoint, token } = recordOf(home, profile)
  const headers = { ...json, ...bearer(token) }
  const { status } = await http(endpoint.port, 'POST', '/v1/grants', { headers, body: JSON.stringify({ origin }) })
  assert.equal(status, 200)
}
