import { spawnSync } from 'node:child_process'

/** Runs a command to its end, as a stranger to this workspace would. Throws, with what it printed, when it fails. */
export function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: strangersEnvironment(), encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}\n${stdout}${stderr}`)
}

/** Nothing of what pnpm told its scripts about this workspace. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const told = /^(npm_(command|execpath|node_execpath|lifecycle|package|config_local_prefix)|pnpm_)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name)))
}
