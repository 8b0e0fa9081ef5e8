import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { LatchkeyClient, VerificationUnavailableError } from '../../client/src/index.js';
import { fakeToken, good, type Reply, withFake } from '../support/fake-latchkey.js';
import { FakeTiming, until } from '../support/fake-timing.js';

const connect = (url: string) => new LatchkeyClient({ url, token: fakeToken(1) }, new FakeTiming());

// With a fake, which can hold an answer back.
test('close waits for what is under way, and takes no more questions', async () => {
  let release!: (reply: Reply) => void;
  const held = new Promise<Reply>((resolve) => {
    release = resolve;
  });
  await withFake(
    () => held,
    async (fake) => {
      const client = connect(fake.url);
      const events: string[] = [];
      const answer = client.verify(fakeToken(7)).then(() => events.push('answered'));
      await until(() => fake.asked.length === 1);
      const closed = client.close().then(() => events.push('closed'));
      const refused = client.verify(fakeToken(8));
      await expect(refused).rejects.toThrow(VerificationUnavailableError);
      await expect(refused).rejects.toThrow('This client is closed.');
      expect(events).toEqual([]);
      release(good({ tokens: [fakeToken(7)] }));
      await Promise.all([answer, closed]);
      expect(events).toEqual(['answered', 'closed']);
      expect(fake.asked).toHaveLength(1);
    },
  );
});

test('close waits for questions that have not departed yet, too', async () => {
  await withFake(good, async (fake) => {
    const client = connect(fake.url);
    const answer = client.verify(fakeToken(7));
    await client.close();
    expect(await answer).toMatchObject({ tokenId: 7 });
  });
});

test('close is done at once where nothing is under way, and may be called twice', async () => {
  const client = connect('http://127.0.0.1:1');
  await client.close();
  await client.close();
});

test('a process that has its answers ends by itself, without close', async () => {
  await withFake(good, async (fake) => {
    // From the build, as a service has it.
    const script = `
      import { LatchkeyClient } from 'latchkey-client';
      const client = new LatchkeyClient({ url: '${fake.url}', token: '${fakeToken(1)}', deadlineMs: 60000 });
      console.log((await client.verify('${fakeToken(7)}')).tokenId);
    `;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 25_000,
    });
    expect(stdout).toBe('7\n');
  });
});
