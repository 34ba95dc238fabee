import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findApache } from './find.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** An empty folder. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'postern-bench-find-'))
  folders.push(path)
  return path
}

/** A folder with a program in it that says where it is at home, and fails for want of a configuration, as Debian's does. */
function programs(name: string, home: string): string {
  const path = folder()
  writeFileSync(join(path, name), `#!/bin/sh\necho ' -D HTTPD_ROOT="${home}"'\nexit 1\n`)
  chmodSync(join(path, name), 0o755)
  return path
}

function addModule(path: string): string {
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'mod_auth_openidc.so'), '')
  return path
}

describe('looking for Apache', () => {
  it('finds the module where Apache is at home', () => {
    const home = folder()
    const modules = addModule(join(home, 'modules'))
    const path = programs('httpd', home)
    expect(findApache([folder(), path], [])).toEqual({ type: 'present', program: join(path, 'httpd'), modules })
  })

  it('finds the module where the distribution keeps it', () => {
    const modules = addModule(folder())
    const path = programs('apache2', folder())
    expect(findApache([path], [folder(), modules])).toEqual({
      type: 'present',
      program: join(path, 'apache2'),
      modules,
    })
  })

  it('says that there is no Apache', () => {
    expect(findApache([folder()], [])).toEqual({
      type: 'absent',
      reason: 'neither apache2 nor httpd is on the PATH, nor in /usr/sbin',
    })
  })

  it('says where the module was looked for', () => {
    const home = folder()
    const elsewhere = folder()
    expect(findApache([programs('httpd', home)], [elsewhere])).toEqual({
      type: 'absent',
      reason: `mod_auth_openidc.so is in neither ${home}/modules nor ${elsewhere}`,
    })
  })
})
