// A script of a dApp with its libraries in it, as its author's bundler makes it.
// Its berth-provider is the site's own, announced at the gateway that the page's
// address names: `?gateway=URL`.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const provider = {
  name: 'berth-provider',
  setup({ onResolve }) {
    onResolve({ filter: /^berth-provider$/ }, () => ({ path: here('page/announce.js') }))
    onResolve({ filter: /^\/berth-provider\// }, ({ path }) => ({ path, external: true }))
  },
}

export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    nodePaths: [here('../../../node_modules')],
    plugins: [provider],
  })
  return outputFiles[0].text
}

export const script = (name) => bundle(here(`page/${name}.js`))
export const demo = (path) => bundle(here(`../../../../provider/demo/${path}`))
