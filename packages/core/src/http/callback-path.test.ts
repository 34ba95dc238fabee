import { describe, expect, it } from 'vitest'
import { callbackPaths } from './callback-path.ts'

const ORIGIN = 'https://app.example'

function pathsOf(redirectUri: string | undefined): readonly string[] {
  return callbackPaths([{ id: 'idp', redirectUri }], ORIGIN, '/auth').map(({ path }) => path)
}

describe('a registered redirect URI', () => {
  it.each([
    ['of another origin', 'https://other.example/callback'],
    ['of another port', 'https://app.example:8443/callback'],
    ['of another scheme', 'http://app.example/callback'],
    ['that is the start page', 'https://app.example'],
    ['that is the start page, with a slash', 'https://app.example/'],
    ['that routers read as a pattern', 'https://app.example/:id'],
    ['with a wildcard', 'https://app.example/a/*'],
    ['with a group', 'https://app.example/(a)'],
    ['with encoded characters', 'https://app.example/c%61llback'],
    ['with empty segments', 'https://app.example//callback'],
    ['that begins with a dot', 'https://app.example/.callback'],
    ['that is where the gateway answers anyway', 'https://app.example/auth/callback/idp'],
    ['that is where it answers anyway, with a query', 'https://app.example/auth/callback/idp?a=b'],
    ['that is none', undefined],
  ])('%s adds no path', (_, redirectUri) => {
    expect(pathsOf(redirectUri)).toEqual([])
  })

  it.each([
    ['/signin-oidc', 'https://app.example/signin-oidc'],
    ['/auth/callback/idp/', 'https://app.example/auth/callback/idp/'],
    ['/oauth/v2/callback.php', 'https://app.example/oauth/v2/callback.php?tenant=1'],
    ['/signin', 'https://APP.example:443/signin'],
  ])('adds its path: %s', (path, redirectUri) => {
    expect(pathsOf(redirectUri)).toEqual([path])
  })
})
