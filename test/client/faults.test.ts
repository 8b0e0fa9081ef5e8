import { describe, expect, test } from '@jest/globals';
import {
  LatchkeyClient,
  LatchkeyConfigurationError,
  type LatchkeyClientOptions,
  VerificationUnavailableError,
} from '../../client/src/index.js';
import {
  activeBody,
  fakeToken,
  type FakeLatchkey,
  good,
  type Reply,
  withFake,
} from '../support/fake-latchkey.js';
import { FakeTiming, until } from '../support/fake-timing.js';
import { freePort } from '../harness/free-port.js';

const TOKEN = fakeToken(42);

function connect({ url }: Pick<FakeLatchkey, 'url'>, options: Partial<LatchkeyClientOptions> = {}) {
  const timing = new FakeTiming();
  return { timing, client: new LatchkeyClient({ url, token: fakeToken(1), ...options }, timing) };
}

/** What it fails with, taken up at once: it may fail before the test comes to that. */
const failureOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: unknown) => error,
  );

// With a fake, since the real service cannot be made to fail at will.
describe('latchkey-client tries again', () => {
  test.each<[string, Reply]>([
    ['503', { status: 503 }],
    ['429', { status: 429 }],
    ['502, from a proxy', { status: 502 }],
    ['504, from a proxy', { status: 504 }],
    ['a lost connection', 'reset'],
  ])('after %s', async (_, fault) => {
    await withFake(
      (asked, attempt) => (attempt === 0 ? fault : good(asked)),
      async (fake) => {
        const { client, timing } = connect(fake);
        const answer = client.verify(TOKEN);
        await until(() => timing.pending === 2);
        timing.advance(25);
        expect(await answer).toMatchObject({ tokenId: 42 });
        expect(fake.asked.map(({ tokens }) => tokens)).toEqual([[TOKEN], [TOKEN]]);
        expect(timing.pending).toBe(0);
      },
    );
  });

  test('after a refused connection, until the deadline', async () => {
    const { client, timing } = connect({ url: `http://127.0.0.1:${await freePort()}` });
    const failure = failureOf(client.verify(TOKEN));
    await until(() => timing.waits.length === 2);
    timing.advance(25);
    await until(() => timing.waits.length === 3);
    timing.advance(2000);
    expect(await failure).toMatchObject({
      message: 'Latchkey did not answer within 2000 ms.',
      cause: { message: 'Latchkey could not be reached.' },
    });
  });

  test('after longer and longer waits, each a random part of what it may be', async () => {
    await withFake(
      () => ({ status: 503 }),
      async (fake) => {
        const { client, timing } = connect(fake, { deadlineMs: 60_000 });
        const failure = failureOf(client.verify(TOKEN));
        for (const wait of [25, 50, 100, 200, 400, 500, 500]) {
          await until(() => timing.pending === 2);
          expect(timing.waits.at(-1)).toBe(wait);
          timing.advance(wait);
        }
        timing.advance(60_000);
        await failure;
      },
    );
  });

  test.each([
    ['1', 1000],
    // Too late for anybody.
    ['60', 25],
    ['soon', 25],
  ])('Retry-After: %s is heeded as far as the deadline allows', async (header, wait) => {
    await withFake(
      (asked, attempt) => (attempt === 0 ? { status: 503, headers: { 'retry-after': header } } : good(asked)),
      async (fake) => {
        const { client, timing } = connect(fake);
        const answer = client.verify(TOKEN);
        await until(() => timing.pending === 2);
        expect(timing.waits).toEqual([2000, wait]);
        timing.advance(wait);
        await answer;
      },
    );
  });

  test('not for those who have given up', async () => {
    await withFake(
      (asked, attempt) => (attempt === 0 ? { status: 503 } : good(asked)),
      async (fake) => {
        const { client, timing } = connect(fake);
        const interest = new AbortController();
        const lost = failureOf(client.verify(fakeToken(1), { signal: interest.signal }));
        const kept = client.verify(fakeToken(2));
        await until(() => timing.pending === 3);
        interest.abort();
        await lost;
        timing.advance(25);
        await kept;
        expect(fake.asked.map(({ tokens }) => tokens.length)).toEqual([2, 1]);
      },
    );
  });
});

