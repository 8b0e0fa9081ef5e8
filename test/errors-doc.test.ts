import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';

interface Code {
  readonly code: string;
  /** Undefined where the code stands apart from its status. */
  readonly status: number | undefined;
}

/** Every code that src/ gives a problem, wherever it is written. */
async function codesOfSource(): Promise<Code[]> {
  const names = await readdir('src', { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const sources = await Promise.all(files.map((name) => readFile(join('src', name), 'utf8')));
  return sources.flatMap((source, at) => {
    const file = ts.createSourceFile(files[at] ?? '', source, ts.ScriptTarget.Latest, true);
    return codesOf(file);
  });
}

function codesOf(node: ts.Node): Code[] {
  return [...codesHere(node), ...node.getChildren().flatMap(codesOf)];
}

function codesHere(node: ts.Node): Code[] {
  if (makesProblem(node)) {
    const [status, code] = node.arguments ?? [];
    return code === undefined
      ? []
      : literalsIn(code).map((text) => ({ code: text, status: numberOf(status) }));
  }
  if (!ts.isPropertyAssignment(node)) return [];
  const name = node.name.getText();
  // { code: 'token_expired', … }
  if (name === 'code') return literalsIn(node.initializer).map((code) => ({ code, status: undefined }));
  // 404: ['not_found', …]
  if (!ts.isNumericLiteral(node.name) || !ts.isArrayLiteralExpression(node.initializer)) return [];
  const [code] = node.initializer.elements;
  return code === undefined ? [] : literalsIn(code).map((text) => ({ code: text, status: Number(name) }));
}

/** `new Problem(status, code, detail)`, or `super(status, code, detail)` in a class derived from it. */
function makesProblem(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Problem';
  const isSuper = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword;
  return isSuper && node.arguments.length >= 3;
}

const numberOf = (node: ts.Node | undefined): number | undefined =>
  node !== undefined && ts.isNumericLiteral(node) ? Number(node.text) : undefined;

const literalsIn = (node: ts.Node): string[] =>
  ts.isStringLiteral(node) ? [node.text] : node.getChildren().flatMap(literalsIn);

async function codesOfDocument(): Promise<{ code: string; status: number }[]> {
  const rows = (await readFile('docs/errors.md', 'utf8')).matchAll(/^\| `(\w+)`\s*\| (\d{3})\s*\| \S/gm);
  return [...rows].map(([, code = '', status]) => ({ code, status: Number(status) }));
}

describe('docs/errors.md', () => {
  let source: Code[];
  let document: { code: string; status: number }[];

  beforeAll(async () => {
    [source, document] = await Promise.all([codesOfSource(), codesOfDocument()]);
  });

  test('has every code of the service once, and no other', () => {
    const codes = [...new Set(source.map(({ code }) => code))].toSorted();
    expect(document.map(({ code }) => code).toSorted()).toEqual(codes);
  });

  test('gives each code the status it is sent with', () => {
    const statuses = new Map(document.map(({ code, status }) => [code, status]));
    const wrong = source.filter(({ code, status }) => status !== undefined && statuses.get(code) !== status);
    expect(wrong).toEqual([]);
    expect(source.filter(({ status }) => status !== undefined).length).toBeGreaterThan(20);
  });
});
