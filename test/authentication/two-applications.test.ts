import { expect, test } from '@jest/globals';
import { createToken, createUser } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { useApp } from '../support/use-app.js';
import { withApp } from '../support/with-app.js';

const ME = '/v1/current_user';

// Passport's strategies are global: all applications of a process share them.
const app = useApp();

test('two applications in one process know their own tokens and sessions, and not those of the other', async () => {
  const user = await createUser(app, { name: 'Here' });
  const program = asProgram(app, await createToken(app, user));
  const person = await asPerson(app, user);

  await withApp({}, async (other) => {
    const stranger = await createUser(other, { name: 'There' });
    const elsewhere = asProgram(other, await createToken(other, stranger));
    const [here, there, signedIn] = await Promise.all([program.get(ME), elsewhere.get(ME), person.get(ME)]);
    expect([here, there, signedIn].map(({ body }) => (body as { name: string }).name)).toEqual([
      'Here',
      'There',
      'Here',
    ]);
  });

  // The one that has stopped has taken nothing with it.
  await program.get(ME).expect(200);
  await person.get(ME).expect(200);
});
