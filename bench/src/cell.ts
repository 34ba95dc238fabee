import type { Subject } from './measure/measure.ts'
import { type Framework, get, SCENARIOS, type Scenario } from './scenario.ts'

/** One cell of the table: a contestant in a scenario, or a floor. */
export interface Cell {
  readonly label: string
  readonly framework: Framework
  /** Absent for a floor. */
  readonly scenario?: Scenario
  /** For a floor: which. */
  readonly floor?: Scenario['floor']
  readonly subject: Subject
}

const FRAMEWORKS: readonly Framework[] = ['fastify', 'koa', 'node']

/** What one run measures. */
export function cellsOf({
  full,
  only,
}: {
  readonly full: boolean
  readonly only: string | undefined
}): readonly Cell[] {
  const scenarios = SCENARIOS.filter(
    (scenario) => (full || scenario.full === undefined) && (only === undefined || scenario.name.includes(only)),
  )
  const frameworks = full ? FRAMEWORKS : FRAMEWORKS.filter((framework) => framework !== 'node')
  return frameworks.flatMap((framework) => [
    ...[...new Set(scenarios.map(({ floor }) => floor))].map((floor) => floorCell(framework, floor)),
    ...scenarios.map((scenario) => scenarioCell(framework, scenario)),
  ])
}

function floorCell(framework: Framework, floor: Scenario['floor']): Cell {
  const status = floor === '/open' ? '200' : '303'
  const subject = { contestant: `floor-${framework}`, variant: 'floor', status, requests: async () => [get(floor, '')] }
  return { label: `${framework}: bare ${floor}`, framework, floor, subject }
}

function scenarioCell(framework: Framework, scenario: Scenario): Cell {
  const { variant, status, requests } = scenario
  const subject = { contestant: `postern-${framework}`, variant, status, requests }
  return { label: `${framework}: ${scenario.name}`, framework, scenario, subject }
}
