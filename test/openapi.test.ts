import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { describeApi, printApi } from '../src/http/openapi.js';
import { useApp } from './support/use-app.js';

describe('openapi.json', () => {
  const app = useApp();
  let committed: string;

  beforeAll(async () => {
    committed = await readFile('openapi.json', 'utf8');
  });

  test('is what the code describes; npm run openapi writes it anew', () => {
    expect(committed).toBe(printApi(describeApi(app.app)));
  });

  test.each(['web/src/api/schema.d.ts', 'client/src/schema.ts'])(
    'has the types in %s made from it; npm run openapi writes them anew, too',
    async (path) => {
      const types = astToString(await openapiTS(committed));
      expect(await readFile(path, 'utf8')).toBe(`${COMMENT_HEADER}${types}`);
    },
  );

  test('is served at /openapi.json', async () => {
    const { body } = await app.request().get('/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(committed));
  });

  test('passes the recommended rules of Redocly without a warning', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: committed, absoluteRef: 'openapi.json', config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  test('gives every operation a summary, an id and a description of each answer', () => {
    const { paths } = JSON.parse(committed) as { paths: Record<string, Record<string, Operation>> };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(10);
    for (const operation of operations) {
      expect(operation).toMatchObject({
        summary: expect.stringMatching(/./),
        operationId: expect.stringMatching(/^[a-z]+[A-Z]?[a-zA-Z]*$/),
      });
      for (const { description } of Object.values(operation.responses)) expect(description).not.toBe('');
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });
});

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

describe('GET /docs', () => {
  const app = useApp();

  test('200: Swagger UI, with everything it needs from this server', async () => {
    const { text } = await app.request().get('/docs').expect(200);
    const assets = [...text.matchAll(/(?:src|href)="\.\/docs\/([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(assets).toContain('swagger-ui-init.js');
    for (const asset of assets) await app.request().get(`/docs/${asset}`).expect(200);
  });
});
