import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { deadLinks } from './documents/links.mjs'
import { headingsOf } from './documents/markdown.mjs'
import { compileSnippets } from './documents/snippets.mjs'
import { failure, notice, success } from './print.mjs'
import { root } from './run.mjs'

const DOCUMENTS = ['*.md', '.changeset/README.md', 'docs/**/*.md', '{packages,apps}/*/*.md', '{bench,integration}/*.md']

/**
 * Holds the documents to what they say: links lead somewhere, the TypeScript they show compiles, and every decision
 * record says when to think again.
 *
 * @returns {Promise<boolean>} whether all is well
 */
export async function checkDocuments() {
  const documents = documentPaths()
  const dead = documents.flatMap((path) => deadLinks(root, path))
  const endless = documents.filter(isDecision).filter((path) => !endsWithRevisit(path))
  for (const sentence of dead) failure(sentence)
  for (const path of endless) failure(`${path}  its last heading is not "Revisit when"`)
  if (dead.length + endless.length === 0) success(`${documents.length} documents: links and records`)
  return (await checkSnippets(documents)) && dead.length + endless.length === 0
}

/** @param {readonly string[]} documents */
async function checkSnippets(documents) {
  const home = join(root, 'integration')
  const outcomes = []
  for (const path of documents) outcomes.push(await compileSnippets(root, path, home))
  const errors = outcomes.flatMap((outcome) => outcome.errors)
  const compiled = outcomes.reduce((sum, outcome) => sum + outcome.compiled, 0)
  const fragments = outcomes.reduce((sum, outcome) => sum + outcome.fragments, 0)
  for (const error of errors) failure(error)
  if (errors.length === 0) success(`${compiled} TypeScript examples compile`)
  if (fragments > 0) notice(`${fragments} examples are marked "ts fragment" and were not compiled`)
  return errors.length === 0
}

function documentPaths() {
  return DOCUMENTS.flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => path.split(sep).join('/'))
    .sort()
}

/** @param {string} path */
function isDecision(path) {
  return /^docs\/decisions\/\d{4}-.*\.md$/.test(path)
}

/** @param {string} path */
function endsWithRevisit(path) {
  return headingsOf(readFileSync(join(root, path), 'utf8')).at(-1) === 'Revisit when'
}

if (import.meta.filename === process.argv[1]) process.exitCode = (await checkDocuments()) ? 0 : 1
