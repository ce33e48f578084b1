// The dev wallet of the test mnemonic, by the program berth-sign-requests.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export const chainId = 31337
export const account = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
export const secretKey =
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

export function ask(method, params) {
  const bin = process.env.BERTH_BIN
  if (!bin) throw new Error('set BERTH_BIN to the directory of the built programs')
  const program = join(bin, 'berth-sign-requests')
  const input = JSON.stringify([{ method, params }])
  const [answer] = JSON.parse(execFileSync(program, { input }))
  if (answer?.error) throw new Error(answer.error.message)
  return answer
}
