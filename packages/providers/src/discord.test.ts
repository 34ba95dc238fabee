import { providerContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { discord } from './discord.ts'

const CREDENTIALS = { clientId: '157730590492196864', clientSecret: 'a-client-secret' }

/** From Discord's documentation of the user object, shortened. */
const NELLY = {
  id: '80351110224678912',
  username: 'nelly',
  discriminator: '0',
  global_name: 'Nelly',
  avatar: '8342729096ea3675442027381ff50dfe',
  verified: true,
  email: 'nelly@example.com',
}

const USER = {
  id: '80351110224678912',
  name: 'Nelly',
  picture: 'https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png',
  username: 'nelly',
  email: 'nelly@example.com',
  emailVerified: true,
}

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'discord', define: discord, sample: NELLY, user: USER })) {
    it(name, run)
  }
})

describe('the Discord preset', () => {
  it('uses the addresses of its documentation and the issuer of its metadata', () => {
    expect(discord(CREDENTIALS)).toMatchObject({
      issuer: 'https://discord.com',
      scope: ['identify'],
      endpoints: {
        authorization: 'https://discord.com/oauth2/authorize',
        token: 'https://discord.com/api/oauth2/token',
        revocation: 'https://discord.com/api/oauth2/token/revoke',
        userinfo: 'https://discord.com/api/v10/users/@me',
      },
      capabilities: { refresh: true, rotation: true, revocation: true },
    })
  })

  it('does not send the tokens of a stand-in to Discord to revoke them', () => {
    const { endpoints, capabilities } = discord({
      ...CREDENTIALS,
      endpoints: { token: 'https://stand-in.example/token' },
    })
    expect(endpoints.revocation).toBeUndefined()
    expect(capabilities.revocation).toBe(false)
  })

  it('names itself as Discord wants to be told', () => {
    expect(discord(CREDENTIALS).apiHeaders?.('https://app.example')).toEqual({
      'user-agent': 'DiscordBot (https://app.example, 1)',
    })
  })

  it.each(['../../evil', 'a/b', 'a?b', ''])('builds no address out of a strange avatar: %j', async (avatar) => {
    const fetch = async () => ({ status: 200, headers: new Headers(), json: { ...NELLY, avatar } })
    const context = { accessToken: 'a', claims: {}, origin: 'https://app.example', fetch }
    expect((await discord(CREDENTIALS).identify(context)).picture).toBeUndefined()
  })
})
