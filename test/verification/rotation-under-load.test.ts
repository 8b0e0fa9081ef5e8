import { Agent, get } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createToken, createUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { rotate } from '../support/rotation.js';
import { useApp } from '../support/use-app.js';

const CONNECTIONS = 64;
const ROTATIONS = 3;
/** How many requests each client makes before it hears of a new secret, and how many more at most with the old. */
const BEFORE = 5;
const AFTER = 15;
const ME = '/v1/current_user';

/** A program with one connection of its own, and one secret at a time. */
class Program {
  readonly statuses: (number | undefined)[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly url: string,
    private token: string,
  ) {}

  async ask(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      this.statuses.push(
        await new Promise((resolve, reject) => {
          const headers = { authorization: `Bearer ${this.token}` };
          get(this.url, { agent: this.agent, headers }, (response) => {
            response.resume().on('end', () => {
              resolve(response.statusCode);
            });
          }).on('error', reject);
        }),
      );
    }
  }

  use(token: string): void {
    this.token = token;
  }

  leave(): void {
    this.agent.destroy();
  }
}

describe('a rotation under load', () => {
  const app = useApp();

  test(`${CONNECTIONS} programs that change over one by one have not one request refused`, async () => {
    const user = await createUser(app);
    const person = await asPerson(app, user);
    const first = await createToken(app, user);
    const programs = Array.from(
      { length: CONNECTIONS },
      () => new Program(`${app.url}${ME}`, first.plainText),
    );
    const all = (work: (program: Program, at: number) => Promise<void>) => Promise.all(programs.map(work));
    const used = [first.plainText];

    for (let time = 0; time < ROTATIONS; time += 1) {
      // While all ask, the token gets another secret; each hears of it after another number of requests.
      const rotating = rotate(person, first.id, 3600);
      await all(async (program, at) => {
        await program.ask(BEFORE);
        const token = await rotating;
        await program.ask(at % AFTER);
        program.use(token);
        await program.ask(AFTER - (at % AFTER));
      });
      used.push(await rotating);
    }
    const ending = person.delete(`${ME}/tokens/${first.id}/previous_secret`).expect(204);
    await all((program) => program.ask(BEFORE));
    await ending;
    for (const program of programs) program.leave();

    const statuses = programs.flatMap((program) => program.statuses);
    expect(statuses).toHaveLength(CONNECTIONS * (ROTATIONS * (BEFORE + AFTER) + BEFORE));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const now = await Promise.all(used.map(async (token) => (await asProgram(app, token).get(ME)).status));
    expect(now).toEqual([...Array<number>(ROTATIONS).fill(401), 200]);
  });
});
