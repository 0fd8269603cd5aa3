import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate and its private key, as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** Encodes one DER element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
}

function utc(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

/** A certificate authority for tests. */
export class CertificateAuthority {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private serial = 0;
  /** The authority's own certificate, as PEM. */
  readonly cert: string;

  constructor(private readonly commonName: string) {
    const isAuthority = der(0x01, Buffer.from([255]));
    const constraints = sequence(BASIC_CONSTRAINTS, isAuthority, der(0x04, sequence(isAuthority)));
    this.cert = this.certify(commonName, this.keys.publicKey, constraints);
  }

  /** Issues a certificate for a server with this DNS name, or for a client. */
  issue(commonName: string, years?: [string, string]): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = sequence(SUBJECT_ALT_NAME, der(0x04, sequence(der(0x82, Buffer.from(commonName)))));
    const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return {
      cert: this.certify(commonName, publicKey, names, years),
      key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  private certify(
    subject: string,
    publicKey: KeyObject,
    extension: Buffer,
    [from, to]: [string, string] = ['20', '49'],
  ): string {
    this.serial += 1;
    const content = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.from([this.serial])),
      ECDSA_SHA256,
      nameOf(this.commonName),
      sequence(utc(`${from}0101000000Z`), utc(`${to}0101000000Z`)),
      nameOf(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(extension)),
    );
    const signature = der(0x03, Buffer.from([0]), sign('sha256', content, this.keys.privateKey));
    const encoded = sequence(content, ECDSA_SHA256, signature).toString('base64');
    const lines = encoded.match(/.{1,64}/g) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  }
}
