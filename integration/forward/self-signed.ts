import { generateKeyPairSync, sign } from 'node:crypto'

/** A key, and a certificate for `name` that it has signed itself (RFC 5280 section 4.1), valid until 2049. */
export function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'))
  const commonName = sequence(set(sequence(Buffer.from('0603550403', 'hex'), element(0x0c, Buffer.from(name)))))
  const validity = sequence(element(0x17, Buffer.from('250101000000Z')), element(0x17, Buffer.from('491231235959Z')))
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.of(2))),
    element(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    commonName,
    validity,
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    // subjectAltName: one DNS name.
    element(
      0xa3,
      sequence(sequence(Buffer.from('0603551d11', 'hex'), element(0x04, sequence(element(0x82, Buffer.from(name)))))),
    ),
  )
  const signature = element(0x03, Buffer.of(0), sign('sha256', toBeSigned, privateKey))
  const certificate = sequence(toBeSigned, ecdsaWithSha256, signature)
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

function sequence(...content: readonly Buffer[]): Buffer {
  return element(0x30, ...content)
}

function set(...content: readonly Buffer[]): Buffer {
  return element(0x31, ...content)
}

/** One element in DER: tag, length, content. */
function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const octets = Buffer.concat(content)
  const { length } = octets
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), octets])
}
