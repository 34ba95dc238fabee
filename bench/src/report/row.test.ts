import { describe, expect, it } from 'vitest'
import { signedOut } from '../ask/guarded.ts'
import { floorOf, posternOn } from '../contestant/entrant.ts'
import { PEERS } from '../contestant/peer.ts'
import type { Sample } from '../measure/round.ts'
import { atMost, SEALED } from '../scenario/entry.ts'
import type { Entry, Target } from '../scenario/scenario.ts'
import { rowsOf } from './row.ts'
import { promiseTable, scenarioTable } from './table.ts'

const floor = entry(floorOf('fastify'))
const koaFloor = entry(floorOf('koa'))
const peer = entry(PEERS.expressOpenId)

function entry(entrant: Entry['entrant'], ...targets: readonly Target[]): Entry {
  return { entrant, variant: SEALED, ask: signedOut, targets, full: false }
}

function sample(...bursts: readonly number[]): Sample {
  return { bursts, mean: 0, throughput: 100, cookie: 0 }
}

function rows(...played: readonly (readonly [Entry, Sample])[]) {
  const scenario = { name: 'a scenario', floor: '/open', entries: [] } as const
  return rowsOf({ contest: { scenario, entries: played.map(([one]) => one) }, rounds: [new Map(played)] })
}

describe('a row', () => {
  it('compares with the framework that the entrant is built on, and no other', () => {
    const ours = entry(posternOn('koa'))
    const [, , row] = rows([floor, sample(10)], [koaFloor, sample(20)], [ours, sample(30)])
    expect(row?.bare?.median).toBe(1.5)
  })

  it('says whether each promise is held, beside the framework and beside a peer', () => {
    const ours = entry(posternOn('fastify'), atMost(1.4), atMost(0.5, PEERS.expressOpenId))
    const [, , row] = rows([floor, sample(10)], [peer, sample(20)], [ours, sample(13)])
    expect(row?.promises).toMatchObject([
      { of: 'bare fastify', isHeld: true, ratio: { median: 1.3 } },
      { of: 'express-openid-connect', isHeld: false, ratio: { median: 0.65 } },
    ])
  })

  it('says nothing of a ratio to the framework for the framework itself', () => {
    const [row] = rows([floor, sample(10)])
    expect(row).toMatchObject({ name: 'bare', bare: undefined, promises: [] })
  })

  it('holds no promise that could not be measured', () => {
    const ours = entry(posternOn('fastify'), atMost(0.5, PEERS.honoOidc))
    const [, row] = rows([floor, sample(10)], [ours, sample(1)])
    expect(row?.promises[0]?.isHeld).toBe(false)
  })
})

describe('a table', () => {
  it('says by how much a promise is missed', () => {
    const ours = entry(posternOn('fastify'), atMost(1.4))
    expect(promiseTable(rows([floor, sample(10)], [ours, sample(21)]))).toContain('| ≤ 1.4 | **no**, by 50 % |')
  })

  it('has a line for everybody', () => {
    const played = rows([floor, sample(10)], [entry(PEERS.secureSession), sample(24)])
    expect(scenarioTable(played).split('\n')).toHaveLength(4)
  })
})
