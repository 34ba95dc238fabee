import type { Contestant } from './contestant.ts'
import { floorFastify, floorKoa, floorNode } from './floor.ts'
import { posternFastify, posternKoa, posternNode } from './postern.ts'

/** Everybody who can be measured, by name. */
export const contestants: ReadonlyMap<string, Contestant> = new Map([
  ['floor-fastify', floorFastify],
  ['floor-koa', floorKoa],
  ['floor-node', floorNode],
  ['postern-fastify', posternFastify],
  ['postern-koa', posternKoa],
  ['postern-node', posternNode],
])
