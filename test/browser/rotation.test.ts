import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createToken } from '../support/factories.js';
import { asProgram } from '../support/requests.js';
import { TOKENS } from './support/pages.js';
import { withBrowser } from './support/with-browser.js';

describe('Rotation, on the page of a token', () => {
  const stage = withBrowser();

  const rotate = async (page: Page, overlap: string): Promise<string> => {
    await page.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByLabel('The old secret works').selectOption(overlap);
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const shown = page.getByRole('dialog', { name: 'Your new token' });
    const token = await shown.getByLabel('Token', { exact: true }).inputValue();
    await shown.getByRole('button', { name: 'Copy', exact: true }).click();
    await shown.getByRole('button', { name: 'Done' }).click();
    return token;
  };
  const ME = '/v1/current_user';
  const permissions = ['clipboard-read', 'clipboard-write'];

  test('Both secrets work during the overlap, and the page says when it is safe to end it.', async () => {
    const { page, user } = await stage.person({ permissions });
    const old = await createToken(stage.app, user);
    await page.goto(`${TOKENS}/${old.id}`);
    const fresh = await rotate(page, 'One more day');
    expect(fresh.split('|')[0]).toBe(String(old.id));
    await page.getByText('The old one has not been used since the rotation.').waitFor();

    stage.app.clock.advance(1000);
    await asProgram(stage.app, old).get(ME).expect(200);
    await page.reload();
    await page.getByText('Something does not have the new one yet.').waitFor();
    stage.app.clock.advance(1000);
    await asProgram(stage.app, fresh).get(ME).expect(200);
    await page.reload();
    await page.getByText('The new secret was used last').waitFor();

    await page.getByRole('button', { name: 'End the old secret now' }).click();
    await page.getByText('The old secret is refused from now on.').waitFor();
    await page.getByText('Two secrets work').waitFor({ state: 'detached' });
    await asProgram(stage.app, old).get(ME).expect(401);
    await asProgram(stage.app, fresh).get(ME).expect(200);
  });

  test('Without an overlap, the old secret is refused at once.', async () => {
    const { page, user } = await stage.person({ permissions });
    const old = await createToken(stage.app, user);
    await page.goto(`${TOKENS}/${old.id}`);
    const fresh = await rotate(page, 'No longer: it is refused at once');
    await asProgram(stage.app, old).get(ME).expect(401);
    await asProgram(stage.app, fresh).get(ME).expect(200);
    expect(await page.getByText('Two secrets work').count()).toBe(0);
  });

  test('An answer that is lost locks nobody out: asked again, the page says what to do.', async () => {
    const visitor = await stage.person({ permissions });
    const { page, user } = visitor;
    visitor.expectNoAnswer();
    visitor.expectRefusal(409);
    const old = await createToken(stage.app, user);
    await page.goto(`${TOKENS}/${old.id}`);
    // A fake for a network that fails between the service's work and its answer.
    await page.route('**/rotate', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await page.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByLabel('The old secret works').selectOption('One more hour');
    const press = () => page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await press();
    await page.getByText('The service did not answer.').waitFor();
    await page.unroute('**/rotate');
    await press();
    await page.getByText('a secret is shown only once').waitFor();
    await asProgram(stage.app, old).get(ME).expect(200);
    await press();
    await page.getByRole('dialog', { name: 'Your new token' }).waitFor();
  });
});