describe('latchkey-client does not try again', () => {
  test.each([
    [400, VerificationUnavailableError],
    [401, LatchkeyConfigurationError],
    [403, LatchkeyConfigurationError],
    [404, VerificationUnavailableError],
    [413, VerificationUnavailableError],
    [500, VerificationUnavailableError],
    // The tokens are not sent on to another address.
    [307, VerificationUnavailableError],
  ])('after %d', async (status, kind) => {
    await withFake(
      () => ({ status, headers: { location: '/elsewhere' } }),
      async (fake) => {
        const { client, timing } = connect(fake);
        await expect(client.verify(TOKEN)).rejects.toThrow(kind);
        expect(fake.asked).toHaveLength(1);
        expect(timing.pending).toBe(0);
      },
    );
  });

  const body = activeBody(TOKEN);

  test.each<[string, unknown]>([
    ['no JSON', `[{"active":true,${TOKEN}`],
    ['nothing', ''],
    ['no list', body],
    ['too few', []],
    ['too many', [body, body]],
    ['null', [null]],
    ['no active', [{ ...body, active: undefined }]],
    ['an active that is no boolean', [{ ...body, active: 'true' }]],
    ['active alone', [{ active: true }]],
    ['no scope', [{ ...body, scope: undefined }]],
    ['scopes in a list', [{ ...body, scope: ['projects:read'] }]],
    ['an id that is no number', [{ ...body, token_id: '42' }]],
    ['a moment that is none', [{ ...body, iat: 1e300 }]],
    ['an end that is none', [{ ...body, exp: '1' }]],
  ])('after a reply that makes no sense, and never calls it good: %s', async (_, reply) => {
    await withFake(
      () => ({ status: 200, body: reply }),
      async (fake) => {
        const { client } = connect(fake);
        const failure = await failureOf(client.verify(TOKEN));
        expect(failure).toBeInstanceOf(VerificationUnavailableError);
        expect(failure).toMatchObject({ message: 'Latchkey sent a reply that makes no sense.' });
        expect(fake.asked).toHaveLength(1);
      },
    );
  });
});

describe('latchkey-client has a deadline for each question', () => {
  test('counted from when it was asked, with one that hangs', async () => {
    await withFake(
      () => 'hang',
      async (fake) => {
        const { client, timing } = connect(fake);
        const first = failureOf(client.verify(fakeToken(1)));
        await until(() => fake.asked.length === 1);
        timing.advance(1500);
        let isLate = false;
        const second = failureOf(client.verify(fakeToken(2))).finally(() => {
          isLate = true;
        });
        await until(() => fake.asked.length === 2);
        timing.advance(500);
        expect(await first).toMatchObject({ name: 'VerificationUnavailableError', retryAfterSeconds: 2 });
        expect(isLate).toBe(false);
        timing.advance(1500);
        expect(await second).toMatchObject({ message: 'Latchkey did not answer within 2000 ms.' });
      },
    );
  });

  test('over all attempts, with the last failure as its cause', async () => {
    await withFake(
      () => ({ status: 503, headers: { 'retry-after': '7' } }),
      async (fake) => {
        const { client, timing } = connect(fake);
        const failure = failureOf(client.verify(TOKEN));
        await until(() => timing.pending === 2);
        timing.advance(25);
        await until(() => timing.pending === 2);
        timing.advance(1975);
        expect(await failure).toMatchObject({
          retryAfterSeconds: 7,
          cause: { message: 'Latchkey answered 503.' },
        });
        expect(timing.pending).toBe(0);
      },
    );
  });

  test('requests that hang do not hold up those who come later', async () => {
    await withFake(
      (asked, attempt) => (attempt < 2 ? 'hang' : good(asked)),
      async (fake) => {
        const { client, timing } = connect(fake);
        const first = failureOf(client.verify(fakeToken(1)));
        await until(() => fake.asked.length === 1);
        const second = failureOf(client.verify(fakeToken(2)));
        await until(() => fake.asked.length === 2);
        timing.advance(1000);
        const later = client.verify(fakeToken(3));
        timing.advance(1000);
        await Promise.all([first, second]);
        expect(await later).toMatchObject({ tokenId: 3 });
      },
    );
  });
});

describe('latchkey-client lets go of a question whose signal is aborted', () => {
  test('before it is asked', async () => {
    await withFake(good, async (fake) => {
      const { client, timing } = connect(fake);
      const reason = new Error('Gone.');
      await expect(client.verify(TOKEN, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(timing.waits).toEqual([]);
      expect(fake.asked).toEqual([]);
    });
  });

  test('before it departs: it is not sent', async () => {
    await withFake(good, async (fake) => {
      const { client } = connect(fake);
      const interest = new AbortController();
      const lost = failureOf(client.verify(TOKEN, { signal: interest.signal }));
      interest.abort(new Error('Gone.'));
      expect(await lost).toMatchObject({ message: 'Gone.' });
      await client.verify(fakeToken(2));
      expect(fake.asked.map(({ tokens }) => tokens)).toEqual([[fakeToken(2)]]);
    });
  });

  test('on its way: others who ask about the same token get their answer', async () => {
    let release!: (reply: Reply) => void;
    const held = new Promise<Reply>((resolve) => {
      release = resolve;
    });
    await withFake(
      () => held,
      async (fake) => {
        const { client, timing } = connect(fake);
        const interest = new AbortController();
        const lost = failureOf(client.verify(TOKEN, { signal: interest.signal }));
        const kept = client.verify(TOKEN);
        await until(() => fake.asked.length === 1);
        interest.abort();
        expect(await lost).toMatchObject({ name: 'AbortError' });
        release({ status: 200, body: [activeBody(TOKEN)] });
        expect(await kept).toMatchObject({ tokenId: 42 });
        expect(timing.pending).toBe(0);
      },
    );
  });
});
