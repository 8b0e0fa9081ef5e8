import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken } from '../support/factories.js';
import { asPerson, asProgram } from '../support/requests.js';
import { descriptionOf, focusedName, isFocused } from './support/focus.js';
import { hold } from './support/hold.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

const NAME = 'Integration with Slack';
const iconOf = (page: Page) => page.getByRole('button', { name: `Delete ${NAME}` });
const confirm = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Delete token' });

describe('Deleting a token', () => {
  const stage = withBrowser();

  test('the row goes when the service has said so, not before, and is asked for once', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { name: NAME });
    const deletion = await hold(page, 'DELETE', '/v1/current_user/tokens/*');
    await page.goto(TOKENS);
    await iconOf(page).click();
    await confirm(page).dblclick();
    await deletion.asked;
    await confirm(page).click({ force: true });
    expect(await confirm(page).getAttribute('aria-busy')).toBe('true');
    expect(await page.getByRole('rowheader', { includeHidden: true }).count()).toBe(1);
    await asProgram(stage.app, token).get('/v1/current_user').expect(200);
    deletion.release();
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    expect(deletion.count()).toBe(1);
  });

  test('a refusal says why, loses nothing, and can be tried again', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    visitor.expectRefusal(503);
    await createToken(stage.app, user, { name: NAME });
    await page.goto(TOKENS);
    const route = '**/v1/current_user/tokens/*';
    await page.route(route, (held) =>
      held.request().method() === 'DELETE' ? held.fulfill({ status: 503 }) : held.fallback(),
    );
    await iconOf(page).click();
    await confirm(page).click();
    await page.getByRole('alert').getByText('The token is not deleted.').waitFor();
    await page.unroute(route);
    await confirm(page).click();
    await tokenRow(page, NAME).waitFor({ state: 'detached' });
  });

  test.each(['Escape', 'Cancel'])(
    '%s closes the question, deletes nothing, and gives the focus back',
    async (way) => {
      const { page, user } = await stage.person();
      await createToken(stage.app, user, { name: NAME });
      await page.goto(TOKENS);
      await iconOf(page).click();
      const dialog = page.getByRole('dialog', { name: 'Delete this token?' });
      expect(await isFocused(dialog.getByRole('button', { name: 'Cancel' }))).toBe(true);
      if (way === 'Escape') await page.keyboard.press('Escape');
      else await dialog.getByRole('button', { name: way }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await isFocused(iconOf(page))).toBe(true);
      await tokenRow(page, NAME).waitFor();
    },
  );

  test('the question keeps the focus', async () => {
    const { page, user } = await stage.person();
    await createToken(stage.app, user, { name: NAME });
    await page.goto(TOKENS);
    await iconOf(page).click();
    await confirm(page).waitFor();
    const reached = new Set<string>();
    for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key);
      reached.add(await focusedName(page));
    }
    // Nothing, where the focus is on the browser itself.
    expect([...reached].filter(Boolean).toSorted()).toEqual(['Cancel', 'Delete token']);
  });

  test('then the focus is on the list, and what happened is read out', async () => {
    const { page, user } = await stage.person();
    await createToken(stage.app, user, { name: 'Mobile App v2.1' });
    await createToken(stage.app, user, { name: NAME });
    await page.goto(TOKENS);
    await iconOf(page).click();
    await confirm(page).click();
    await page.getByRole('status').getByText(`“${NAME}” was deleted.`).waitFor();
    expect(await focusedName(page)).toBe('Your tokens');
    await page.getByRole('status').getByText('1', { exact: true }).waitFor();
  });

  test('one that was deleted elsewhere meanwhile is deleted', async () => {
    const visitor = await stage.person();
    const { page, user } = visitor;
    visitor.expectRefusal(404);
    const { id } = await createToken(stage.app, user, { name: NAME });
    await page.goto(TOKENS);
    await iconOf(page).click();
    await (await asPerson(stage.app, user)).delete(`/v1/current_user/tokens/${id}`).expect(204);
    await confirm(page).click();
    await page.getByText(`“${NAME}” was deleted.`).waitFor();
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
  });
});

describe('Deleting all tokens', () => {
  const stage = withBrowser();
  const open = async (page: Page) => {
    await page.getByRole('button', { name: 'Delete All Tokens' }).click();
    return page.getByRole('dialog', { name: 'Delete all your tokens?' });
  };

  test('without the words of the confirmation, nothing is asked of the service', async () => {
    const { page, user } = await stage.person();
    const token = await createToken(stage.app, user, { name: NAME });
    const deletion = await hold(page, 'DELETE', '/v1/current_user/tokens/delete');
    await page.goto(TOKENS);
    const dialog = await open(page);
    const field = dialog.getByRole('textbox');
    for (const words of ['', 'delete', 'delete all token']) {
      await field.fill(words);
      await dialog.getByRole('button', { name: 'Delete All Tokens' }).click();
      await dialog.getByText('Type “delete all tokens” to confirm.', { exact: true }).waitFor();
      expect(await descriptionOf(field)).toBe('Type “delete all tokens” to confirm.');
      expect(await isFocused(field)).toBe(true);
    }
    expect(deletion.count()).toBe(0);
    await page.keyboard.press('Escape');
    await tokenRow(page, NAME).waitFor();
    await asProgram(stage.app, token).get('/v1/current_user').expect(200);
  });

  test('counts all of them, whatever the list is searched for, and deletes no one else’s', async () => {
    const { page, user } = await stage.person();
    const other = await stage.person();
    const kept = await createToken(stage.app, other.user, { name: NAME });
    for (let n = 0; n < 3; n += 1) await createToken(stage.app, user, { name: `Token ${n}` });
    await page.goto(`${TOKENS}?search=2`);
    await page.getByText('1 found').waitFor();
    const dialog = await open(page);
    await dialog.getByText('3 tokens').waitFor();
    await dialog.getByRole('textbox').fill('Delete All Tokens');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('3 tokens were deleted.').waitFor();
    await page.getByRole('heading', { name: 'No token found' }).waitFor();
    await asProgram(stage.app, kept).get('/v1/current_user').expect(200);
  });
});
