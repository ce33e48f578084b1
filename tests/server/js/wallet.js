// The dev wallet of the test mnemonic, by the program that BERTH_SIGN_REQUESTS
// names.
import { execFileSync } from 'node:child_process'

export const chainId = 31337
export const account = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
export const secretKey =
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

export function ask(method, params) {
  const program = process.env.BERTH_SIGN_REQUESTS
  if (!program) throw new Error('BERTH_SIGN_REQUESTS does not name the sign_requests program')
  const input = JSON.stringify([{ method, params }])
  const [answer] = JSON.parse(execFileSync(program, { input }))
  if (answer?.error) throw new Error(answer.error.message)
  return answer
}
