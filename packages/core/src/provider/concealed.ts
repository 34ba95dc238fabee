import type { ClientAuthentication } from './client-authentication.ts'

/**
 * A frozen copy whose secret is read by name only: JSON, `util.inspect`, spreading and loggers pass over it,
 * because the property is not enumerable.
 */
export function concealed(authentication: ClientAuthentication): ClientAuthentication {
  switch (authentication.method) {
    case 'none':
      return Object.freeze({ method: 'none' })
    case 'client_secret_post':
      return hide({ method: authentication.method, clientSecret: authentication.clientSecret }, 'clientSecret')
    case 'client_secret_basic': {
      const { method, clientSecret, encoding = 'url' } = authentication
      return hide({ method, clientSecret, encoding }, 'clientSecret')
    }
    case 'private_key_jwt': {
      const { method, privateKey, keyId, algorithm = 'RS256' } = authentication
      return hide({ method, privateKey, ...(keyId === undefined ? {} : { keyId }), algorithm }, 'privateKey')
    }
  }
}

function hide<Value extends object>(value: Value, name: keyof Value): Value {
  return Object.freeze(Object.defineProperty(value, name, { enumerable: false }))
}
