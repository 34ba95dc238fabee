import { rolldown } from 'rolldown'
import { readManifest } from './workspace.mjs'

/**
 * Writes the JavaScript of a package: one file for each of its entries, with only its own sources inside. An application
 * would wait longer for two hundred small files to be found and linked than for its framework. Declarations come from the
 * compiler, file by file.
 *
 * @param {string} directory of the package
 */
async function bundle(directory) {
  for (const entry of Object.values(readManifest(directory).exports ?? {})) {
    if (typeof entry !== 'string') await bundleEntry(directory, entry)
  }
}

/**
 * @param {string} directory
 * @param {Record<string, string>} conditions of an entry: where its source is, and where people load it from
 */
async function bundleEntry(directory, { source: input = '', default: file = '' }) {
  const bundled = await rolldown({
    cwd: directory,
    input,
    platform: 'node',
    external: OTHER_PACKAGES,
    transform: { target: 'es2024' },
    onwarn(warning) {
      throw new Error(warning.message)
    },
  })
  // Sources are packed beside it.
  await bundled.write({ file, sourcemap: true, sourcemapExcludeSources: true })
  await bundled.close()
}

const OTHER_PACKAGES = /^[@a-z]/

await bundle(process.cwd())
