import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LatchkeyClient, VerificationUnavailableError } from '../../client/src/index.js';
import { fakeToken, good, withFake } from '../support/fake-latchkey.js';

let certificate: { cert: Buffer; key: Buffer };
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-tls-'));
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', key, '-out', cert],
  ]);
  certificate = { cert: await readFile(cert), key: await readFile(key) };
});
afterAll(() => rm(directory, { recursive: true }));

test('a certificate authority of one’s own is believed', async () => {
  await withFake(
    good,
    async (fake) => {
      const tls = { ca: certificate.cert };
      const client = new LatchkeyClient({ url: fake.url, token: fakeToken(1), tls });
      expect(await client.verify(fakeToken(7))).toMatchObject({ tokenId: 7 });
      await client.close();
    },
    certificate,
  );
});

test('a certificate that nobody vouches for is not: nothing is sent', async () => {
  await withFake(
    good,
    async (fake) => {
      const client = new LatchkeyClient({ url: fake.url, token: fakeToken(1), deadlineMs: 2000 });
      const refused = client.verify(fakeToken(7));
      await expect(refused).rejects.toThrow(VerificationUnavailableError);
      await expect(refused).rejects.toMatchObject({
        cause: { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
      });
      expect(fake.asked).toEqual([]);
      await client.close();
    },
    certificate,
  );
});
