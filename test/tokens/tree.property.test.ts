import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { missingScope } from '../../src/access/authorize.js';
import { isInRanges } from '../../src/common/address.js';
import { createUser } from '../support/factories.js';
import { asPerson, asProgram, type Client } from '../support/requests.js';
import { useApp } from '../support/use-app.js';

const TOKENS = '/v1/current_user/tokens';
const ME = '/v1/current_user';
const MINUTE_MS = 60_000;

interface Shown {
  readonly id: number;
  readonly parent_id: number | null;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
  readonly allowed_cidrs: readonly string[] | null;
}

/** What a token may be asked for, from where, and when. */
const SCOPES = ['user:read', 'tokens:read', 'tokens:write', 'a:b', 'a:b:c', 'tokens:introspect', '*'];
const ADDRESSES = ['127.0.0.1', '127.200.0.1', '10.0.0.1', '2001:db8::1'];
const MINUTES = [0, 29, 30, 59, 60, 10_000];

/** Absent, too, where something has a default. */
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const scopes = fc.constantFrom(
  ['*'],
  ['tokens:*', 'a:*'],
  ['user:read', 'tokens:write', 'a:b:*'],
  ['tokens:write'],
);
const ranges = fc.constantFrom(
  null,
  ['127.0.0.0/8', '10.0.0.0/8', '2001:db8::/32'],
  ['127.0.0.0/8', '10.0.0.1'],
  ['127.0.0.0/9'],
  ['127.0.0.1'],
  ['::/0', '0.0.0.0/0'],
);
/** A token by its place among those made so far; undefined for the person. */
const somebody = optional(fc.nat(5));

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      by: somebody,
      scopes: optional(scopes),
      minutes: optional(fc.constantFrom(null, 30, 60)),
      ranges: optional(ranges),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('change' as const), by: somebody, of: fc.nat(5), ranges }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), by: somebody, of: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 29) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const app = useApp({ env: { TRUST_PROXY: '127.0.0.1', SESSION_MAX_MINUTES: '525600' } });
let person: Client;

beforeAll(async () => {
  person = await asPerson(app, await createUser(app));
});

/** Does the steps, each after the other. @returns the tokens that were ever made, by id */
async function play(steps: readonly Step[]): Promise<Map<number, string>> {
  const made = new Map<number, string>();
  const idAt = (place: number) => [...made.keys()][place % made.size] ?? 0;
  const clientOf = (place: number | undefined): Client =>
    place === undefined || made.size === 0 ? person : asProgram(app, made.get(idAt(place)) ?? '');
  for (const todo of steps) {
    switch (todo.kind) {
      case 'create': {
        const { minutes } = todo;
        const expires_at =
          typeof minutes === 'number'
            ? new Date(app.clock.now().getTime() + minutes * MINUTE_MS).toISOString()
            : minutes;
        const asked = { token_name: 'Any', scopes: todo.scopes, expires_at, allowed_cidrs: todo.ranges };
        const { status, body } = await clientOf(todo.by).post(`${TOKENS}/create`).send(asked);
        expect([201, 401, 403, 409]).toContain(status);
        const { token = '' } = body as { token?: string };
        if (status === 201) made.set(Number(token.split('|')[0]), token);
        break;
      }
      case 'change': {
        const target = `${TOKENS}/${idAt(todo.of)}`;
        const { status } = await clientOf(todo.by).patch(target).send({ allowed_cidrs: todo.ranges });
        expect([200, 401, 403, 404, 409]).toContain(status);
        break;
      }
      case 'delete': {
        const { status } = await clientOf(todo.by).delete(`${TOKENS}/${idAt(todo.of)}`);
        expect([204, 401, 403, 404]).toContain(status);
        break;
      }
      case 'wait':
        app.clock.advance(todo.minutes * MINUTE_MS);
        break;
      default:
        todo satisfies never;
    }
  }
  return made;
}

const can = (token: Shown, scope: string, address: string, at: number): boolean =>
  missingScope(token.scopes, [scope]) === undefined &&
  (token.allowed_cidrs === null || isInRanges(address, token.allowed_cidrs)) &&
  (token.expires_at === null || at < Date.parse(token.expires_at));

function expectNoStronger(child: Shown, parent: Shown): void {
  const now = app.clock.now().getTime();
  for (const scope of SCOPES) {
    for (const address of ADDRESSES) {
      for (const minutes of MINUTES) {
        const at = now + minutes * MINUTE_MS;
        if (!can(child, scope, address, at)) continue;
        expect({ child, parent, may: can(parent, scope, address, at) }).toEqual({ child, parent, may: true });
      }
    }
  }
}

/** Whether the service lets the token in from there. */
async function isAdmitted(token: string, address: string): Promise<boolean> {
  const { status, body } = await asProgram(app, token).get(ME).set('X-Forwarded-For', address);
  return status === 200 || (body as { code: string }).code === 'insufficient_scope';
}

test('no token can do what one it came from cannot, and none outlives it, whatever is asked', async () => {
  let children = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14, size: 'max' }), async (steps) => {
      await person.delete(`${TOKENS}/delete`).expect(200);
      const made = await play(steps);
      const { body } = await person.get(TOKENS).query({ limit: 100 }).expect(200);
      const left = new Map((body as Shown[]).map((token) => [token.id, token]));
      for (const [id, token] of made) {
        if (!left.has(id)) expect(await isAdmitted(token, '127.0.0.1')).toBe(false);
      }
      for (const child of left.values()) {
        if (child.parent_id === null) continue;
        const parent = left.get(child.parent_id);
        if (parent === undefined) throw new Error(`Token ${child.id} has outlived its parent.`);
        children += 1;
        expectNoStronger(child, parent);
        for (const address of ADDRESSES) {
          if (!(await isAdmitted(made.get(child.id) ?? '', address))) continue;
          expect(await isAdmitted(made.get(parent.id) ?? '', address)).toBe(true);
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(children).toBeGreaterThan(10);
}, 120_000);

test('a delete leaves none of what came of the token, and all of the rest', async () => {
  const creation = fc.record({ by: somebody, scopes: fc.constant(undefined) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(creation, { minLength: 3, maxLength: 10, size: 'max' }),
      fc.nat(9),
      async (creations, place) => {
        await person.delete(`${TOKENS}/delete`).expect(200);
        const made = await play(
          creations.map((one) => ({ ...one, kind: 'create', minutes: undefined, ranges: undefined })),
        );
        const { body } = await person.get(TOKENS).query({ limit: 100 }).expect(200);
        const parents = new Map((body as Shown[]).map(({ id, parent_id }) => [id, parent_id]));
        const root = [...made.keys()][place % made.size] ?? 0;
        const cameOf = (id: number | null | undefined): boolean =>
          id === root || (typeof id === 'number' && cameOf(parents.get(id)));
        await person.delete(`${TOKENS}/${root}`).expect(204);
        for (const [id, token] of made) expect(await isAdmitted(token, '127.0.0.1')).toBe(!cameOf(id));
      },
    ),
    { numRuns: 15 },
  );
}, 120_000);
