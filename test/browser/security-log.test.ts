import { describe, expect, test } from '@jest/globals';
import { createToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { TOKENS } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

describe('The security log', () => {
  const stage = withBrowser();

  test('tells what happened, newest first, with where from.', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { name: 'Integration with Slack' });
    await page.goto(TOKENS);
    await page.getByRole('button', { name: 'Delete Integration with Slack' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await page.getByText('“Integration with Slack” was deleted.').waitFor();
    await page.getByRole('link', { name: 'Security log' }).click();
    const events = page.getByRole('region', { name: 'Events' }).getByRole('listitem');
    await events.first().getByText('“Integration with Slack” was deleted.').waitFor();
    await events.first().getByText('127.0.0.1').waitFor();
    await events.last().getByText('You signed in.').waitFor();
    expect(await events.count()).toBe(2);
    expect(await page.content()).not.toContain(token.secret);
  });

  test('gives the name of a token as it was written.', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { name: "Costs $& $$ $' <b>", scopes: ['tokens:read'] });
    await asProgram(stage.app, token).get('/v1/current_user').expect(403);
    await stage.flush();
    await page.goto('/settings/security-log');
    await page.getByText("“Costs $& $$ $' <b>” was refused: it lacks a scope.").waitFor();
  });

  test('can be narrowed, in a way that can be linked.', async () => {
    const { page, user } = await stage.person();
    await createToken(stage.app, user);
    await page.goto('/settings/security-log');
    await page.getByText('You signed in.').waitFor();
    await page.getByLabel('Show').selectOption('Changes of tokens');
    await page.getByText('Nothing yet.').waitFor();
    await page.reload();
    await page.getByText('Nothing yet.').waitFor();
    expect(await page.getByLabel('Show').inputValue()).toBe('tokens');
  });

  test('counts refusals of a token instead of listing each, and shows them beside the token.', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { name: 'Old Script', scopes: ['tokens:read'] });
    for (let count = 0; count < 3; count += 1) {
      await asProgram(stage.app, token).get('/v1/current_user').expect(403);
    }
    await stage.flush();
    await page.goto(`${TOKENS}/${token.id}`);
    const events = page.getByRole('region', { name: 'What happened' }).getByRole('listitem');
    await events.getByText('“Old Script” was refused: it lacks a scope. 3 times').waitFor();
    await events.getByText('user:read').waitFor();
    expect(await events.count()).toBe(1);
  });
});
