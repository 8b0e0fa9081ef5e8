import { describe, expect, test } from '@jest/globals';
import { createToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { TOKENS, tokenRow } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

describe('Tokens that a token has made', () => {
  const stage = withBrowser();

  test('are shown as its children, and the confirmation says how many are deleted with it.', async () => {
    const { page, user } = await stage.person();
    const parent = await createToken(stage.app, user, { name: 'Deployment' });
    const program = asProgram(stage.app, parent);
    for (const name of ['Deployment - Staging', 'Deployment - Production']) {
      await program.post('/v1/current_user/tokens/create').send({ token_name: name }).expect(201);
    }
    await page.goto(TOKENS);
    await tokenRow(page, 'Deployment').getByText('2 children').waitFor();
    await tokenRow(page, 'Deployment - Staging').getByText(`Child of token ${parent.id}`).waitFor();

    await tokenRow(page, 'Deployment').getByRole('link').click();
    const children = page.getByRole('region', { name: 'About this token' });
    await children.getByRole('link', { name: 'Deployment - Production' }).waitFor();
    await page.goBack();

    await page.getByRole('button', { name: 'Delete Deployment', exact: true }).click();
    await page.getByText('The 2 tokens that were made with it are deleted, too.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await program.get('/v1/current_user').expect(401);
    expect(await page.getByRole('rowheader').count()).toBe(0);
  });
});
