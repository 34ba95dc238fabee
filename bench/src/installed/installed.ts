import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { table } from '../report/table.ts'
import type { Section } from '../report/write.ts'
import { type ColdStart, coldStarts } from './cold-start.ts'
import { type Installed, install } from './project.ts'
import { type Measured, projectsIn } from './projects.ts'
import { starterOf } from './starter.ts'

export const INSTALLED_TITLE = 'installed packages and cold start'

const PACKAGES_LIMIT = 5
const START_LIMIT = 20

/** A project, as it was installed, and how it started. */
export interface Outcome {
  readonly project: Measured
  readonly installed: Installed
  readonly cold: ColdStart | undefined
}

/** Installs everybody as a stranger would, weighs it, and starts it: ours as they would be published. */
export async function lookAtInstalled(starts = 15): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  try {
    const projects = projectsIn(folder).map((project) => ({ project, installed: install(project, folder) }))
    const starters = new Map(projects.map((one) => [one, starterOf(one.project, one.installed)]))
    const colds = await coldStarts(starters, starts)
    const outcomes = projects.map((one): Outcome => ({ ...one, cold: colds.get(one) }))
    return { title: INSTALLED_TITLE, text: installedText(outcomes, starts), data: outcomes.map(dataOf) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function installedText(outcomes: readonly Outcome[], starts: number): string {
  const lines = outcomes.map((outcome) => {
    const { project, installed, cold } = outcome
    const bare = outcomes.find(({ project: { who, framework } }) => who === 'bare' && framework === project.framework)
    const added = addedBy(installed, bare?.installed)
    const slower = cold && bare?.cold && cold.milliseconds.median - bare.cold.milliseconds.median
    const isOurs = project.who === 'postern'
    return [
      project.name,
      String(installed.packages.length),
      project.who === 'bare' ? '' : promised(added.length, PACKAGES_LIMIT, isOurs),
      (installed.octets / 1e6).toFixed(1),
      cold === undefined ? '' : startOf(cold),
      project.who === 'bare' || slower === undefined ? '' : promised(Math.round(slower), START_LIMIT, isOurs),
      cold === undefined ? '' : (cold.resident / 1e6).toFixed(0),
    ]
  })
  const head = [
    'project',
    'packages',
    'over the framework',
    'MB',
    'start ms (range)',
    'over the framework',
    'resident MB',
  ]
  const ours = outcomes.filter(({ project }) => project.who === 'postern')
  return [
    `What \`npm install\` brings, and how long the server takes from the start of its process until it listens, ${starts} times in turn. Ours are packed as they would be published. Promised: at most ${PACKAGES_LIMIT} packages and ${START_LIMIT} ms over the framework's own.`,
    table(head, 'lrlrrlr', lines),
    ...ours.map((outcome) => `\`${outcome.project.name}\` adds ${namesAdded(outcome, outcomes)}.`),
  ].join('\n\n')
}

function namesAdded({ project, installed }: Outcome, outcomes: readonly Outcome[]): string {
  const bare = outcomes.find(({ project: { who, framework } }) => who === 'bare' && framework === project.framework)
  return addedBy(installed, bare?.installed)
    .map((path) => path.replace(/^node_modules\//, ''))
    .join(', ')
}

function addedBy({ packages }: Installed, bare: Installed | undefined): readonly string[] {
  return packages.filter((path) => !bare?.packages.includes(path))
}

function promised(value: number, limit: number, isOurs: boolean): string {
  if (!isOurs) return String(value)
  return value <= limit ? `${value} ≤ ${limit}` : `**${value} > ${limit}**`
}

function startOf({ milliseconds: { median, low, high } }: ColdStart): string {
  return `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`
}

function dataOf({ project, installed: { packages, octets }, cold }: Outcome): object {
  return { name: project.name, framework: project.framework, packages: packages.length, octets, cold }
}
