import type { Licensed } from './licences.js';

const HEAD = `# Licences

What Latchkey is made of and with, by the licences of its packages, as \`package-lock.json\` has them. Written by \`npm run licences\`; \`npm run supply-chain\` fails when it is out of date, and when a licence is none of those that \`test/supply-chain/licences.ts\` permits.
`;

/** docs/licences.md */
export function licencesPage(packages: readonly Licensed[]): string {
  const shipped = packages.filter((entry) => entry.shipped);
  const tools = packages.filter((entry) => !entry.shipped);
  return `${HEAD}
## In the service and its page

| package | version | licence |
| --- | --- | --- |
${shipped.map(({ name, version, licence = '' }) => `| ${name} | ${version} | ${licence} |`).join('\n')}

## To build, test and measure

Nothing of these is handed out.
${byLicence(tools)
  .map(([licence, names]) => `\n**${licence}** (${names.length}): ${names.join(', ')}\n`)
  .join('')}`;
}

function byLicence(packages: readonly Licensed[]): [licence: string, names: string[]][] {
  const licences = [...new Set(packages.map(({ licence = '' }) => licence))].sort();
  return licences.map((licence) => {
    const names = packages.filter((entry) => entry.licence === licence).map(({ name }) => name);
    return [licence, [...new Set(names)]];
  });
}
