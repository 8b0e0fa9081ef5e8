import { readFile } from 'node:fs/promises';
import type * as Axe from 'axe-core';
import type { Page } from 'playwright-core';

declare const axe: typeof Axe;

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let source: string | undefined;

/** What axe finds wrong with the page as it is now. It is evaluated, not loaded: the page's policy holds. */
export async function violationsOn(page: Page): Promise<string[]> {
  source ??= await readFile('node_modules/axe-core/axe.min.js', 'utf8');
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async (values) => {
    const options = {
      runOnly: { type: 'tag', values },
      rules: { 'target-size': { enabled: true } },
    } as const;
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html}\n${failureSummary}`),
    );
  }, RULES);
}
