import { describe, expect, test } from '@jest/globals';
import { InvalidTokenError, LatchkeyClient, VerificationUnavailableError } from '../../client/src/index.js';
import type { LatchkeyClientOptions } from '../../client/src/index.js';
import {
  activeBody,
  fakeToken,
  type FakeLatchkey,
  good,
  type Reply,
  withFake,
} from '../support/fake-latchkey.js';
import { FakeTiming, until } from '../support/fake-timing.js';

const connect = ({ url }: FakeLatchkey, options: Partial<LatchkeyClientOptions> = {}) =>
  new LatchkeyClient({ url, token: fakeToken(1), ...options }, new FakeTiming());

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** Holds answers back until it is opened. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

// With a fake, since the real service answers too soon for anything to gather meanwhile.
describe('latchkey-client gathers questions', () => {
  test('two requests at most are under way, and what comes meanwhile goes with the next', async () => {
    const { open, opened } = gate();
    let underWay = 0;
    let most = 0;
    const answer = async (...[asked]: Parameters<typeof good>): Promise<Reply> => {
      underWay += 1;
      most = Math.max(most, underWay);
      await opened;
      underWay -= 1;
      return good(asked);
    };
    await withFake(answer, async (fake) => {
      const client = connect(fake);
      const answers = [client.verify(fakeToken(1))];
      await until(() => fake.asked.length === 1);
      answers.push(client.verify(fakeToken(2)));
      await until(() => fake.asked.length === 2);
      for (const id of ids(3, 200)) {
        answers.push(client.verify(fakeToken(id)));
        if (id % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(fake.asked).toHaveLength(2);
      open();
      expect((await Promise.all(answers)).map(({ tokenId }) => tokenId)).toEqual(ids(1, 200));
      expect(fake.asked.map(({ tokens }) => tokens.length)).toEqual([1, 1, 198]);
      expect(most).toBe(2);
    });
  });

  test('no request has more tokens than it may, and full ones wait for their turn, too', async () => {
    let underWay = 0;
    let most = 0;
    const answer = async (...[asked]: Parameters<typeof good>): Promise<Reply> => {
      underWay += 1;
      most = Math.max(most, underWay);
      // Long enough for all that do not wait for their turn.
      for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return good(asked);
    };
    await withFake(answer, async (fake) => {
      const client = connect(fake, { maxBatch: 10, maxInFlight: 3 });
      await Promise.all(ids(1, 95).map((id) => client.verify(fakeToken(id))));
      expect(fake.asked.map(({ tokens }) => tokens.length).sort((a, b) => b - a)).toEqual([
        ...Array.from({ length: 9 }, () => 10),
        5,
      ]);
      expect(most).toBeLessThanOrEqual(3);
    });
  });

  test('tokens from different addresses travel together, each with its own', async () => {
    const addresses = [undefined, '192.0.2.1', '2001:db8::1'];
    await withFake(good, async (fake) => {
      const client = connect(fake);
      const answers = await Promise.all(
        ids(1, 90).map((id) => client.verify(fakeToken(id), { clientIp: addresses[id % 3] })),
      );
      expect(answers.map(({ tokenId }) => tokenId)).toEqual(ids(1, 90));
      expect(fake.asked).toEqual([
        {
          tokens: ids(1, 90).map(fakeToken),
          client_ips: ids(1, 90).map((id) => addresses[id % 3] ?? null),
        },
      ]);
    });
  });

  test('the same token from two addresses is two questions', async () => {
    const answer = ({ tokens, client_ips = [] }: Parameters<typeof good>[0]): Reply => ({
      status: 200,
      body: tokens.map((token, at) =>
        client_ips[at] === '192.0.2.1' ? activeBody(token) : { active: false },
      ),
    });
    await withFake(answer, async (fake) => {
      const client = connect(fake);
      const [here, elsewhere] = await Promise.allSettled(
        ['192.0.2.1', '192.0.2.2'].map((clientIp) => client.verify(fakeToken(7), { clientIp })),
      );
      expect(here).toMatchObject({ value: { tokenId: 7 } });
      expect(elsewhere).toMatchObject({ reason: expect.any(InvalidTokenError) });
    });
  });

  test('no answer comes from a request sent before the question', async () => {
    const { open, opened } = gate();
    // The token is deleted while the first answer is on its way.
    const answer = async (...[asked, attempt]: [Parameters<typeof good>[0], number]): Promise<Reply> => {
      if (attempt > 0) return { status: 200, body: [{ active: false }] };
      await opened;
      return good(asked);
    };
    await withFake(answer, async (fake) => {
      const client = connect(fake);
      const before = client.verify(fakeToken(1));
      await until(() => fake.asked.length === 1);
      await expect(client.verify(fakeToken(1))).rejects.toThrow(InvalidTokenError);
      open();
      expect(await before).toMatchObject({ tokenId: 1 });
    });
  });

  test('one question more than may wait fails at once; who gives up makes room', async () => {
    const { open, opened } = gate();
    await withFake(
      async (asked) => {
        await opened;
        return good(asked);
      },
      async (fake) => {
        const client = connect(fake, { maxWaiting: 3, maxInFlight: 1 });
        const first = client.verify(fakeToken(1));
        await until(() => fake.asked.length === 1);
        const interest = new AbortController();
        const lost = client.verify(fakeToken(9), { signal: interest.signal });
        interest.abort();
        await expect(lost).rejects.toThrow();
        const waiting = ids(2, 4).map((id) => client.verify(fakeToken(id)));
        const refused = client.verify(fakeToken(5));
        await expect(refused).rejects.toThrow(VerificationUnavailableError);
        await expect(refused).rejects.toThrow('Too many questions wait for Latchkey.');
        open();
        await Promise.all([first, ...waiting]);
        expect(await client.verify(fakeToken(6))).toMatchObject({ tokenId: 6 });
      },
    );
  });
});
