import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { LatchkeyClient, type LatchkeyClientOptions } from '../../client/src/index.js';
import { fakeToken, good, withFake } from '../support/fake-latchkey.js';
import { FakeTiming } from '../support/fake-timing.js';

const OPTIONS = { url: 'https://tokens.example.com', token: fakeToken(1) };
const SECRET = 's'.repeat(16);

describe('the options of latchkey-client', () => {
  test.each<[Partial<Record<keyof LatchkeyClientOptions, unknown>>, string]>([
    [{ url: undefined }, 'url must be an http or https address.'],
    [{ url: 'tokens.example.com' }, 'url must be an http or https address.'],
    [{ url: 'ftp://tokens.example.com' }, 'url must be an http or https address.'],
    [{ url: 'https://me@tokens.example.com' }, 'url must have no user, password, query or fragment.'],
    [{ url: 'https://me:secret@tokens.example.com' }, 'url must have no user, password, query or fragment.'],
    [{ url: 'https://tokens.example.com/?a' }, 'url must have no user, password, query or fragment.'],
    [{ token: undefined }, 'token is missing.'],
    [{ token: '' }, 'token is missing.'],
    [{ token: '\r\n' }, 'token is missing.'],
    [{ token: `1|${SECRET}\n1|${SECRET}` }, 'token is no bearer token.'],
    [{ token: `Bearer 1|${SECRET}` }, 'token is no bearer token.'],
    [{ deadlineMs: 0 }, 'deadlineMs must be a whole number from 1 to 60000.'],
    [{ deadlineMs: 60_001 }, 'deadlineMs must be a whole number from 1 to 60000.'],
    [{ maxBatch: 1001 }, 'maxBatch must be a whole number from 1 to 1000.'],
    [{ maxBatch: 1.5 }, 'maxBatch must be a whole number from 1 to 1000.'],
    [{ maxInFlight: 0 }, 'maxInFlight must be a whole number from 1 to 100.'],
    [{ maxInFlight: '2' }, 'maxInFlight must be a whole number from 1 to 100.'],
    [{ maxWaiting: NaN }, 'maxWaiting must be a whole number from 1 to 1000000.'],
  ])('%j: %s', (wrong, message) => {
    const options = { ...OPTIONS, ...wrong } as LatchkeyClientOptions;
    expect(() => new LatchkeyClient(options)).toThrow(new Error(message));
  });

  test('a token is read from a file with the line break at its end', async () => {
    await withFake(good, async (fake) => {
      const client = new LatchkeyClient({ url: fake.url, token: `\uFEFF${fakeToken(1)}\r\n` });
      expect((await client.verify(fakeToken(7))).tokenId).toBe(7);
    });
  });

  test.each(['', '/', '/latchkey', '/latchkey/'])('the path %j before /v1 is kept', async (path) => {
    await withFake(good, async (fake) => {
      const client = new LatchkeyClient({ url: fake.url + path, token: fakeToken(1) });
      await client.verify(fakeToken(7));
      expect(fake.paths).toEqual([`${path.replace(/\/$/, '')}/v1/introspect/batch`]);
    });
  });
});

test('a client that is logged shows no token, not even with a question under way', async () => {
  const client = new LatchkeyClient({ ...OPTIONS, url: 'http://127.0.0.1:1' }, new FakeTiming());
  const interest = new AbortController();
  const answer = client.verify(fakeToken(7), { signal: interest.signal });
  expect(inspect(client, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
  expect(JSON.stringify(client)).toBe('{}');
  interest.abort();
  await expect(answer).rejects.toThrow();
});

// With a fake, which breaks down and repeats what it was sent.
test.each([200, 400, 403, 500])('an error after a %d that repeats the tokens shows none', async (status) => {
  const echo = ({ tokens }: { tokens: readonly string[] }) => ({
    status,
    body: `${fakeToken(1)} ${tokens.join()}`,
  });
  await withFake(echo, async (fake) => {
    const client = new LatchkeyClient({ ...OPTIONS, url: fake.url });
    const error: unknown = await client.verify(fakeToken(7)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: expect.stringMatching(/^(VerificationUnavailable|LatchkeyConfiguration)Error$/),
    });
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
  });
});
